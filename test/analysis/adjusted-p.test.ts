/** What a comparison says among all that were made. */
import fc from 'fast-check'
import { pOf, withAdjustedP } from '../../src/analysis/adjusted-p'
import { conversionReport } from '../../src/analysis/conversion-report'
import { benjaminiHochberg, holm } from '../../src/analysis/many-tests'
import { phasedConversions } from '../../src/analysis/phased-conversions'
import type { Metric } from '../../src/live-config/read-entries'

const report = (name: string, converted: readonly number[], values = 0) =>
  conversionReport(
    name,
    converted.map((count, i) => ({
      variant: 'abcd'[i] ?? '',
      units: 1000,
      converted: count,
      conversions: count,
      sum: values * (100 + i),
      squaredDeviations: values * 1000,
    })),
    ['a'],
  )
const metric = (name: string, role: Metric['role']): Metric => ({
  name,
  event: name,
  type: 'rate',
  direction: 'up',
  windowMs: null,
  role,
  margin: 0,
})
const conversions = [
  report('buy', [100, 130, 120]),
  report('visit', [500, 540, 500], 1),
  report('stay', [200, 200, 240]),
]
const testsOf = (all: typeof conversions) =>
  all.flatMap(({ variants }) =>
    variants.flatMap((one) => [
      ...(one.difference ? [{ p: pOf(one) ?? NaN, adjustedP: one.adjustedP }] : []),
      ...(one.value?.difference
        ? [{ p: pOf(one.value) ?? NaN, adjustedP: one.value.adjustedP }]
        : []),
    ]),
  )

test("without a primary one, all are adjusted by Benjamini and Hochberg's method", () => {
  const tests = testsOf([...withAdjustedP(conversions)])
  expect(tests.map(({ adjustedP }) => adjustedP)).toEqual(
    benjaminiHochberg(tests.map(({ p }) => p)),
  )
  expect(tests).toHaveLength(8)
})

test("the primary ones are adjusted by Holm's method among themselves, and the rest without them", () => {
  const [first, ...rest] = conversions
  const judged = [...(first ? [{ ...first, metric: metric('buy', 'primary') }] : []), ...rest]
  const [buy, visit, stay] = withAdjustedP(judged)
  const primary = testsOf([buy].filter((one) => one !== undefined))
  const others = testsOf([visit, stay].filter((one) => one !== undefined))
  expect(primary.map(({ adjustedP }) => adjustedP)).toEqual(holm(primary.map(({ p }) => p)))
  expect(others.map(({ adjustedP }) => adjustedP)).toEqual(
    benjaminiHochberg(others.map(({ p }) => p)),
  )
})

test('a metric has one test, of what it is about, and guardrails are not adjusted', () => {
  const [, visit, stay] = conversions
  if (!visit || !stay) throw new Error('no reports')
  const [ofValue, guarded] = withAdjustedP([
    { ...visit, metric: { ...metric('visit', 'secondary'), type: 'value' } },
    { ...stay, metric: metric('stay', 'guardrail') },
  ])
  expect(ofValue?.variants[1]).toMatchObject({
    adjustedP: null,
    value: { adjustedP: expect.any(Number) },
  })
  expect(guarded?.variants[1]).toMatchObject({ adjustedP: null })
})

test('where nothing can be compared, nothing is adjusted', () => {
  const empty = report('none', [0, 0])
  expect(withAdjustedP([empty])).toEqual([empty])
})

/** A side of one phase: so many units, some of whom did it, with values of some spread. */
const cells = fc
  .tuple(fc.integer({ min: 2, max: 5000 }), fc.nat(100), fc.nat(90))
  .map(([units, part, values]) => ({
    units,
    converted: Math.round((units * part) / 100),
    conversions: units,
    sum: (values + 10) * units,
    squaredDeviations: 400 * units,
  }))

test('no p among all comparisons is below the one that is shown beside it, of any counts and phases', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(cells, cells, cells), { minLength: 1, maxLength: 3 }),
      (phases) => {
        const groups = phases.flatMap((sides, phase) =>
          sides.map((side, i) => ({ variant: 'abc'[i] ?? '', cohort: phase, ...side })),
        )
        const report = phasedConversions('buy', groups, phases.length, ['a'])
        for (const role of ['primary', 'secondary'] as const)
          for (const type of ['rate', 'value'] as const)
            for (const one of withAdjustedP([
              { ...report, metric: { ...metric('buy', role), type } },
            ]))
              for (const { p, adjustedP } of testsOf([one]))
                if (adjustedP !== null) expect(adjustedP).toBeGreaterThanOrEqual(p)
      },
    ),
  )
})

test('the p of a comparison is that of its lift, and that of its difference while there is none', () => {
  const effect = (p: number) => ({
    value: 1,
    interval: null,
    sequential: null,
    p,
    sequentialP: null,
  })
  expect(pOf({ lift: effect(0.1), difference: effect(0.2) })).toBe(0.1)
  expect(pOf({ lift: null, difference: effect(0.2) })).toBe(0.2)
  expect(pOf({ lift: null, difference: null })).toBeNull()
})
