/** Reports of a time that is over, read soon after it and later. */
import fc from 'fast-check'
import { experimentReport } from '../../src/analysis/experiment-report'
import { dataChecks } from '../../src/analysis/data-checks'
import { isSound, noteLines } from '../../src/analysis/verdicts'
import { memoryStore } from '../../src/recording/memory'
import type { CountedBatch } from '../../src/recording/store'
import { assignedRow, conversionRow, exposureRow } from '../support/rows'

const DAY = 86_400_000
const AT = Date.UTC(2026, 10, 1)
const SPAN = { from: AT + 10 * DAY, to: AT + 20 * DAY }
const experiment = {
  ...{ feature: 'x', id: 'exp', status: undefined },
  shares: ['a', 'b'].map((variant) => ({ variant, share: 0.5 })),
}

const seen = (unit: string, variant: string, day: number) =>
  exposureRow(unit, variant, { at: AT + day * DAY })
const many = (name: string, count: number, day: number) =>
  Array.from({ length: count }, (_, i) => seen(`${name}${i}`, i % 2 === 0 ? 'a' : 'b', day))

/** Reads the span on the day after it, and once more after more was recorded. */
async function readTwice(soon: CountedBatch, later: CountedBatch, also: object = {}) {
  const store = memoryStore()
  await store.write(soon)
  const read = (day: number) =>
    experimentReport(store, { experiment, span: SPAN, now: AT + day * DAY, ...also })
  const first = await read(21)
  await store.write(later)
  return [first, await read(60)] as const
}

test('has the units that were first seen in it, also when those of before come again after it', async () => {
  const old = many('old', 200, 1)
  const bought = [conversionRow('old1', 1, { at: AT + 12 * DAY })]
  const [first, second] = await readTwice(
    { exposures: [...old, ...many('new', 100, 15)], conversions: bought },
    { exposures: many('old', 200, 30) },
  )
  expect(first.variants.map(({ units }) => units)).toEqual([50, 50])
  expect(second.variants).toEqual(first.variants)
  expect([first.quality.unknown, second.quality.unknown]).toEqual([0, 200])
  expect(noteLines(first)).toEqual([])
  expect(noteLines(second)).toEqual([
    '200 units were first seen before this time and again since it began. Whether in it is not recorded, since of a unit the first and the last sighting are kept, so they are not counted: a time that is over has the units that were first seen in it, whenever it is read. --until 2026-11-21 without --since has all of before.',
  ])
  expect(dataChecks(second)).toContainEqual({ name: 'unknown', count: 200, level: 'note' })
  expect(second.gaps.unjoined).toEqual([])
  expect(isSound(second)).toBe(true)
})

test('a time that is not over has those who came back in it', async () => {
  const store = memoryStore()
  await store.write({ exposures: [...many('old', 20, 1), ...many('old', 20, 12)] })
  const read = (to?: number) =>
    experimentReport(store, {
      experiment,
      span: { from: SPAN.from, ...(to !== undefined && { to }) },
      now: AT + 15 * DAY,
    })
  for (const to of [undefined, AT + 15 * DAY + 1])
    expect((await read(to)).variants.map(({ units }) => units)).toEqual([10, 10])
  const over = await read(AT + 15 * DAY)
  expect([over.gaps.nothing === null, over.quality.unknown]).toEqual([false, 20])
})

test('by decision every time is kept, so those who came back in it stay in it', async () => {
  const assigned = (day: number) => assignedRow('u1', 'exp', 'a', { at: AT + day * DAY })
  const [first, second] = await readTwice(
    { decisions: [assigned(1), assigned(12)] },
    { decisions: [assigned(30)] },
  )
  for (const { variants, quality } of [first, second])
    expect([variants[0]?.units, quality.unknown]).toEqual([1, 0])
})

/** Somebody is seen on a day, signed in or out. */
const sight = fc.record({
  user: fc.option(fc.constantFrom('u1', 'u2', 'u3')),
  loid: fc.constantFrom('l1', 'l2', 'l3'),
  variant: fc.constantFrom('a', 'b'),
})
const sightsOn = (days: fc.Arbitrary<number>) =>
  fc.array(
    fc
      .tuple(sight, days)
      .map(([{ user, loid, variant }, day]) =>
        exposureRow(user ?? loid, variant, { user, loid, at: AT + day * DAY }),
      ),
    { maxLength: 12 },
  )

test('whatever is seen after it, the units, the split and the figures of it stay as they were', async () => {
  await fc.assert(
    fc.asyncProperty(
      sightsOn(fc.integer({ min: 0, max: 19 })),
      sightsOn(fc.integer({ min: 20, max: 50 })),
      fc.boolean(),
      fc.boolean(),
      async (before, after, stitch, hasStart) => {
        const conversions = ['u1', 'u2', 'l1', 'l2'].map((unit, i) =>
          conversionRow(unit, i, { at: AT + (9 + 4 * i) * DAY }),
        )
        const span = hasStart ? SPAN : { to: SPAN.to }
        const [first, second] = await readTwice(
          { exposures: before, conversions },
          { exposures: after },
          { stitch, span, isWatch: true },
        )
        const { variants, sampleRatio, phases, days, conversions: found } = first
        expect(second).toMatchObject({ variants, sampleRatio, phases, days, conversions: found })
        const { crossed, moved, signedIn } = first.quality
        expect(second.quality).toMatchObject({ crossed, moved, ...(signedIn && { signedIn }) })
      },
    ),
    { numRuns: 100 },
  )
})
