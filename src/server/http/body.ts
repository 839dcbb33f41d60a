import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import type { JsonValue } from '../../core/json'
import { nestedDeeperAt } from '../../core/nesting'
import type { Body } from '../route'

export type BodyRead = Body | { readonly kind: 'too-large' } | { readonly kind: 'encoded' }

const NONE: Body = { kind: 'none' }
const TOO_LARGE = { kind: 'too-large' } as const

/** Reads the body and parses it. Rejects when the client goes away. Never holds more than the limit. */
export function readBody(
  request: IncomingMessage,
  limitBytes: number,
  depth: number,
): BodyRead | Promise<BodyRead> {
  const { 'content-length': length, 'content-encoding': encoding } = request.headers
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') return { kind: 'encoded' }
  if (length !== undefined && Number(length) > limitBytes) return TOO_LARGE
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    // What comes after the promise is settled, such as the rest of a body that is too large, is
    // dropped.
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= limitBytes) chunks.push(chunk)
      else {
        chunks.length = 0
        resolve(TOO_LARGE)
      }
    })
    request.on('end', () => {
      if (size <= limitBytes) resolve(size === 0 ? NONE : parseBody(joined(chunks, size), depth))
    })
    const onClose = (): void => {
      if (!request.complete) reject(new Error('the client went away'))
    }
    request.on('close', onClose).on('error', onClose)
  })
}

/** Most bodies come in one piece. */
function joined(chunks: readonly Buffer[], size: number): Buffer {
  const [first] = chunks
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, size)
}

const BYTE_ORDER_MARK = '\uFEFF'

function parseBody(bytes: Buffer, depth: number): Body {
  if (!isUtf8(bytes)) return { kind: 'invalid', message: 'request body is not UTF-8' }
  const read = bytes.toString()
  const text = read.startsWith(BYTE_ORDER_MARK) ? read.slice(1) : read
  if (text.trim() === '') return NONE
  // Seen before it is parsed: what walks over a value may run out of stack.
  if (nestedDeeperAt(text, depth) !== undefined)
    return { kind: 'invalid', message: `request body is nested deeper than ${depth}` }
  try {
    const value = JSON.parse(text) as JsonValue
    // A member of this name is no prototype here, but may become one in code that copies it.
    if (text.includes('__proto__') || text.includes('\\u')) dropPrototypes(value)
    return { kind: 'json', value }
  } catch {
    return { kind: 'invalid', message: 'request body is not valid JSON' }
  }
}

function dropPrototypes(value: JsonValue): void {
  if (typeof value !== 'object' || value === null) return
  if (Object.hasOwn(value, '__proto__')) Reflect.deleteProperty(value, '__proto__')
  for (const member of Object.values(value) as readonly JsonValue[]) dropPrototypes(member)
}
