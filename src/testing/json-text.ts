import type { JsonValue } from '../core/json'
import { LiveflagError, messageOf } from '../core/errors'

/** Defines a member of any name, `__proto__` included. */
export const define = (record: object, name: string, value: JsonValue): void =>
  void Object.defineProperty(record, name, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  })

export const badValue = (call: string, message: string, cause?: unknown): LiveflagError =>
  new LiveflagError('LIVEFLAG_BAD_OPTION', `${call}: ${message}`, { cause })

/**
 * A value's JSON. Throws for what JSON cannot say, where `JSON.stringify` would leave it out or
 * write null.
 */
export function jsonText(call: string, name: string, value: unknown): string {
  const refused = (why: string, cause?: unknown): LiveflagError =>
    badValue(
      call,
      `${name} is no JSON value: ${why}; give null, true, false, a number, a text, a list or an object`,
      cause,
    )
  try {
    const text: string | undefined = JSON.stringify(value, (_, inner: unknown) => {
      if (typeof inner === 'bigint' || typeof inner === 'function' || typeof inner === 'symbol')
        throw new TypeError(`it has a ${typeof inner}`)
      if (typeof inner === 'number' && !Number.isFinite(inner))
        throw new TypeError(`it has ${inner}`)
      return inner
    })
    if (text !== undefined) return text
  } catch (error) {
    throw refused(messageOf(error).split('\n', 1).join(''), error)
  }
  throw refused('it is undefined')
}
