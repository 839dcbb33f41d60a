import {
  finePercent,
  fixed,
  grouped,
  signedPercent,
  percent,
  probability,
  rangeText,
} from '../../src/analysis/figures'

test.each([
  [0, '< 0.0001'],
  [0.00009, '< 0.0001'],
  [0.00312, '= 0.0031'],
  [0.42, '= 0.42'],
  [1, '= 1'],
])('a probability of %d is reported as %s', (p, expected) => {
  expect(probability(p)).toBe(expected)
})

test.each([
  [null, '–'],
  [undefined, '–'],
  [0.12345, '12.3 %'],
])('a share of %p is %s', (share, expected) => {
  expect(percent(share)).toBe(expected)
})

test.each([
  [null, '–'],
  [0, '0.00 %'],
  [0.1, '10.00 %'],
  [-0.05, '-5.00 %'],
  [0.0001, '0.01 %'],
  [0.00001, '0.001 %'],
  [0.0000123, '0.0012 %'],
  [-0.0000123, '-0.0012 %'],
])('a share of %p is %s where small ones count', (share, expected) => {
  expect(finePercent(share)).toBe(expected)
})

test.each<[readonly [number, number] | null, string]>([
  [null, '–'],
  [[-0.1, 0.25], '-10.0 % … 25.0 %'],
  [[-0.1, Infinity], '-10.0 % … no limit'],
  [[-Infinity, Infinity], 'no limit'],
])('an interval of %j is %s', (interval, expected) => {
  expect(rangeText(interval, (value) => percent(value))).toBe(expected)
})

test.each([
  [-1e-16, '0.0', '0.00', '+0.0 %'],
  [-0.04, '0.0', '-0.04', '−4.0 %'],
  [-0.06, '-0.1', '-0.06', '−6.0 %'],
  [0, '0.0', '0.00', '+0.0 %'],
  [1234.5, '1234.5', '1,234.50', '+123450.0 %'],
])('%d has a minus only where it is below zero as it is printed', (value, one, two, lift) => {
  expect([fixed(value, 1), grouped(value, 2), signedPercent(value)]).toEqual([one, two, lift])
})
