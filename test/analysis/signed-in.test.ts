/** Visitors who sign in and are drawn anew, by equal shares and by others. */
import fc from 'fast-check'
import type { ConfiguredExperiment } from '../../src/analysis/configured'
import { dataChecks } from '../../src/analysis/data-checks'
import { experimentReport } from '../../src/analysis/experiment-report'
import { hasEqualShares, signedInLines } from '../../src/analysis/signed-in'
import { isSound, noteLines } from '../../src/analysis/verdicts'
import type { Metric } from '../../src/live-config/read-entries'
import { memoryStore } from '../../src/recording/memory'
import type { ConversionRow, ExposureRow } from '../../src/recording/store'
import { conversionRow, exposureRow } from '../support/rows'

const DAY = 86_400_000
const AT = Date.UTC(2026, 10, 1)
const COUNTRIES = ['AU', 'NZ'] as const

const metric = (also: Partial<Metric>): Metric => ({
  ...{ name: 'buyers', event: 'purchase', type: 'rate', direction: 'up', windowMs: null },
  ...{ role: 'primary', margin: 0, ...also },
})

/** Of every kind that is compared. */
const METRICS: readonly Metric[] = [
  metric({}),
  metric({ name: 'revenue', type: 'value' }),
  metric({ name: 'adjusted', type: 'value', cupedMs: 7 * DAY }),
  metric({ name: 'cut', type: 'value', winsorize: [0, 0.9] }),
  metric({
    ...{ name: 'basket', type: 'ratio' },
    ratio: {
      numerator: { event: 'purchase', aggregation: 'sum' },
      denominator: { event: 'purchase', aggregation: 'count' },
    },
  }),
  metric({ name: 'limit', role: 'guardrail', margin: 0.2 }),
]

/** How many of `of` have each of two variants, as shares say and not by chance. */
const split = (of: number, shareOfA: number): readonly (readonly ['a' | 'b', number])[] => [
  ['a', Math.round(of * shareOfA)],
  ['b', Math.round(of * (1 - shareOfA))],
]

/**
 * As many people of each kind as the shares say, so that the two variants are alike to the last one:
 * half sign in, and buy six times as often as the others.
 */
function people(shareOfA: number) {
  const exposures: ExposureRow[] = []
  const conversions: ConversionRow[] = []
  const add = (count: number, first: 'a' | 'b', then: 'a' | 'b' | null): void => {
    for (let i = 0; i < count; i++) {
      const id = `${first}${then ?? ''}${i}`
      const out = { user: null, loid: `l-${id}`, attributes: { country: COUNTRIES[i % 2] ?? '' } }
      exposures.push(exposureRow(`l-${id}`, first, { at: AT, ...out }))
      if (then !== null)
        exposures.push(exposureRow(id, then, { at: AT + DAY, user: id, loid: `l-${id}` }))
      const buys = i % 20 < (then === null ? 2 : 12)
      const unit = then === null ? `l-${id}` : id
      if (i % 3 === 0) conversions.push(conversionRow(`l-${id}`, 1, { at: AT - DAY }))
      if (buys) conversions.push(conversionRow(unit, 10 + (i % 2), { at: AT + 2 * DAY }))
    }
  }
  for (const [first, count] of split(2000, shareOfA)) {
    add(count, first, null)
    for (const [then, some] of split(count, shareOfA)) add(some, first, then)
  }
  return { exposures, conversions }
}

async function report(shareOfA: number, shares: ConfiguredExperiment['shares']) {
  const store = memoryStore()
  await store.write(people(shareOfA))
  return experimentReport(store, {
    experiment: { feature: 'x', id: 'exp', status: undefined, shares, reportBy: ['country'] },
    metrics: METRICS,
    now: AT + 20 * DAY,
    stitch: true,
  })
}

const sharesOf = (a: number) => [
  { variant: 'a', share: a },
  { variant: 'b', share: 1 - a },
]

