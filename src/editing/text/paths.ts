import { isJsonList, isJsonObject, type JsonValue, own } from '../../core/json'
import type { Path } from '../../core/problem'

/** A value at a path, or none. */
interface PathChange {
  readonly kind: string
  readonly path?: Path
  readonly value?: JsonValue
}

/**
 * The value with another value at the path, or without what is there when there is none to set.
 * Mappings on the way are made. Undefined when the path leads into something that has no members.
 */
export function valueWith(
  value: JsonValue | undefined,
  { path = [], value: wanted }: PathChange,
): JsonValue | undefined {
  const [step, ...rest] = path
  if (step === undefined) return wanted
  if (isJsonList(value)) return inList(value, Number(step), rest, wanted)
  if (value !== undefined && !isJsonObject(value)) return undefined
  const key = String(step)
  const inner =
    rest.length === 0
      ? wanted
      : valueWith(own(value, key), {
          kind: '',
          path: rest,
          ...(wanted !== undefined && { value: wanted }),
        })
  const isKnown = value !== undefined && Object.hasOwn(value, key)
  if (inner === undefined && (rest.length > 0 || !isKnown)) return undefined
  const members = Object.entries(value ?? {})
  // Entries, and not an assignment: `__proto__` is a key like any other.
  const changed: [string, JsonValue][] =
    inner === undefined
      ? members.filter(([name]) => name !== key)
      : isKnown
        ? members.map(([name, one]) => [name, name === key ? inner : one])
        : [...members, [key, inner]]
  return Object.fromEntries(changed)
}

/** An index one after the last adds an item. */
function inList(
  list: readonly JsonValue[],
  index: number,
  rest: Path,
  wanted: JsonValue | undefined,
): JsonValue | undefined {
  if (!Number.isInteger(index) || index < 0 || index > list.length) return undefined
  if (rest.length > 0) {
    const inner = valueWith(list[index], {
      kind: '',
      path: rest,
      ...(wanted !== undefined && { value: wanted }),
    })
    return inner === undefined ? undefined : list.toSpliced(index, 1, inner)
  }
  if (wanted !== undefined) return list.toSpliced(index, 1, wanted)
  return index < list.length ? list.toSpliced(index, 1) : undefined
}
