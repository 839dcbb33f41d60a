import { codeOf, messageOf } from '../../core/errors'
import { isJsonObject, type JsonObject, type JsonValue, kindOf, own } from '../../core/json'
import type { Answer, JsonSchema, ServerContext, ServerRequest } from '../route'

/** What a body has that it may not have; `path` leads to it: `events[2].name`. */
export class BadBody extends Error {
  constructor(
    readonly path: string,
    message: string,
  ) {
    super(message)
  }
}

export const refused = (status: number, code: string, message: string): Answer => ({
  status,
  json: { error: { code, message } },
})

/** The body of a request as an object; throws BadBody. */
export function objectBody({ body }: ServerRequest): JsonObject {
  if (body.kind === 'invalid') throw new BadBody('', body.message)
  if (body.kind === 'none') throw new BadBody('', 'the request has no body; send a JSON object')
  return objectAt(body.value, '')
}

export function objectAt(value: JsonValue | undefined, path: string): JsonObject {
  if (!isJsonObject(value)) throw wrong(path, value, 'an object')
  return value
}

/** The first of several names that the object has: names of clients that there are count, too. */
export function member(
  object: JsonObject,
  names: readonly [string, ...string[]],
  path = '',
): { readonly value: JsonValue | undefined; readonly path: string } {
  const name = names.find((one) => own(object, one) !== undefined) ?? names[0]
  return { value: own(object, name), path: path === '' ? name : `${path}.${name}` }
}

/** A text that is not empty. */
export function textMember(
  object: JsonObject,
  names: readonly [string, ...string[]],
  path = '',
): string {
  const found = optionalText(object, names, path)
  if (found !== undefined) return found
  const { value, path: place } = member(object, names, path)
  throw wrong(place, value, 'a text')
}

/** Undefined when it is missing or null. */
export function optionalText(
  object: JsonObject,
  names: readonly [string, ...string[]],
  path = '',
): string | undefined {
  const { value, path: place } = member(object, names, path)
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string' || value === '')
    throw wrong(place, value, 'a text that is not empty')
  return value
}

export function optionalNumber(object: JsonObject, name: string, path = ''): number | undefined {
  const { value, path: place } = member(object, [name], path)
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'number' || !Number.isFinite(value)) throw wrong(place, value, 'a number')
  return value
}

export function listMember(
  object: JsonObject,
  names: readonly [string, ...string[]],
  most: number,
): { readonly value: readonly JsonValue[]; readonly path: string } {
  const { value, path } = member(object, names)
  if (!Array.isArray(value)) throw wrong(path, value, 'a list')
  const list = value as readonly JsonValue[]
  if (list.length === 0 || list.length > most)
    throw new BadBody(path, `${path} has ${list.length} items; send from 1 to ${most}`)
  return { value: list, path }
}

/** What a client sent stays out of the message: it may be personal. */
const wrong = (path: string, value: JsonValue | undefined, wanted: string): BadBody =>
  new BadBody(path, `${path === '' ? 'the body' : path} is ${kindOf(value)}; send ${wanted}`)

/** Answers 400 for a BadBody. */
export async function answering(handle: () => Answer | Promise<Answer>): Promise<Answer> {
  try {
    return await handle()
  } catch (error) {
    if (error instanceof BadBody) return refused(400, 'bad_request', error.message)
    throw error
  }
}

/** Of what the server itself refuses, and of what these protocols refuse. */
export const ERROR_SCHEMA: JsonSchema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: { code: { type: 'string' }, message: { type: 'string' } },
    },
  },
}

export const ERROR: JsonSchema = { $ref: '#/components/schemas/Error' }

/** The answer when a store took nothing; why is in the log, and not for clients. */
export function notRecorded(
  what: 'events' | 'exposures',
  error: unknown,
  { log }: Pick<ServerContext, 'log'>,
): Answer {
  log.error({ code: codeOf(error), problem: messageOf(error) }, `${what} were not recorded`)
  return {
    ...refused(503, 'not_recorded', `the ${what} could not be stored; send them again`),
    headers: { 'retry-after': '1' },
  }
}
