/** An edit that moves buckets, while some of their people come back and others never do. */
import { worldOf } from '../../src'
import type { ExperimentReport } from '../../src/analysis/experiment-report'
import { isSound, noteLines, phaseLines } from '../../src/analysis/verdicts'
import { hundredthOf } from '../../src/hash/sha256'
import { chance } from '../support/chance'
import { closeEngines, openEngine } from '../support/engine'
import { conversionRow } from '../support/rows'
import { DAY, ids, running, START } from '../support/running-experiment'

afterEach(closeEngines)

const list = (a: number, b: number, also = ''): string =>
  `feature_size: {experiment: {experiment_id: split, ${also}variants: [{name: a, weight: ${a}}, {name: b, weight: ${b}}]}}`

const sumOf = (
  { variants }: Pick<ExperimentReport, 'variants'>,
  what: 'units' | 'crossed' | 'moved',
): number => variants.reduce((sum, one) => sum + one[what], 0)

/** Half of the people come often and buy much; the others come once, as a rule, and buy little. */
function crowd(seed: number, all: readonly string[]) {
  const { next } = chance(seed)
  return all.map((id) => {
    const isOften = next() < 0.5
    return { id, returns: next() < (isOften ? 0.9 : 0.1), buys: next() < (isOften ? 0.4 : 0.1) }
  })
}

describe('half of the people of b are given to a, and those who buy come back more often', () => {
  let built: ReturnType<typeof build> | undefined
  /** Read alone, so one is enough for all. */
  const scene = () => (built ??= build())
  const build = async () => {
    const opened = await running(list(50, 50))
    const people = crowd(7, ids(6000))
    await opened.come(ids(6000), 0)
    await opened.set(list(75, 25))
    const back = people.filter(({ returns }) => returns).map(({ id }) => id)
    await opened.come([...back, ...ids(1000, 6000)], 2)
    const buyers = people.filter(({ buys }) => buys)
    await opened.store.write({
      conversions: buyers.map(({ id }) => conversionRow(id, null, { at: START + 3 * DAY })),
    })
    return { ...opened, people, back: new Set(back) }
  }

  test('without those who came back alone, b would seem to sell far less', async () => {
    const { people, back } = await scene()
    const bucketOf = (id: string): number => hundredthOf(id, 'split', 'variant')
    const rate = (isOf: (bucket: number) => boolean): number => {
      const own = people.filter(({ id }) => {
        const bucket = bucketOf(id)
        return isOf(bucket) && !(bucket >= 5000 && bucket < 7500 && back.has(id))
      })
      return own.filter(({ buys }) => buys).length / own.length
    }
    expect(rate((bucket) => bucket >= 5000) / rate((bucket) => bucket < 5000)).toBeLessThan(0.85)
  })

  test('without all of their buckets it sells as much', async () => {
    const { report } = await scene()
    const { conversions } = await report({ control: 'a', span: { to: START + 30 * DAY } })
    const effect = conversions[0]?.variants.find(({ variant }) => variant === 'b')
    const [low = NaN, high = NaN] = effect?.difference?.interval ?? []
    expect(low).toBeLessThan(0)
    expect(high).toBeGreaterThan(0)
    expect(Math.abs(effect?.lift?.value ?? NaN)).toBeLessThan(0.1)
  })

  test('the report counts them, and says that what is left is a fair sample', async () => {
    const { report, people, back } = await scene()
    const found = await report()
    const moved = people.filter(({ id }) => {
      const bucket = hundredthOf(id, 'split', 'variant')
      return bucket >= 5000 && bucket < 7500
    })
    expect(sumOf(found, 'moved')).toBe(moved.length)
    expect(sumOf(found, 'crossed')).toBe(moved.filter(({ id }) => back.has(id)).length)
    expect(found.phases.map((one) => one.moved)).toEqual([moved.length, 0])
    expect(found.quality.moved).toBeCloseTo(moved.length / 7000, 9)
    expect(found.quality.crossedOfStaying).toBe(0)
    const estimated = found.conversions[0]?.variants.reduce((sum, { units }) => sum + units, 0)
    expect(estimated).toBe(7000 - moved.length)
    expect(found.sampleRatio.verdict).toBe('no-mismatch')
    expect(isSound(found)).toBe(true)
    expect(noteLines(found)[0]).toMatch(/^Moved: \d+\.\d\d % of the units .* is a fair sample\.$/)
    expect(phaseLines(found)[0]).toContain(
      `6,000 first seen, ${moved.length.toLocaleString('en')} of them moved later`,
    )
  })
})

