import { takesGzip } from '../compression'
import { namesTag } from '../etag'
import type { Answer, Operation, Route, ServerContext, ServerRequest } from '../route'
import { ERROR, HEADERS, refusedAs, visibilityOf } from './answers'
import type { Payloads } from './payloads'

const OPERATION: Operation = {
  id: 'growthbookFeatures',
  summary: "The features, with their rules, as GrowthBook's SDKs read them",
  parameters: [{ name: 'If-None-Match', in: 'header', schema: { type: 'string' } }],
  answers: {
    200: {
      description: 'Every feature that can be one of GrowthBook, or that browsers may see.',
      schema: { $ref: '#/components/schemas/GrowthBookPayload' },
      headers: {
        ETag: 'Names the content.',
        'X-SSE-Support': 'enabled: there is a stream at /sub/KEY.',
      },
    },
    304: { description: 'The content is the one that If-None-Match names.' },
    400: { description: 'The key is not valid.', schema: ERROR },
  },
}

/** Short, so that no cache hides an edit; the answers of two keys are never one. */
const CACHED = {
  ...HEADERS,
  'cache-control': 'private, max-age=5',
  vary: 'Accept-Encoding, Authorization',
}
const SENT = { ...CACHED, 'content-type': 'application/json; charset=utf-8' }

/** `GET /api/features/:key`. */
export const featuresRoute = (context: ServerContext, payloads: Payloads): Route => ({
  method: 'GET',
  path: '/api/features/:key',
  scope: 'read',
  forClients: true,
  tokenIn: 'key',
  operation: OPERATION,
  handle: (request) => send(context, payloads, request),
})

function send({ features }: ServerContext, payloads: Payloads, request: ServerRequest): Answer {
  if (features.content.status === 'NOT_READY') return refusedAs(500, 'Failed to get features')
  const { bytes, gzipped, etag } = payloads.of(visibilityOf(request))
  if (namesTag(request.headers['if-none-match'], etag))
    return { status: 304, headers: { ...CACHED, etag } }
  return takesGzip(request.headers['accept-encoding'])
    ? { status: 200, headers: { ...SENT, 'content-encoding': 'gzip', etag }, text: gzipped }
    : { status: 200, headers: { ...SENT, etag }, text: bytes }
}
