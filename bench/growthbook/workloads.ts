import type { JsonObject } from '../../src/core/json'

/** One person, as both are asked about: an id and attributes. */
export interface Person {
  readonly id: string
  readonly attributes: JsonObject
}

const EACH = 100
const PEOPLE = 10_000
const GROUP = 10_000
const COUNTRIES = ['NZ', 'AU', 'DE', 'FR', 'KZ', 'US', 'IN', 'BR']

/** What each kind of feature is in GrowthBook's payload. */
const KINDS: Readonly<Record<string, (i: number) => JsonObject>> = {
  'default value': (i) => ({ defaultValue: i % 2 === 0 }),
  'forced with condition': (i) => ({
    defaultValue: 'off',
    rules: [{ condition: { country: COUNTRIES[i % 8] ?? '', age: { $gte: 18 } }, force: 'on' }],
  }),
  rollout: () => ({
    defaultValue: false,
    rules: [{ force: true, coverage: 0.25, hashAttribute: 'id' }],
  }),
  experiment: (i) => ({
    defaultValue: 'control',
    rules: [
      {
        key: `experiment-${i}`,
        variations: ['control', 'a', 'b', 'c'],
        weights: [0.25, 0.25, 0.25, 0.25],
        coverage: 0.8,
        hashAttribute: 'id',
        hashVersion: 2,
      },
    ],
  }),
  'ten conditions that do not match': () => ({
    defaultValue: 'none',
    rules: Array.from({ length: 10 }, (_, rule) => ({
      condition: { plan: `plan-${rule}`, country: { $in: COUNTRIES }, age: { $gt: 17 } },
      force: `rule-${rule}`,
    })),
  }),
  'group of 10,000': () => ({
    defaultValue: false,
    rules: [{ condition: { id: { $inGroup: 'customers' } }, force: true }],
  }),
}

export const WORKLOADS = Object.keys(KINDS)

export const nameOf = (kind: string, i: number): string =>
  `${kind.replaceAll(' ', '-').replaceAll(',', '')}-${i}`

/** `each` features of every kind. */
export function payloadOf(each: number = EACH): JsonObject {
  const features = Object.fromEntries(
    WORKLOADS.flatMap((kind) =>
      Array.from({ length: each }, (_, i) => [nameOf(kind, i), KINDS[kind]?.(i) ?? {}]),
    ),
  )
  return {
    features,
    savedGroups: { customers: Array.from({ length: GROUP }, (_, i) => `u${i * 3}`) },
  }
}

/** From a seed of nothing: the same for both, and in every run. */
export const people: readonly Person[] = Array.from({ length: PEOPLE }, (_, i) => ({
  id: `u${(i * 7919) % 30_011}`,
  attributes: {
    country: COUNTRIES[(i * 5) % 8] ?? '',
    age: 10 + (i % 60),
    plan: i % 3 === 0 ? 'free' : 'paid',
  },
}))

/** The features of one page: 50, of all kinds. */
export const page: readonly string[] = Array.from({ length: 50 }, (_, i) =>
  nameOf(WORKLOADS[i % WORKLOADS.length] ?? '', i),
)

/** The features that one request asks of one kind. */
export const asked = (kind: string): readonly string[] =>
  Array.from({ length: 20 }, (_, i) => nameOf(kind, (i * 13) % EACH))
