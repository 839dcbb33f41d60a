/** A test of the split that holds however often it is made. */
import { sequentialSampleRatio } from '../../src/analysis/sequential-sample-ratio'
import { chance } from '../support/chance'

const splitOf = (...observed: readonly number[]) =>
  observed.map((units, i) => ({
    variant: 'abcd'[i] ?? '',
    observed: units,
    share: 1 / observed.length,
  }))

// The mean of four Bayes factors, by scipy's gammaln.
test.each([
  [[5000, 5000], 1],
  [[5200, 4800], 0.004765325070763294],
  [[10_400, 9600], 2.3430321943375117e-6],
  [[30, 10], 0.1139776794285008],
])('units of %j by equal shares', (observed, p) => {
  expect(sequentialSampleRatio(splitOf(...observed))).toBeCloseTo(p, 10)
})

test('unequal shares, of which one expects few', () => {
  const split = [
    { variant: 'a', observed: 255, share: 0.495 },
    { variant: 'b', observed: 5, share: 0.01 },
    { variant: 'c', observed: 121, share: 0.495 },
  ]
  expect(sequentialSampleRatio(split)).toBeCloseTo(1.0182895408733585e-8, 12)
})

test('one share is no split', () => {
  expect(sequentialSampleRatio(splitOf(5))).toBeNull()
})

test('no units say nothing, and a mismatch of a million does not overflow', () => {
  expect(sequentialSampleRatio(splitOf(0, 0))).toBe(1)
  expect(sequentialSampleRatio(splitOf(1_000_000, 0))).toBe(0)
})

test('read daily for 60 days, a split as configured is a mismatch in fewer than 5 % of experiments', () => {
  const { binomial } = chance(7)
  const isEverBelow = (): boolean => {
    let a = 0
    for (let day = 1; day <= 60; day++) {
      a += binomial(100, 0.5)
      if ((sequentialSampleRatio(splitOf(a, day * 100 - a)) ?? 1) < 0.05) return true
    }
    return false
  }
  expect(Array.from({ length: 200 }, isEverBelow).filter(Boolean).length).toBeLessThan(10)
})
