import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  departuresOfBucket,
  departuresOfLoidBucket,
  departuresOfTable,
} from '../support/r2-bucket-departures'
import {
  type Departure,
  DEPARTURES,
  departuresOfAll,
  departuresOfCase,
  departuresOfSequence,
} from '../support/r2-departures'
import { play } from '../support/r2-sequences'
import {
  answerCase,
  hasVectors,
  type VectorBucket,
  type VectorCase,
  vectors,
  type VectorSequence,
} from '../support/r2-vectors'

/** How many vectors of a group differ, for each reason. */
type Counts = Readonly<Record<string, Partial<Record<Departure, number>>>>

/**
 * Every group with a vector that differs, why, and how many do; a group that is not here answers
 * exactly as r2 does. A vector that differs in several ways counts once for each.
 */
const DIFFERING = {
  cases: {
    raw: { 'refused at load': 24, 'off stops everything': 5 },
    selector: { 'refused at load': 22 },
    truthiness: {
      'refused at load': 47,
      'variant is for the eligible, while the experiment runs': 1,
    },
    url: {
      'refused at load': 7,
      'a variant forced by URL is the whole answer': 4,
      'variant is for the eligible, while the experiment runs': 5,
    },
    percent_loggedin: { 'a fraction of a percent is exact': 1 },
    'percent_loggedin-boundary': { 'a fraction of a percent is exact': 4, 'refused at load': 12 },
    'percent_loggedout-boundary': { 'a fraction of a percent is exact': 1, 'refused at load': 3 },
    experiment: { 'refused at load': 11 },
    'experiment-boundary': { 'refused at load': 3 },
    eligibility: {
      'variant is for the eligible, while the experiment runs': 93,
      'refused at load': 52,
    },
    mix: { 'off stops everything': 7 },
    'loggedout-experiments': { 'variant is for the eligible, while the experiment runs': 5 },
    'experiment-falsy': { 'refused at load': 11 },
    'page-eligibility': { 'variant is for the eligible, while the experiment runs': 11 },
    'page-truthiness': { 'refused at load': 16 },
  },
  edge: {
    'non-string-live-value': { 'refused at load': 4 },
    'python-only-json': { 'refused at load': 2 },
    'odd-types': { 'refused at load': 66, 'a list of variants is drawn as it is written': 1 },
  },
  allEnabled: {
    big: {
      'allEnabled follows the Decisions': 23,
      'off stops everything': 19,
      'a variant forced by URL is the whole answer': 5,
    },
    'ignores-subreddit-subdomain-client': {
      'allEnabled follows the Decisions': 1,
      'off stops everything': 1,
    },
    'ignores-valid-request': { 'allEnabled follows the Decisions': 1, 'off stops everything': 1 },
    'page-experiment-leaks': { 'allEnabled follows the Decisions': 21 },
  },
  sequences: {
    'variant-never-buckets': { 'variant records what it gives': 1 },
    'explicit-user-while-logged-out': { 'variant records what it gives': 1 },
    'cached-until-hook': { 'a snapshot is swapped whole': 1 },
    'user-override-none-falls-back': { 'null is nobody': 1 },
    'all-enabled-none-while-logged-in-loggedin-flag': { 'null is nobody': 1 },
  },
  buckets: { 'an empty id': { 'null is nobody': 4 } },
  loidBuckets: {},
  variantTables: { negative: { 'refused at load': 1 } },
} satisfies Record<string, Counts>

/** How many vectors each section publishes. */
const SIZES = {
  cases: 2841,
  edge: 94,
  allEnabled: 54,
  sequences: 15,
  buckets: 115,
  loidBuckets: 97,
  variantTables: 21,
}

if (!hasVectors) {
  const total = Object.values(SIZES).reduce((sum, size) => sum + size, 0)
  console.warn(
    `r2 conformance: ../shared/conformance/r2 is not beside the project; of ${total} vectors only the selection in test/vectors/r2.json runs against the default semantics`,
  )
}

type Reasons = Iterable<Departure | undefined>