/** An entry before and after an edit that moves some of its people. */
const EDITS: readonly (readonly [name: string, before: string, after: string])[] = [
  [
    "a third variant of r2's mapping",
    'feature_size: {experiment: {loggedin: true, variants: {x: 20, y: 20}}}',
    'feature_size: {experiment: {loggedin: true, variants: {x: 20, y: 20, z: 20}}}',
  ],
  ['weights of a list', list(50, 50), list(60, 40)],
  [
    'ranges of the stable scheme',
    'feature_size: {bucketing: stable, experiment: {experiment_id: s, loggedin: true, variants: {a: 50, b: 50}}}',
    'feature_size: {bucketing: stable, experiment: {experiment_id: s, loggedin: true, variants: {a: 30, b: 70}, ranges: {a: [[0, 300000]], b: [[300000, 1000000]]}}}',
  ],
  [
    'the order in which variants of the stable scheme are written',
    'feature_size: {bucketing: stable, experiment: {experiment_id: s, loggedin: true, variants: {c: 30, a: 40, b: 30}}}',
    'feature_size: {bucketing: stable, experiment: {experiment_id: s, loggedin: true, variants: {a: 40, b: 30, c: 30}}}',
  ],
  [
    "weights of a rule's experiment",
    'feature_size: {default: 0, rules: [{key: k, hashVersion: 2, variations: [1, 2], weights: [0.5, 0.5]}]}',
    'feature_size: {default: 0, rules: [{key: k, hashVersion: 2, variations: [1, 2], weights: [0.7, 0.3]}]}',
  ],
  [
    'a seed of a rule',
    'feature_size: {default: 0, rules: [{key: k, variations: [1, 2], coverage: 0.6}]}',
    'feature_size: {default: 0, rules: [{key: k, variations: [1, 2], coverage: 0.6, seed: anew}]}',
  ],
]

test.each(EDITS)('%s: everybody in a bucket that moved is left out', async (_, before, after) => {
  const people = ids(800)
  const variantsBy = async (text: string) => {
    const { features } = await openEngine(text)
    return people.map(
      (id) => features.for(worldOf({ user: { id } })).decide('size').assignment?.variant,
    )
  }
  const [old, now] = [await variantsBy(before), await variantsBy(after)]
  const moved = people.filter((_id, i) => old[i] && now[i] && old[i] !== now[i])
  const opened = await running(before)
  await opened.come(people, 0)
  await opened.set(after)
  // One of them is enough.
  const crossing = moved.slice(0, 1)
  await opened.come([...crossing, ...ids(100, 5000)], 1)
  const found = await opened.report()
  expect(moved.length).toBeGreaterThan(20)
  expect(sumOf(found, 'crossed')).toBe(1)
  expect(found.phases.map((one) => one.moved)).toEqual([moved.length, 0])
})

test.each([
  ['nobody came back to another variant, as where assignments are kept', list(60, 40), 0],
  ['the edit let more people in', list(50, 50, 'traffic: 80, '), 60],
])('nobody is left out where %s', async (_, after, returning) => {
  const { come, set, report } = await running(list(50, 50, 'traffic: 40, '))
  await come(ids(600), 0)
  await set(after)
  await come([...ids(returning), ...ids(400, 5000)], 1)
  const found = await report()
  expect(found.phases).toHaveLength(2)
  expect(sumOf(found, 'moved')).toBe(0)
})

test('an edit that is taken back leaves out who moved there and back, and nobody who came later', async () => {
  const { come, set, report } = await running(list(50, 50))
  await come(ids(1000), 0)
  await set(list(80, 20))
  await come(ids(1500), 1)
  await set(list(50, 50))
  await come(ids(2500, 500), 3)
  const found = await report()
  const [first = NaN, second = NaN, third] = found.phases.map(({ moved }) => moved)
  expect(first / 1000).toBeCloseTo(0.3, 1)
  expect(second / 500).toBeCloseTo(0.3, 1)
  expect(third).toBe(0)
  expect(found.quality.crossedOfStaying).toBe(0)
})

test('who sees two variants without an edit that moved them is counted as before', async () => {
  const { come, set, report, store } = await running(list(50, 50))
  await come(ids(1000), 0)
  await set(list(60, 40))
  await come(ids(1000), 1)
  const rows = await store.ledger({ of: 'exposures', most: 2000 })
  const staying = rows.find(({ unit }) => hundredthOf(unit, 'split', 'variant') < 5000)
  if (!staying) throw new Error('half of them stay')
  const row = { kind: 'user', experiment: 'split', variant: 'b', feature: 'size' }
  const none = { bucket: null, generation: null, hash: null, source: 'backend' as const }
  await store.write({ exposures: [{ ...row, ...none, unit: staying.unit, at: START + 2 * DAY }] })
  const { quality } = await report()
  expect(quality.crossedOfStaying).toBeCloseTo(1 / (1000 * (1 - (quality.moved ?? 0))), 9)
})

test('of a visitor who signs in, the bucket of each id is asked, so who came back as a user whom an edit moved is not red', async () => {
  const { comeAs, set, report } = await running(list(50, 50))
  const visitors = ids(1500).map((id) => ({ loid: `loid-${id}`, user: { id } }))
  const signing = visitors.filter((_, i) => i % 3 === 0)
  await comeAs(
    visitors.map(({ loid }) => ({ loid })),
    0,
  )
  await comeAs(signing, 1)
  await set(list(75, 25))
  await comeAs(
    signing.filter((_, i) => i % 2 === 0),
    2,
  )
  const found = await report({ stitch: true })
  const isOfMoved = (id: string): boolean => {
    const bucket = hundredthOf(id, 'split', 'variant')
    return bucket >= 5000 && bucket < 7500
  }
  const moved = visitors.filter(
    ({ loid, user }, i) => isOfMoved(loid) || (i % 3 === 0 && isOfMoved(user.id)),
  )
  expect(sumOf(found, 'moved')).toBe(moved.length)
  expect(found.quality.crossedOfStaying).toBe(0)
  expect(isSound(found)).toBe(true)
  expect(found.sampleRatio.verdict).toBe('no-mismatch')
})
