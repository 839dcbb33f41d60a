import type { IncomingMessage } from 'node:http'
import type { JsonValue } from '../../core/json'
import { nestedDeeperAt } from '../../core/nesting'
import type { Body } from '../route'

export type BodyRead = Body | { readonly kind: 'too-large' } | { readonly kind: 'encoded' }

const NONE: Body = { kind: 'none' }
const TOO_LARGE = { kind: 'too-large' } as const

/** Reads the body and parses it. Rejects when the client goes away. Never holds more than the limit. */
export async function readBody(
  request: IncomingMessage,
  limitBytes: number,
  depth: number,
): Promise<BodyRead> {
  const { 'content-length': length, 'content-encoding': encoding } = request.headers
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') return { kind: 'encoded' }
  if (length !== undefined && Number(length) > limitBytes) return TOO_LARGE
  const bytes = await collect(request, limitBytes)
  if (bytes === undefined) return TOO_LARGE
  return bytes.length === 0 ? NONE : parseBody(bytes, depth)
}

function collect(request: IncomingMessage, limitBytes: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const finish = (result: () => void): void => {
      request.off('data', onData).off('end', onEnd).off('close', onClose)
      result()
    }
    const onData = (chunk: Buffer): void => {
      size += chunk.length
      if (size <= limitBytes) chunks.push(chunk)
      else finish(() => resolve(undefined))
    }
    const onEnd = (): void => finish(() => resolve(Buffer.concat(chunks, size)))
    const onClose = (): void => finish(() => reject(new Error('the client went away')))
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose)
  })
}

const UTF8 = new TextDecoder('utf-8', { fatal: true })

function parseBody(bytes: Buffer, depth: number): Body {
  let text: string
  try {
    text = UTF8.decode(bytes)
  } catch {
    return { kind: 'invalid', message: 'request body is not UTF-8' }
  }
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
