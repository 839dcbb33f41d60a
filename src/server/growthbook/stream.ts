import type { Features } from '../../engine/features'
import { ChangeStreams, frame, type StreamMessages } from '../change-streams'
import type { Answer, Operation, Route, ServerContext, ServerRequest } from '../route'
import { ERROR, refusedAs, visibilityOf } from './answers'
import type { Payloads, Visibility } from './payloads'

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
}

const OPERATION: Operation = {
  id: 'growthbookStream',
  summary: 'Server-sent events: the whole payload after a change, or that there was one',
  parameters: [{ name: 'Last-Event-ID', in: 'header', schema: { type: 'string' } }],
  answers: {
    200: {
      description:
        'Events `features` with the payload for keys that may read; `features-updated` for keys that may evaluate.',
      contentType: 'text/event-stream',
      schema: { type: 'string' },
    },
    400: { description: 'The key is not valid.', schema: ERROR },
  },
}

/** `GET /sub/:key`. Which events a key gets follows from what it may do. */
export const streamRoute = (streams: Streams): Route => ({
  method: 'GET',
  path: '/sub/:key',
  scope: 'none',
  forClients: true,
  tokenIn: 'key',
  operation: OPERATION,
  handle: (request) => open(streams, request),
})

function open(streams: Streams, request: ServerRequest): Answer {
  const { scopes } = request.principal
  const events: readonly EventName[] = [
    ...(scopes.has('read') ? (['features'] as const) : []),
    ...(scopes.has('evaluate') ? (['features-updated'] as const) : []),
  ]
  if (events.length === 0) return refusedAs(400, 'No channel found')
  const lastEventId = request.headers['last-event-id']
  const visibility = visibilityOf(request)
  const sent = typeof lastEventId === 'string' ? lastEventId : undefined
  return {
    status: 200,
    headers: HEADERS,
    stream: (sink) => sink.onClose(streams.add(events, visibility, sink, sent)),
  }
}

type EventName = 'features' | 'features-updated'

const KINDS: readonly (readonly EventName[])[] = [
  ['features'],
  ['features-updated'],
  ['features', 'features-updated'],
]
const VISIBILITIES: readonly Visibility[] = ['all', 'client']

/** The open streams, by what they say and to whom. */
export class Streams {
  private readonly kinds = new Map<string, ChangeStreams>()

  constructor({ features, now }: ServerContext, payloads: Payloads, spreadMs: number) {
    for (const events of KINDS)
      for (const visibility of VISIBILITIES) {
        const messages = messagesOf(features, payloads, events, visibility)
        const options = { coalesceMs: 250, spreadMs, heartbeatMs: 30_000, random: Math.random, now }
        this.kinds.set(nameOf(events, visibility), new ChangeStreams(features, messages, options))
      }
  }

  add(events: readonly EventName[], visibility: Visibility, ...sink: Connection): () => void {
    const streams = this.kinds.get(nameOf(events, visibility))
    if (streams === undefined) throw new Error(`no stream of ${events.join(', ')}`)
    return streams.add(...sink)
  }

  close(): void {
    for (const streams of this.kinds.values()) streams.close()
  }
}

type Connection = Parameters<ChangeStreams['add']>

const nameOf = (events: readonly EventName[], visibility: Visibility): string =>
  [...events, visibility].join(' ')

/**
 * A key that may do both gets both events, in this order: a client that evaluates by itself then
 * finds nothing new, and one that evaluates remotely has its own answer in the end.
 */
function messagesOf(
  features: Features,
  payloads: Payloads,
  events: readonly EventName[],
  visibility: Visibility,
): StreamMessages {
  const isPayloadAlone = events.length === 1 && events[0] === 'features'
  // What is evaluated here may change by an edit that leaves the payload as it is.
  const contentId = (): string =>
    isPayloadAlone ? payloads.of(visibility).hash : features.content.hash
  const data: Readonly<Record<EventName, () => string>> = {
    features: () => payloads.of(visibility).text,
    'features-updated': () => '',
  }
  return {
    contentId,
    opening: () => `retry: 10000\nid: ${contentId()}\n\n`,
    change: () => events.map((event) => frame(contentId(), event, data[event]())).join(''),
    skipsEqual: true,
    heartbeat: 'data: \n\n',
  }
}
