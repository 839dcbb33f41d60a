/** Where a condition turns, and where a falling function is 0. */
import fc from 'fast-check'
import { edge, rootOf } from '../../src/analysis/bisection'

test('the edge is the last number inside, from either side', () => {
  fc.assert(
    fc.property(fc.double({ min: -1, max: 1, noNaN: true }), (at) => {
      expect(edge(-1, 2, (one) => one > at)).toBeCloseTo(at, 14)
      expect(edge(2, -1.5, (one) => one < at)).toBeCloseTo(at, 14)
    }),
  )
})

/** How fast the likelihood of a rate grows: steep at both ends, where it has poles. */
const growth =
  (did: number, not: number) =>
  (at: number): readonly [number, number] => [
    did / at - not / (1 - at),
    -did / at ** 2 - not / (1 - at) ** 2,
  ]

test('the root of a likelihood is the rate that was seen, from millionths to all but a millionth', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 1, max: 1e9 }), (did, not) => {
      const found = rootOf(growth(did, not), 0, 1)
      expect(found / (did / (did + not))).toBeCloseTo(1, 12)
    }),
  )
})

test('without a root it is the end at which the function is nearest to 0', () => {
  expect(rootOf(growth(0, 7), 0, 1)).toBe(0)
  expect(rootOf(growth(7, 0), 0, 1)).toBe(1)
  expect(rootOf(growth(1, 1), 0.75, 0.75)).toBe(0.75)
})

test('it needs few steps', () => {
  let steps = 0
  const falling = growth(3, 1000)
  rootOf(
    (at) => {
      steps++
      return falling(at)
    },
    0,
    1,
  )
  expect(steps).toBeLessThan(20)
})
