import type { Answer, Operation, Route, ServerRequest } from '../route'
import type { Evaluated } from './evaluate'
import { contextOf, type Shared } from './shared'

/** No cache may store an answer about one visitor. */
const HEADERS = { 'cache-control': 'no-store' }
const JSON_HEADERS = { ...HEADERS, 'content-type': 'application/json; charset=utf-8' }

const OPERATION: Operation = {
  id: 'evaluateFlag',
  summary: 'One flag for one context; an exposure is recorded when a variant is served',
  body: { $ref: '#/components/schemas/OfrepRequest' },
  answers: {
    200: {
      description: 'Evaluated. Without `value`: use the default in the code.',
      schema: { $ref: '#/components/schemas/OfrepSuccess' },
    },
    400: {
      description: 'The request is not valid, or this flag cannot be evaluated for it.',
      schema: { $ref: '#/components/schemas/OfrepFailure' },
    },
    404: {
      description: 'No such flag, or none that this caller may see.',
      schema: { $ref: '#/components/schemas/OfrepFailure' },
    },
    500: {
      description: 'No configuration has been loaded yet.',
      schema: { $ref: '#/components/schemas/OfrepFailure' },
    },
  },
}

/** `POST /ofrep/v1/evaluate/flags/:key`. Browsers evaluate in bulk, so their tokens are refused here. */
export const singleRoute = (shared: Shared): Route => ({
  method: 'POST',
  path: '/ofrep/v1/evaluate/flags/:key',
  scope: 'evaluate',
  acceptsMalformed: true,
  operation: OPERATION,
  handle: (request) => evaluate(shared, request),
})

function evaluate(shared: Shared, request: ServerRequest): Answer {
  const { key = '' } = request.params
  if (request.malformed.includes('key'))
    return failed(400, key, 'GENERAL', 'the key in the path is not valid percent-encoding')
  const read = contextOf(shared, request)
  if ('refused' in read) return failed(400, key, 'INVALID_CONTEXT', read.refused)
  const { evaluator } = shared
  if (!evaluator.isReady)
    return failed(500, key, 'PROVIDER_NOT_READY', 'no configuration has been loaded yet')
  const { errorCode, text } = evaluator.one(key, read.context, request.principal.clientOnly)
  return { status: statusOf(errorCode), headers: JSON_HEADERS, text }
}

function statusOf(errorCode: Evaluated['errorCode']): number {
  if (errorCode === undefined) return 200
  return errorCode === 'FLAG_NOT_FOUND' ? 404 : 400
}

const failed = (status: number, key: string, errorCode: string, errorDetails: string): Answer => ({
  status,
  headers: HEADERS,
  json: { key, errorCode, errorDetails },
})
