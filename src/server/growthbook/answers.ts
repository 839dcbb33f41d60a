import type { Answer, JsonSchema, ServerRequest } from '../route'
import type { Visibility } from './payloads'

/** Every answer says that there is a stream; clients open it only then. */
export const HEADERS = { 'x-sse-support': 'enabled' } as const

export const ERROR: JsonSchema = { $ref: '#/components/schemas/GrowthBookError' }

export const refusedAs = (status: number, error: string): Answer => ({
  status,
  json: { status, error },
})

export const visibilityOf = ({ principal }: ServerRequest): Visibility =>
  principal.clientOnly ? 'client' : 'all'
