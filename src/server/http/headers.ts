import type { Answer } from '../route'
import type { Headers } from './cors'

/** Names and values in turn, as `writeHead` takes them fastest. */
export type HeaderList = (string | string[])[]

const JSON_TYPE = 'application/json; charset=utf-8'

/**
 * The headers of an answer. Those of CORS are on every answer, errors too; no cache stores an answer
 * that does not say so itself.
 */
export function headersOf({ headers = {}, json }: Answer, cors: Headers): HeaderList {
  const list: HeaderList = []
  if (!('cache-control' in headers)) list.push('cache-control', 'no-store')
  if (!('x-content-type-options' in headers)) list.push('x-content-type-options', 'nosniff')
  if (json !== undefined && !('content-type' in headers)) list.push('content-type', JSON_TYPE)
  for (const [name, value] of Object.entries(headers))
    if (!(name in cors)) list.push(name, typeof value === 'string' ? value : [...value])
  for (const [name, value] of Object.entries(cors))
    list.push(name, name === 'vary' ? bothVary(headers['vary'], value) : value)
  return list
}

/** The names of both, each once. */
function bothVary(own: string | readonly string[] | undefined, cors: string): string {
  if (own === undefined) return cors
  return [...new Set(`${String(own)}, ${cors}`.split(/, */))].join(', ')
}
