import type { Answer, Operation, Route, ServerRequest } from '../route'
import type { EvaluationContext } from '../../engine/evaluation-context'
import { type CatchUp, isAhead } from './catch-up'
import { namesTag, weakTag } from '../etag'
import { contextOf, NOT_READY, type Shared, streamScope, visibilityOf } from './shared'
import { STREAM_PATH } from './stream'

const HEADERS = {
  'cache-control': 'private, no-cache',
  vary: 'Origin, Authorization, X-API-Key, Accept-Encoding',
}

const OPERATION: Operation = {
  id: 'evaluateFlags',
  summary: 'Every flag that the caller may see, for one context; nothing is recorded',
  parameters: [
    { name: 'If-None-Match', in: 'header', schema: { type: 'string' } },
    { name: 'flagConfigEtag', in: 'query', schema: { type: 'string' } },
    { name: 'flagConfigLastModified', in: 'query', schema: { type: 'string' } },
  ],
  body: { $ref: '#/components/schemas/OfrepRequest' },
  answers: {
    200: {
      description: 'All flags, sorted by key.',
      schema: { $ref: '#/components/schemas/OfrepBulk' },
      headers: { ETag: 'Of the result for this context.' },
    },
    304: {
      description: 'The result is the one that the caller has.',
      headers: { ETag: 'As sent.' },
    },
    400: {
      description: 'The request is not valid.',
      schema: { $ref: '#/components/schemas/OfrepBulkFailure' },
    },
    500: {
      description: 'No configuration has been loaded yet.',
      schema: { $ref: '#/components/schemas/OfrepBulkFailure' },
    },
  },
}

/** `POST /ofrep/v1/evaluate/flags` */
export const bulkRoute = (shared: Shared, catchUp: CatchUp): Route => ({
  method: 'POST',
  path: '/ofrep/v1/evaluate/flags',
  scope: 'evaluate',
  forClients: true,
  operation: OPERATION,
  handle: (request) => evaluateAll(shared, catchUp, request),
})

function evaluateAll(
  shared: Shared,
  catchUp: CatchUp,
  request: ServerRequest,
): Answer | Promise<Answer> {
  const read = contextOf(shared, request)
  if ('refused' in read)
    return { status: 400, json: { errorCode: 'INVALID_CONTEXT', errorDetails: read.refused } }
  const { evaluator } = shared
  if (!evaluator.isReady) return NOT_READY
  const { query } = request
  const announced = {
    etag: query.get('flagConfigEtag') ?? undefined,
    lastModified: query.get('flagConfigLastModified') ?? undefined,
  }
  if (!isAhead(announced, evaluator.texts.flags))
    return answered(shared, read.context, request, request.headers['if-none-match'])
  return catchUp.read().then(() => answered(shared, read.context, request, undefined))
}

/** @param known the tag of the copy that the client has and may go on using */
function answered(
  shared: Shared,
  context: EvaluationContext,
  request: ServerRequest,
  known: string | undefined,
): Answer {
  const { evaluator } = shared
  const flags = evaluator.all(context, request.principal.clientOnly)
  const streams = announcement(shared, request)
  const { set, setWithoutVersion } = evaluator.texts
  const etag = weakTag(flags, streams, setWithoutVersion, visibilityOf(request))
  if (namesTag(known, etag)) return { status: 304, headers: { ...HEADERS, etag } }
  return {
    status: 200,
    headers: { ...HEADERS, etag, 'content-type': 'application/json; charset=utf-8' },
    // The flags are a text already, which the tag was made of.
    text: `{"flags":${flags},"metadata":${set}${streams}}`,
  }
}

/**
 * Where the stream of changes is, as the end of the answer's text. The address has the whole path:
 * clients take the origin of their base address alone, without its path.
 */
function announcement({ options, tokens }: Shared, request: ServerRequest): string {
  if (options.streams === false) return ''
  const { principal, mount } = request
  const token = principal.name === undefined ? '' : `?token=${tokens.mint(streamScope(request))}`
  const { streamOrigin, inactivityDelaySec } = options
  const stream = {
    type: 'sse',
    endpoint: {
      requestUri: `${mount}${STREAM_PATH}${token}`,
      ...(streamOrigin !== undefined && { origin: streamOrigin }),
    },
    ...(inactivityDelaySec !== undefined && { inactivityDelaySec }),
  }
  return `,"eventStreams":${JSON.stringify([stream])}`
}
