import {
  effectText,
  meanText,
  rangeText,
  rateText,
} from '../../../../src/server/dashboard/experiment/numbers'

test.each([
  [0, '0 %'],
  [1, '100 %'],
  [0.11412, '11.4 %'],
  [0.003117, '0.312 %'],
  [0.5, '50 %'],
  [0.9996, '100 %'],
])('the rate %d is %s', (rate, text) => expect(rateText(rate)).toBe(text))

test.each([
  [0, '0'],
  [5.2149, '5.21'],
  [1240.4, '1,240'],
  [3_909.99977, '3,910'],
  [-12.345, '−12.3'],
  [1e9, '1,000,000,000'],
  [0.000031234, '0.0000312'],
])('the mean %d is %s', (mean, text) => expect(meanText(mean)).toBe(text))

test.each([
  ['rate', 'lift', 0.1234, '+12.3 %'],
  ['rate', 'lift', -0.00421, '−0.42 %'],
  ['rate', 'lift', 0, '0 %'],
  ['mean', 'lift', 25.1, '+2,510 %'],
  ['rate', 'difference', 0.0123, '+1.2 pp'],
  ['mean', 'difference', -0.314159, '−0.314'],
] as const)('the %s %s of %d is %s', (kind, scale, value, text) => {
  expect(effectText({ kind, scale })(value)).toBe(text)
})

test('an interval is its two ends, or a dash where there is none', () => {
  expect(rangeText([0.1, 0.2], rateText)).toBe('10 % to 20 %')
  expect(rangeText(null, rateText)).toBe('—')
  expect(rangeText([-0.2, Infinity], rateText)).toBe('-20 % to no limit')
  expect(rangeText([-Infinity, Infinity], rateText)).toBe('no limit')
})
