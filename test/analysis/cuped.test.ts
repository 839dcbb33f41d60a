/** Values that are adjusted by those before the experiment, held to numpy. */
import { adjustByBefore } from '../../src/analysis/cuped'
import { difference } from '../../src/analysis/comparisons'
import { PairMoments } from '../../src/analysis/moments'
import { chance } from '../support/chance'

const control = PairMoments.of([
  [1, 2],
  [2, 3],
  [4, 4],
  [0, 1],
  [3, 5],
  [2, 2.5],
])
const variant = PairMoments.of([
  [2, 4],
  [1, 3],
  [5, 7],
  [0, 2],
  [3, 4],
])

test('means, errors and the explained share', () => {
  const { sides, explained, balanceP, isBalanced } = adjustByBefore([control, variant])
  expect(sides).toMatchObject([
    {
      mean: expect.closeTo(3.00097751710655, 12),
      squaredError: expect.closeTo(0.07052838478436817, 12),
    },
    {
      mean: expect.closeTo(3.8988269794721404, 12),
      squaredError: expect.closeTo(0.03809183142559837, 12),
    },
  ])
  expect(explained).toBeCloseTo(0.8811281994336795, 12)
  // Welch's is 0.8522; of so few, the side with the smaller variance has that of both together.
  expect(balanceP).toBeCloseTo(0.8596139994431629, 8)
  expect(isBalanced).toBe(true)
})

test('the adjustment takes most of the error where values before foretell those after', () => {
  const { normal } = chance(1)
  const people = (effect: number) =>
    PairMoments.of(
      Array.from({ length: 2000 }, () => {
        const before = normal()
        return [before, 3 * before + effect + normal()] as const
      }),
    )
  const { sides, explained } = adjustByBefore([people(0), people(0.2)])
  const [theirs, ours] = sides
  if (!ours || !theirs) throw new Error('too few units')
  expect(explained).toBeGreaterThan(0.85)
  const { value, squaredError } = difference(ours, theirs)
  expect(Math.abs(value - 0.2)).toBeLessThan(3 * Math.sqrt(squaredError))
  expect(Math.sqrt(squaredError)).toBeLessThan(0.04)
})

test('variants that differed before are not balanced', () => {
  const moved = PairMoments.of(Array.from({ length: 50 }, (_, i) => [10 + (i % 3), i % 5] as const))
  const base = PairMoments.of(Array.from({ length: 50 }, (_, i) => [i % 3, i % 5] as const))
  expect(adjustByBefore([base, moved])).toMatchObject({ isBalanced: false })
})

test('without any values before, nothing is adjusted and nothing is explained', () => {
  const flat = PairMoments.of([
    [0, 2],
    [0, 4],
    [0, 6],
  ])
  expect(adjustByBefore([flat, flat])).toMatchObject({
    sides: [{ mean: 4 }, { mean: 4 }],
    explained: 0,
    balanceP: null,
    isBalanced: true,
  })
})

test('each is moved to the mean of its own cohort, whatever those did before whom it is not compared with', () => {
  const people = (before: number) =>
    PairMoments.of([-1, 0, 1].map((off) => [before + off, 2 * (before + off) + 10] as const))
  const [first, second, others] = [people(5), people(5), people(5000)]
  const meansOf = (...cohorts: readonly number[]) =>
    adjustByBefore([first, second, others], cohorts).sides.map((side) => side?.mean)
  expect(meansOf(0, 0, 1)).toEqual([20, 20, 10_010].map((mean) => expect.closeTo(mean, 8)))
  expect(meansOf()[0]).toBeGreaterThan(3000)
})

test('few units of which none had anything before beside many are balanced, by the test of the report', () => {
  const many = PairMoments.of(
    Array.from({ length: 9900 }, (_, i) => [i % 20 === 0 ? 50 : 0, i % 5] as const),
  )
  const few = PairMoments.of(Array.from({ length: 60 }, (_, i) => [0, i % 5] as const))
  expect(adjustByBefore([many, few])).toMatchObject({ isBalanced: true })
})
