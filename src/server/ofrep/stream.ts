import type { Answer, Operation, Route, ServerRequest } from '../route'
import type { Features } from '../../engine/features'
import { type ChangeStreams, frame, type StreamMessages } from '../change-streams'
import { callerOf, type Shared } from './shared'

export const STREAM_PATH = '/ofrep/v1/sse'

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
}

const OPERATION: Operation = {
  id: 'flagChanges',
  summary: 'Server-sent events that say when to evaluate again; no flag is in them',
  parameters: [
    { name: 'token', in: 'query', schema: { type: 'string' } },
    { name: 'Last-Event-ID', in: 'header', schema: { type: 'string' } },
  ],
  answers: {
    200: {
      description: 'Events with data {"type":"refetchEvaluation"}.',
      contentType: 'text/event-stream',
      schema: { type: 'string' },
    },
    401: { description: 'The token of the address is not valid, or has expired.' },
  },
}

/**
 * `GET /ofrep/v1/sse`. A browser's EventSource sends no headers, so the address has a token where
 * callers have one. Without tokens the stream is open: all that it says is that something changed.
 */
export const streamRoute = (shared: Shared, streams: ChangeStreams): Route => ({
  method: 'GET',
  path: STREAM_PATH,
  scope: 'none',
  forClients: true,
  operation: OPERATION,
  handle: (request) => open(shared, streams, request),
})

function open({ tokens }: Shared, streams: ChangeStreams, request: ServerRequest): Answer {
  const { query, headers, principal } = request
  const token = query.get('token')
  const scope = token === null ? undefined : tokens.verify(token)
  const isLetIn = token === null ? principal.scopes.has('evaluate') : scope !== undefined
  if (!isLetIn)
    return { status: 401, json: { errorDetails: 'the token of the stream is not valid any more' } }
  const lastEventId = headers['last-event-id']
  return {
    status: 200,
    headers: HEADERS,
    ...(scope !== undefined && { caller: callerOf(scope) }),
    stream: (sink) =>
      sink.onClose(streams.add(sink, typeof lastEventId === 'string' ? lastEventId : undefined)),
  }
}

/**
 * What these streams say: evaluate again. The event is always `message`, because clients read the
 * type of the data alone.
 */
export const refetchMessages = (features: Features): StreamMessages => ({
  contentId: () => features.content.hash,
  opening: (random) => {
    const retryMs = 2000 + Math.floor(random * 3000)
    const connected = JSON.stringify({ type: 'connected' })
    return `retry: ${retryMs}\n${frame(features.content.hash, 'message', connected)}`
  },
  change: () => {
    const { hash, loadedAt } = features.content
    const lastModified = Math.floor(loadedAt.getTime() / 1000)
    const data = { type: 'refetchEvaluation', etag: hash, lastModified }
    return frame(hash, 'message', JSON.stringify(data))
  },
  heartbeat: ':\n\n',
})
