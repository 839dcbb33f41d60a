import type { Holds } from './combine'

/** What is asked of one value. */
export type Test = Holds<unknown>

/** Up to here going through a list is quicker than hashing. */
const SHORT = 8

/** Whether a value is identical to an item of the list: no coercion, so objects and lists never are. */
export function memberOf(list: readonly unknown[]): Test {
  const scalars = list.filter((item) => typeof item !== 'object' || item === null)
  if (scalars.length <= SHORT) return (value) => scalars.includes(value)
  const set = new Set(scalars)
  return (value) => set.has(value)
}

/** The same with texts compared in lower case. */
export function memberIgnoringCase(list: readonly unknown[]): Test {
  const isMember = memberOf(list.map(lower))
  return (value) => isMember(lower(value))
}

const lower = (value: unknown): unknown => (typeof value === 'string' ? value.toLowerCase() : value)

/** The test of a value, or of any element when the value is a list. */
export const ofAny = (test: Test): Test => (value) => (Array.isArray(value) ? value.some((element) => test(element)) : test(value))
