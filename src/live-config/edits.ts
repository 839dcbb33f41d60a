import { isJsonList, isJsonObject, type JsonValue, jsonEqual, own } from '../core/json'

/** One place of a feature's entry that an edit changed. */
export interface Edit {
  readonly feature: string
  /**
   * The way to it, `experiment.traffic` or `variants.0.weight`; empty for the entry itself. Of a
   * segment or group that the entry names, `group.staff`.
   */
  readonly path: string
  /** Missing when the place is new. */
  readonly from?: JsonValue
  /** Missing when the place is gone. */
  readonly to?: JsonValue
}

type Difference = Omit<Edit, 'feature'>

/**
 * The smallest places in which two values differ: members of mappings, and items of lists of
 * mappings that are as long as each other. Any other list is one place.
 */
export function* differences(
  from: JsonValue | undefined,
  to: JsonValue | undefined,
  path = '',
): Generator<Difference> {
  if (jsonEqual(from, to)) return
  const members = membersOf(from, to)
  if (members === undefined) {
    yield { path, ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
    return
  }
  for (const [key, before, after] of members)
    yield* differences(before, after, path === '' ? key : `${path}.${key}`)
}

type Member = readonly [key: string, from: JsonValue | undefined, to: JsonValue | undefined]

/** What two values have beneath them, side by side; undefined where they are compared as a whole. */
function membersOf(
  from: JsonValue | undefined,
  to: JsonValue | undefined,
): readonly Member[] | undefined {
  if (isJsonObject(from) && isJsonObject(to)) {
    const keys = new Set([...Object.keys(from), ...Object.keys(to)])
    return [...keys].map((key) => [key, own(from, key), own(to, key)])
  }
  const areAlike =
    isJsonList(from) &&
    isJsonList(to) &&
    from.length === to.length &&
    [...from, ...to].every(isJsonObject)
  return areAlike ? from.map((item, i) => [String(i), item, to[i]]) : undefined
}
