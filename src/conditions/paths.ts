import { isRecord } from '../core/coercion'
import type { AttributeReader } from '../core/definitions'

/**
 * Returns a reader of `a.b.c`; it returns null where there is no such member. Numbers lead into
 * lists.
 */
export function attributePath(path: string): (attributes: AttributeReader) => unknown {
  const [first = '', ...rest] = path.split('.')
  if (rest.length === 0) return (attributes) => attributes(first)
  return (attributes) => {
    let current = attributes(first)
    for (const part of rest) {
      current = member(current, part)
      if (current === null) return null
    }
    return current
  }
}

/**
 * Reads a value's own members as attributes: `constructor` and `__proto__` are there only when they
 * were given. A member with the value undefined is not a missing one.
 */
export const membersOf =
  (value: unknown): AttributeReader =>
  (name) =>
    member(value, name)

const member = (value: unknown, name: string): unknown =>
  isRecord(value) && Object.hasOwn(value, name) ? value[name] : null