describe.each([0.8, 0.1])('with a share of %d, variants that are alike', (shareOfA) => {
  test('are alike in every figure, since whoever signs in counts where they were drawn first', async () => {
    const found = await report(shareOfA, sharesOf(shareOfA))
    const all = [
      ...found.conversions,
      ...found.segments.flatMap(({ values }) => values.flatMap((one) => one.conversions)),
    ]
    expect(all.map(({ metric: of }) => of?.name)).toHaveLength(3 * METRICS.length)
    for (const { variants } of all) {
      const [a, b] = variants
      expect(b?.converted).toBe(Math.round(((a?.converted ?? 0) * (1 - shareOfA)) / shareOfA))
      expect(Math.abs(b?.lift?.value ?? NaN)).toBeLessThan(0.02)
      expect(Math.abs(b?.value?.difference?.value ?? 0)).toBeLessThan(0.12)
    }
    expect(found.conversions[0]?.variants.map(({ units }) => units)).toEqual([
      Math.round(4000 * shareOfA),
      Math.round(4000 * (1 - shareOfA)),
    ])
    expect(found.variants.map(({ units, estimated }) => estimated - units)).toEqual([0, 0])
    expect(found.conversions.flatMap(({ guardrails }) => guardrails)).toMatchObject([
      { verdict: expect.stringMatching(/pass|inconclusive/) },
    ])
    expect(found.sampleRatio.verdict).toBe('no-mismatch')
    expect(isSound(found)).toBe(true)
  })

  test('have the number of those who count so in JSON, on the dashboard and in a sentence', async () => {
    const found = await report(shareOfA, sharesOf(shareOfA))
    const units = Math.round(2 * 2000 * shareOfA * (1 - shareOfA))
    expect(found.quality.signedIn).toEqual({ units, countAsFirst: true })
    expect(found.quality.crossedBySignIn).toBe(units / 4000)
    expect(dataChecks(found)).toContainEqual({ name: 'signed-in', count: units, level: 'note' })
    expect(noteLines(found).join('\n')).toMatch(/As the shares are not equal, they count in the/)
  })
})

test('of equal shares they are left out, as many of each variant, and the report says that shares are equal', async () => {
  const found = await report(0.5, sharesOf(0.5))
  expect(found.quality.signedIn).toEqual({ units: 1000, countAsFirst: false })
  expect(found.conversions[0]?.variants.map((one) => [one.units, one.converted])).toEqual([
    [1500, 400],
    [1500, 400],
  ])
  expect(noteLines(found).join('\n')).toContain('1,000 of 4,000 units (25.00 %) saw another')
  expect(noteLines(found).join('\n')).toContain('As the shares are equal, as many of each')
})

test('of shares that are not known they count', async () => {
  const found = await report(0.8, undefined)
  expect(found.quality.signedIn).toEqual({ units: 640, countAsFirst: true })
})

const draws = (...all: (Readonly<Record<string, number>> | undefined)[]) => ({
  draws: all.map((shares) => ({
    ...{ drawing: undefined, kept: undefined, since: undefined },
    shares: shares && Object.entries(shares).map(([variant, share]) => ({ variant, share })),
  })),
})

test.each<[string, Parameters<typeof draws>, boolean]>([
  ['two halves', [{ a: 0.5, b: 0.5 }], true],
  ["thirds of r2's thousand buckets", [{ a: 0.333, b: 0.333, c: 0.334 }], true],
  ['34, 33 and 33', [{ a: 0.34, b: 0.33, c: 0.33 }], false],
  ['80 and 20', [{ a: 0.8, b: 0.2 }], false],
  ['a variant of weight 0 beside two halves', [{ a: 0.5, b: 0.5, c: 0 }], true],
  [
    'halves, and 70 to 30 later',
    [
      { a: 0.5, b: 0.5 },
      { a: 0.7, b: 0.3 },
    ],
    false,
  ],
  [
    'a third that was stopped',
    [
      { a: 1 / 3, b: 1 / 3, c: 1 / 3 },
      { a: 0.5, b: 0.5, c: 0 },
    ],
    false,
  ],
  [
    'halves in another order later',
    [
      { a: 0.5, b: 0.5 },
      { b: 0.5, a: 0.5 },
    ],
    true,
  ],
  ['halves, and an entry without shares', [{ a: 0.5, b: 0.5 }, undefined], false],
  ['shares that are not known', [undefined], false],
  ['nobody in any variant', [{ a: 0 }], false],
])('%s are equal shares: %s', (_what, shares, expected) => {
  expect(hasEqualShares(draws(...shares))).toBe(expected)
})

test('whether shares are equal does not depend on the order of entries, or of variants', () => {
  const shares = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom(0, 0.25, 0.5), {
    minKeys: 1,
  })
  fc.assert(
    fc.property(fc.array(shares, { minLength: 1, maxLength: 4 }), (all) => {
      const turned = all.map((one) => Object.fromEntries(Object.entries(one).reverse())).reverse()
      expect(hasEqualShares(draws(...turned))).toBe(hasEqualShares(draws(...all)))
    }),
  )
})

test('nothing is said where nobody crossed by signing in', () => {
  expect(signedInLines(undefined, 10)).toEqual([])
  expect(signedInLines({ units: 0, countAsFirst: false }, 10)).toEqual([])
})
