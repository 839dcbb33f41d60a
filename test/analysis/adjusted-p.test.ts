/** What a comparison says among all that were made. */
import { withAdjustedP } from '../../src/analysis/adjusted-p'
import { conversionReport } from '../../src/analysis/conversion-report'
import { benjaminiHochberg, holm } from '../../src/analysis/many-tests'
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
    variants.flatMap(({ difference, adjustedP, value }) => [
      ...(difference ? [{ p: difference.p ?? NaN, adjustedP }] : []),
      ...(value?.difference ? [{ p: value.difference.p ?? NaN, adjustedP: value.adjustedP }] : []),
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