/**
 * Counts why the vectors of a section differ, group by group, and holds the counts to the table
 * above.
 */
async function hold<T>(
  section: keyof typeof SIZES,
  file: string,
  groupOf: (item: T) => string,
  reasonsOf: (item: T) => Reasons | Promise<Reasons>,
): Promise<void> {
  const items = vectors<T>(file, section)
  const found: Record<string, Record<string, number>> = {}
  const unexplained: T[] = []
  for (const item of items) {
    for (const reason of await reasonsOf(item)) {
      if (reason === undefined) unexplained.push(item)
      else (found[groupOf(item)] ??= {})[reason] = (found[groupOf(item)]?.[reason] ?? 0) + 1
    }
  }
  expect(unexplained).toEqual([])
  if (!hasVectors) return holdWithin(found, DIFFERING[section])
  expect(items).toHaveLength(SIZES[section])
  expect(found).toEqual(DIFFERING[section])
}

/** A selection has no reasons but those of the whole, and no more of any. */
function holdWithin(found: Record<string, Record<string, number>>, whole: Counts): void {
  const counts = Object.entries(found).flatMap(([group, reasons]) =>
    Object.entries(reasons).map(([reason, count]) => ({ group, reason, count })),
  )
  const ofWhole = (group: string, reason: string): number =>
    (whole[group] as Record<string, number> | undefined)?.[reason] ?? 0
  expect(counts.filter(({ group, reason, count }) => count > ofWhole(group, reason))).toEqual([])
}

const firstOf = ({ name }: { name: string }): string => name.split('/')[0] ?? name
/** Where all names of a section begin alike. */
const secondOf = ({ name }: { name: string }): string => name.split('/')[1] ?? name

const ofCase = async (item: VectorCase): Promise<Reasons> =>
  departuresOfCase(item, await answerCase(item, {}))
const ofSequence = async (item: VectorSequence): Promise<Reasons> =>
  departuresOfSequence(item, await play(item, 'liveflag'), await play(item, 'r2'))

describe('in the default semantics exactly the documented groups of r2 vectors differ, as often and for the reasons that are written down:', () => {
  test('cases', () => hold('cases', 'cases.json', firstOf, ofCase), 60_000)
  test('edges', () => hold('edge', 'edge.json', firstOf, ofCase))
  test('allEnabled', () => hold('allEnabled', 'all-enabled.json', secondOf, departuresOfAll))
  test('sequences', () => hold('sequences', 'sequences.json', secondOf, ofSequence))
  test('buckets', () =>
    hold<VectorBucket>(
      'buckets',
      'buckets.json',
      ({ seed }) => (seed === '' ? 'an empty id' : 'an id'),
      departuresOfBucket,
    ))
  test('logged-out buckets', () =>
    hold(
      'loidBuckets',
      'loid-buckets.json',
      ({ bucket }) => (bucket === null ? 'no number' : 'a number'),
      departuresOfLoidBucket,
    ))
  test('tables of variants, all 1000 picks of each', () =>
    hold('variantTables', 'variant-tables.json', ({ name }) => name, departuresOfTable))

  test('each reason has its decision record', () => {
    const records = readdirSync(join(__dirname, '../../docs/decisions'))
    expect(
      Object.entries(DEPARTURES).filter(
        ([, number]) => !records.some((name) => name.startsWith(number)),
      ),
    ).toEqual([])
  })
})

test('whole percentages and the buckets of experiments put everybody where r2 puts them', async () => {
  const kept = vectors<VectorCase>('cases.json', 'cases').filter((item) =>
    /^(percent_loggedin|percent_loggedout|experiment|experiment-boundary)$/.test(firstOf(item)),
  )
  const moved: string[] = []
  for (const item of kept) {
    if (/\d\.\d/.test(JSON.stringify(item.config)) && firstOf(item).startsWith('percent')) continue
    const answer = await answerCase(item, {})
    if (answer.isEnabled !== 'refused' && answer.isEnabled !== item.expect.isEnabled)
      moved.push(item.name)
  }
  expect(moved).toEqual([])
}, 60_000)
