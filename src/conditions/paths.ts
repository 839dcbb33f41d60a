import { isRecord } from '../core/coercion'
import type { AttributeReader } from '../core/definitions'

/**
 * The way to `a.b.c` from what gives the attributes; null where it does not lead anywhere. Numbers
 * lead into lists.
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
 * A value's own members as attributes: `constructor` and `__proto__` are there only when they have
 * been given. A member that is there with the value undefined is not a missing one.
 */
export const membersOf =
  (value: unknown): AttributeReader =>
  (name) =>
    member(value, name)

const member = (value: unknown, name: string): unknown =>
  isRecord(value) && Object.hasOwn(value, name) ? value[name] : null
