import { isRecord } from './coercion'

/** Gives an attribute by its name, undefined when there is none. Asked only for what a condition reaches. */
export type AttributeReader = (name: string) => unknown

/** The way to `a.b.c` from what gives the attributes; null where it does not lead anywhere. Numbers lead into lists. */
export function attributePath(path: string): (attributes: AttributeReader) => unknown {
  const [first = '', ...rest] = path.split('.')
  if (rest.length === 0) return (attributes) => attributes(first) ?? null
  return (attributes) => descend(attributes(first), rest)
}

/**
 * The same from a value, by its own members: `constructor` and `__proto__` are there only when they have been given.
 * A member that is there with the value undefined is not a missing one.
 */
export function memberPath(path: string): (value: unknown) => unknown {
  const parts = path.split('.')
  return (value) => descend(value, parts)
}

function descend(value: unknown, parts: readonly string[]): unknown {
  let current = value
  for (const part of parts) {
    current = member(current, part)
    if (current === null) return null
  }
  return current
}

const member = (value: unknown, name: string): unknown => (isRecord(value) && Object.hasOwn(value, name) ? value[name] : null)
