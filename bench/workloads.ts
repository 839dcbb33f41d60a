/** One population and one set of questions, the same for every contender and in every run. */

export interface User {
  readonly id: string
  readonly name: string
  readonly gold: boolean
}

/** Who looks at a page, as the application knows it; nine in ten are signed in. */
export interface Visitor {
  readonly user: User | null
  readonly loid: string
}

export type Flag =
  | { readonly kind: 'on-off'; readonly name: string; readonly on: boolean }
  | { readonly kind: 'list'; readonly name: string; readonly users: readonly string[] }
  | { readonly kind: 'rollout'; readonly name: string; readonly percent: number }
  | {
      readonly kind: 'experiment'
      readonly name: string
      readonly id: number
      readonly percentPerVariant: number
    }

export type Kind = Flag['kind']

export const KINDS: readonly Kind[] = ['on-off', 'list', 'rollout', 'experiment']
export const VARIANTS = ['a', 'b', 'control_1', 'control_2'] as const

/** What a page of 50 flags asks; a live config is mixed alike. */
const PAGE: Readonly<Record<Kind, number>> = { 'on-off': 20, list: 10, rollout: 12, experiment: 8 }
const PAGE_SIZE = 50

export const FLAGS = 1000
export const VISITORS = 10_000
/** So many different flags a request asks for, in a workload that asks one kind only. */
const NAMES_PER_REQUEST = 20

export interface Page {
  readonly flags: readonly string[]
  readonly experiments: readonly string[]
}

export interface Workloads {
  readonly flags: readonly Flag[]
  readonly visitors: readonly Visitor[]
  /** For each kind lists of names; one request asks one list, each name once. */
  readonly lists: Readonly<Record<Kind, readonly (readonly string[])[]>>
  readonly pages: readonly Page[]
}

type Random = () => number

/** Mulberry32: small, seeded, good enough to mix a population. */
function seeded(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item)
}

/**
 * Names as they are when they stand in code: V8 keeps one flat copy of each, as it does of keys.
 */
const asInCode = (names: readonly string[]): string[] =>
  Object.keys(Object.fromEntries(names.map((name) => [name, 0])))

/**
 * Flat text, as it comes out of a database or a cookie, and not V8's memory of how it was joined.
 */
const asFromOutside = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

const WORDS = [
  'search',
  'inbox',
  'vote',
  'banner',
  'feed',
  'gallery',
  'wiki',
  'modmail',
  'upload',
  'comment',
] as const

function wordFor(number: number): string {
  return WORDS[number % WORDS.length] ?? 'flag'
}

function makeVisitors(random: Random): Visitor[] {
  let id = 36 ** 4
  return Array.from({ length: VISITORS }, (_, i) => {
    id += 1 + Math.floor(random() * 50)
    const user = {
      id: `t2_${id.toString(36)}`,
      name: `${wordFor(i)}_${(i * 7919).toString(36)}`,
      gold: random() < 0.1,
    }
    return {
      user: random() < 0.9 ? user : null,
      loid: Math.floor(random() * 36 ** 10)
        .toString(36)
        .padStart(18, '0'),
    }
  })
}

/** Somebody whom the process has never met; each number is somebody else. */
export function newcomer(number: number): Visitor {
  const id = `t2_${(36 ** 6 + number).toString(36)}`
  return {
    user: number % 10 === 0 ? null : { id, name: `new_${id}`, gold: number % 10 === 1 },
    loid: id.padStart(18, '0'),
  }
}

function makeFlag(kind: Kind, number: number, names: readonly string[], random: Random): Flag {
  const name = `${wordFor(number)}_${wordFor(number * 3 + 1)}_${number}`
  if (kind === 'on-off') return { kind, name, on: random() < 0.5 }
  if (kind === 'rollout') return { kind, name, percent: 25 }
  if (kind === 'experiment') return { kind, name, id: number, percentPerVariant: 20 }
  const users = Array.from({ length: 20 }, () => names[Math.floor(random() * names.length)] ?? '')
  return { kind, name, users }
}

/** A live config of `count` flags, mixed as a page is. */
export function makeFlags(count: number, visitors: readonly Visitor[]): Flag[] {
  const random = seeded(20)
  const names = visitors.flatMap(({ user }) => (user === null ? [] : [user.name]))
  const mix = KINDS.flatMap((kind) => Array.from({ length: PAGE[kind] }, () => kind))
  return Array.from({ length: count / PAGE_SIZE }, () => shuffled(mix, random))
    .flat()
    .map((kind, number) => makeFlag(kind, number, names, random))
}

/**
 * A quarter of each kind: on or off; 20 names or gold; 25 %; 4 variants of 10 %. Everybody is signed
 * in.
 */
export function makeFirstWorkload(): Pick<Workloads, 'flags' | 'visitors'> {
  const random = seeded(7)
  const visitors = makeVisitors(random).map(({ user, loid }, i) => ({
    user: user ?? { id: `t2_${(36 ** 5 + i).toString(36)}`, name: `anew_${i}`, gold: false },
    loid,
  }))
  const names = visitors.map(({ user }) => user.name)
  const kinds = KINDS.flatMap((kind) => Array.from({ length: FLAGS / KINDS.length }, () => kind))
  const flags = shuffled(kinds, random).map((kind, number): Flag => {
    const flag = makeFlag(kind, number, names, random)
    return flag.kind === 'experiment' ? { ...flag, percentPerVariant: 10 } : flag
  })
  return { flags: asFromOutside(flags), visitors: asFromOutside(visitors) }
}

export const namesOf = (flags: readonly Flag[], kind: Kind): string[] =>
  asInCode(flags.filter((flag) => flag.kind === kind).map(({ name }) => name))

function makeLists(names: readonly string[], random: Random): string[][] {
  return Array.from({ length: 64 }, () => shuffled(names, random).slice(0, NAMES_PER_REQUEST))
}

function makePage(flags: readonly Flag[], random: Random): Page {
  const some = (kind: Kind): string[] => shuffled(namesOf(flags, kind), random).slice(0, PAGE[kind])
  return {
    flags: shuffled([...some('on-off'), ...some('list'), ...some('rollout')], random),
    experiments: some('experiment'),
  }
}

export function makeWorkloads(): Workloads {
  const random = seeded(1)
  const visitors = asFromOutside(makeVisitors(random))
  const flags = asFromOutside(makeFlags(FLAGS, visitors))
  const lists = (kind: Kind): string[][] => makeLists(namesOf(flags, kind), random)
  return {
    flags,
    visitors,
    lists: {
      'on-off': lists('on-off'),
      list: lists('list'),
      rollout: lists('rollout'),
      experiment: lists('experiment'),
    },
    pages: Array.from({ length: 50 }, () => makePage(flags, random)),
  }
}
