import { createHash } from 'node:crypto'
import type { Definition } from '../../core/feature'
import type { Features } from '../../engine/features'
import { liveConfigOf } from '../../export/live-config'
import { ChangeStreams, frame } from '../change-streams'
import { namesTag } from '../etag'
import type { Answer, Operation, Protocol, ServerContext, ServerRequest } from '../route'
import { ERROR, ERROR_SCHEMA, refused } from './json-body'

const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
}

const TEXT_OPERATION: Operation = {
  id: 'liveConfig',
  summary: 'Every entry in force, last good versions included, as one JSON live config',
  parameters: [{ name: 'If-None-Match', in: 'header', schema: { type: 'string' } }],
  answers: {
    200: {
      description: 'As of now.',
      schema: { type: 'object' },
      headers: { ETag: 'SHA-256 of the text, hex.' },
    },
    304: { description: 'It is the one that If-None-Match names.' },
    503: { description: 'No configuration has been loaded yet.', schema: ERROR },
  },
}

const STREAM_OPERATION: Operation = {
  id: 'liveConfigChanges',
  summary: 'Server-sent events that say when to fetch the live config again',
  answers: {
    200: {
      description: 'Events `features-updated`, whose id is the hash of the text.',
      contentType: 'text/event-stream',
      schema: { type: 'string' },
    },
  },
}

/** What another liveflag server follows: every entry in force, as one text with its hash. */
export const liveConfig: Protocol = {
  name: 'live-config',
  summary: 'The live config in force, for servers that follow this one',
  schemas: { Error: ERROR_SCHEMA },
  routes: (context) => {
    const { features } = context
    const textOf = textsOf(features)
    const streams = streamsOf(context, () => textOf().hash)
    return [
      {
        method: 'GET',
        path: '/live-config',
        scope: 'read',
        operation: TEXT_OPERATION,
        handle: (request) =>
          features.content.status === 'NOT_READY'
            ? refused(503, 'not_ready', 'no configuration has been loaded yet')
            : sent(textOf(), request),
      },
      {
        method: 'GET',
        path: '/live-config/changes',
        scope: 'read',
        operation: STREAM_OPERATION,
        handle: (request) => streamed(streams, request),
      },
    ]
  },
}

function sent({ text, hash }: Text, { headers }: ServerRequest): Answer {
  const etag = `"${hash}"`
  if (namesTag(headers['if-none-match'], etag)) return { status: 304, headers: { etag } }
  const type = 'application/json; charset=utf-8'
  return { status: 200, headers: { etag, 'content-type': type }, text }
}

function streamed(streams: ChangeStreams, { headers }: ServerRequest): Answer {
  const last = headers['last-event-id']
  return {
    status: 200,
    headers: STREAM_HEADERS,
    stream: (sink) => sink.onClose(streams.add(sink, typeof last === 'string' ? last : undefined)),
  }
}

function streamsOf({ features, now, onClose }: ServerContext, hash: () => string): ChangeStreams {
  const messages = {
    contentId: hash,
    opening: (random: number) => `retry: ${1000 + Math.floor(random * 2000)}\nid: ${hash()}\n\n`,
    change: () => frame(hash(), 'features-updated', ''),
    skipsEqual: true,
    heartbeat: ':\n\n',
  } as const
  const streams = new ChangeStreams(features, messages, {
    coalesceMs: 50,
    spreadMs: 0,
    heartbeatMs: 20_000,
    random: Math.random,
    now,
  })
  onClose(() => streams.close())
  return streams
}

interface Text {
  readonly text: string
  readonly hash: string
}

/** The text of the content in force, made once for each content. */
function textsOf(features: Features): () => Text {
  let latest: (Text & { readonly generation: number }) | undefined
  return () => {
    const { generation } = features.content
    if (latest?.generation === generation) return latest
    const text = JSON.stringify(liveConfigOf(definitionsOf(features)))
    const hash = createHash('sha256').update(text).digest('hex')
    return (latest = { text, hash, generation })
  }
}

const definitionsOf = (features: Features): ReadonlyMap<string, Definition> =>
  new Map(
    [...features.snapshot.names].sort().flatMap((name) => {
      const definition = features.definition(name)
      return definition ? [[name, definition] as const] : []
    }),
  )
