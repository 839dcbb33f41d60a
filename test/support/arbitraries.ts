import fc from 'fast-check'
import type { Facts } from '../../src/index'
import { anyText } from './any-text'

/**
 * Names that are also members of every object: an engine that looks one up carelessly finds a
 * function.
 */
export const INHERITED = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
] as const

/** Every key that an entry or its experiment may have, and some that it may not. */
export const KEYS = [
  'enabled',
  'url',
  'url_for',
  'admin',
  'employee',
  'beta',
  'gold',
  'loggedin',
  'loggedout',
  'users',
  'subreddits',
  'subdomains',
  'oauth_clients',
  'percent_loggedin',
  'percent_loggedout',
  'experiment',
  'experiment_id',
  'experiment_seed',
  'variants',
  'page',
  'subreddit_only',
  'link_only',
  'owner',
  'tags',
  'x-note',
  'on',
  ...INHERITED,
] as const

const maybe = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(values, { nil: undefined, freq: 2 })

/** A mapping with some of these members. */
export const some = (
  members: Record<string, fc.Arbitrary<unknown>>,
): fc.Arbitrary<Record<string, unknown>> =>
  fc
    .record(members, { requiredKeys: [] })
    .map((mapping) => Object.fromEntries(Object.entries(mapping)))

const userName = fc.constantFrom('gary', 'Wendy', 'spez', '__proto__', '1984')
const urlName = fc.constantFrom('a', 'b', 'A', 'constructor', '__proto__')
const place = fc.constantFrom('wtf', 'Pics', ' reddit.com', 'all')
const host = fc.constantFrom('beta', 'www', 'Staging')
const client = fc.constantFrom('xyzABC123', 'xyzabc123', 'c')
const id = fc.integer({ min: 0, max: 100_000 }).map((n) => `t2_${n.toString(36)}`)
const loid = fc.oneof(
  fc.string({ minLength: 1, maxLength: 18, unit: fc.constantFrom(...'abcXYZ0189') }),
  fc.constantFrom('zz- 7', ' -1 ', 'a.b', '+', 'é1', 'x'),
)

/** Visitors of whom each entry below knows something. */
export const visitor: fc.Arbitrary<Facts> = fc.record({
  user: maybe(
    fc.record({
      id,
      name: userName,
      admin: fc.boolean(),
      employee: fc.boolean(),
      gold: fc.boolean(),
      beta: fc.boolean(),
    }),
  ),
  subreddit: maybe(place),
  subdomain: maybe(host),
  oauthClient: maybe(client),
  loid: maybe(loid),
  urlFeatures: fc.array(urlName, { maxLength: 3 }),
  page: maybe(
    fc.record({
      id: id.map((text) => text.replace('t2', 't3')),
      type: fc.constantFrom('link', 'comment', 'subreddit', 'message'),
    }),
  ),
})

/**
 * A mapping with at most `most` of these members: with more, an early one nearly always decides.
 */
export const few = (
  most: number,
  members: Record<string, fc.Arbitrary<unknown>>,
): fc.Arbitrary<Record<string, unknown>> =>
  fc
    .subarray(Object.keys(members), { maxLength: most })
    .chain((keys) =>
      fc.record(Object.fromEntries(keys.map((key) => [key, members[key] ?? fc.constant(null)]))),
    )
    .map((mapping) => Object.fromEntries(Object.entries(mapping)))

const variant = fc.constantFrom(
  'blue',
  'green',
  'control_1',
  'control_2',
  'Zeta',
  'é',
  '10',
  '9',
  '__proto__',
  'constructor',
  '😀',
  '\ufb01',
)
const list = (names: fc.Arbitrary<string>): fc.Arbitrary<string[]> =>
  fc.array(names, { maxLength: 3 })

/** A mapping from names to values, members of every object among the names. */
export const mappingOf = <T>(
  names: fc.Arbitrary<string>,
  values: fc.Arbitrary<T>,
  maxLength = 4,
): fc.Arbitrary<Record<string, T>> =>
  fc
    .array(fc.tuple(names, values), { maxLength })
    .map((pairs) => Object.fromEntries(pairs) as Record<string, T>)

const forcing = mappingOf(urlName, fc.oneof(variant, fc.constant(null)))
const roles = Object.fromEntries(
  ['admin', 'employee', 'beta', 'gold', 'loggedin', 'loggedout'].map((key) => [key, fc.boolean()]),
)
const names = {
  users: list(userName),
  subreddits: list(place),
  subdomains: list(host),
  oauth_clients: list(client),
}

const gate = fc.oneof(
  fc.constantFrom('admin', 'employee', 'gold', 'loggedin', 'loggedout'),
  fc.array(fc.constantFrom('admin', 'beta', 'loggedin'), { minLength: 1, maxLength: 2 }),
  some({ ...roles, ...names }),
)
const who = { url: fc.oneof(urlName, forcing), ...roles, ...names }

