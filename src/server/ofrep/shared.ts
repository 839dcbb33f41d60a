import type { EvaluationContext } from '../../engine/evaluation-context'
import type { Answer, ServerContext, ServerRequest } from '../route'
import type { Evaluator } from './evaluate'
import type { OfrepOptions } from './options'
import { type ContextRead, readContext } from './request-context'
import type { StreamTokens } from './stream-token'

/** What the routes of one server share. */
export interface Shared {
  readonly context: ServerContext
  readonly options: OfrepOptions
  readonly evaluator: Evaluator
  readonly tokens: StreamTokens
}

/**
 * The context of a request: that of its body, under what the server itself says of the caller. A
 * caller can claim anything in the body, and nothing of what is here.
 */
export function contextOf(
  { context: { limits }, options }: Shared,
  { body, headers }: ServerRequest,
): ContextRead {
  if (body.kind === 'invalid') return { refused: 'the request body is not valid JSON' }
  const read = readContext(body.kind === 'json' ? body.value : undefined, limits)
  if ('refused' in read || (!options.context && !options.contextFromHeaders)) return read
  return { context: { ...read.context, ...options.context, ...fromHeaders(options, headers) } }
}

function fromHeaders(
  { contextFromHeaders = {} }: OfrepOptions,
  headers: ServerRequest['headers'],
): EvaluationContext {
  const members = Object.entries(contextFromHeaders).map(([member, header]) => {
    const value = headers[header.toLowerCase()]
    // A member that comes from a header comes from nowhere else.
    return [member, Array.isArray(value) ? value.join(', ') : value] as const
  })
  return Object.fromEntries(members)
}

/** Which flags a caller sees, as a part of entity tags and of tokens of streams. */
export const visibilityOf = ({ principal }: ServerRequest): string =>
  `${principal.clientOnly ? 'client' : 'all'}${principal.environment === undefined ? '' : `-${principal.environment.replaceAll('.', '_')}`}`

/**
 * What the token of a stream's address says: what its caller sees, and the name of the token that
 * the caller has, by which open streams are counted.
 */
export const streamScope = (request: ServerRequest): string =>
  `${visibilityOf(request)}~${Buffer.from(request.principal.name ?? '').toString('base64url')}`

/** Whose streams those of a scope are counted as: those of its token. */
export const callerOf = (scope: string): string =>
  `token ${Buffer.from(scope.slice(scope.lastIndexOf('~') + 1), 'base64url').toString()}`

export const NOT_READY: Answer = {
  status: 500,
  json: {
    errorCode: 'PROVIDER_NOT_READY',
    errorDetails: 'no configuration has been loaded yet',
  },
}