const shares = mappingOf(
  variant,
  fc.oneof(
    fc.integer({ min: 0, max: 1000 }).map((n) => n / 10),
    fc.integer({ min: 0, max: 100 }),
  ),
  6,
)
const pageKeys = {
  page: fc.constantFrom(true, true, false),
  subreddit_only: fc.boolean(),
  link_only: fc.boolean(),
}
const experimentId = fc.constantFrom<unknown>(7, 'x', 0, null)
const percent = fc.oneof(
  fc.integer({ min: 0, max: 100 }),
  fc.integer({ min: 0, max: 1_000_000 }).map((n) => n / 10_000),
)

/** Entries that liveflag takes: every selector, every way to write it. */
export const liveflagEntry: fc.Arbitrary<Record<string, unknown>> = few(5, {
  enabled: fc.constantFrom('on', 'off', false),
  ...who,
  url_for: gate,
  percent_loggedin: percent,
  percent_loggedout: percent,
  owner: fc.constant('somebody'),
}).chain((entry) =>
  fc.oneof(
    fc.constant(entry),
    liveflagExperiment.map((experiment) => ({ ...entry, experiment })),
  ),
)

const liveflagExperiment = few(5, {
  enabled: fc.constantFrom('on', 'off', true, false),
  ...who,
  url_for: gate,
  ...pageKeys,
  experiment_id: experimentId,
}).chain((experiment) => shares.map((variants) => ({ ...experiment, variants })))

const odd = fc.constantFrom<unknown>(true, false, null, 0, 1, 'no', '', [], [0], {})
const oddRoles = Object.fromEntries(Object.keys(roles).map((key) => [key, odd]))
const oddPercent = fc.oneof(
  fc.constantFrom<unknown>(true, false, null, 0, -5, 250, 0.01, 12.5),
  fc.integer({ min: 0, max: 100 }),
)
const oddEnabled = fc.constantFrom<unknown>('on', 'off', true, false, null, 'ON', 1, 0, '', 'false')
const oddUrl = fc.oneof(urlName, forcing, fc.constantFrom<unknown>(null, true, 5, '', [], {}))
const oddWho = { enabled: oddEnabled, url: oddUrl, ...oddRoles, ...names }
const oddPage = { page: odd, subreddit_only: odd, link_only: odd }
const oddShares = mappingOf(
  variant,
  fc.oneof(
    fc.integer({ min: -50, max: 1200 }).map((n) => n / 10),
    fc.boolean(),
  ),
  6,
)

/**
 * Entries as r2 took them, its loose types included; without what r2 crashed on, which is refused.
 */
export const r2Entry: fc.Arbitrary<Record<string, unknown>> = few(5, {
  ...oddWho,
  percent_loggedin: oddPercent,
  percent_loggedout: oddPercent,
}).chain((entry) =>
  fc.oneof(
    fc.constant(entry),
    r2Experiment.map((experiment) => ({ ...entry, experiment })),
  ),
)

const r2Experiment = few(5, {
  ...oddWho,
  ...oddPage,
  percent_loggedin: fc.constant(100),
  experiment_id: experimentId,
}).chain((experiment) =>
  fc
    .option(oddShares, { freq: 5 })
    .map((variants) => (variants ? { ...experiment, variants } : experiment)),
)

/**
 * Any JSON value, with the words of an entry strewn in, so that odd values reach every selector.
 */
export const anyValue: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    fc.constantFrom<unknown>(
      null,
      true,
      false,
      'on',
      'off',
      '',
      'gary',
      '{"gold": true}',
      '{"users": 5}',
      '[',
      0,
      -0,
      0.5,
      100,
      1e308,
      -1,
      'control_1',
    ),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    anyText(),
    fc.array(tie('value'), { maxLength: 3 }),
    mappingOf(fc.oneof(fc.constantFrom(...KEYS), anyText()), tie('value')),
  ),
})).value

const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSparseArray: true,
  withTypedArray: true,
})

/**
 * What a broken client or a careless application hands over as facts: members of any type, and none
 * too long.
 */
export const hostileFacts: fc.Arbitrary<Facts> = some({
  user: fc.oneof(anything, some({ id: anything, name: anything, admin: anything, gold: anything })),
  subreddit: anything,
  subdomain: anything,
  oauthClient: anything,
  loid: fc.oneof(anything, anyText({ maxLength: 30 })),
  urlFeatures: fc.oneof(
    anything,
    fc.array(anything),
    fc.array(fc.constantFrom(...INHERITED, 'a', '')),
  ),
  attributes: anything,
  page: fc.oneof(anything, some({ id: anyText(), type: anything })),
}).map((facts) => facts as Facts)
