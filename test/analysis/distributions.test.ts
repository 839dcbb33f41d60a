/** Distributions, held to scipy 1.17 (chi2.isf and sf, norm.sf and ppf, t.ppf and sf, gammaln). */
import {
  chiSquareTail,
  logFactorial,
  logGamma,
  normalInverse,
  normalTail,
  studentReach,
  studentTails,
} from '../../src/analysis/distributions'

const relative = (found: number, right: number): number => Math.abs(found / right - 1)

test.each([
  [2.705543454095404, 1, 0.1],
  [49.542155927523666, 3, 1.0000000000000024e-10],
  [88.63152519498779, 10, 1.000000000000001e-14],
  [292.2591338714458, 100, 9.999999999999814e-21],
  [498.3382004161792, 10, 1.0000000000000139e-100],
])('a chi-square of at least %d by %d degrees of freedom', (x, degrees, p) => {
  expect(relative(chiSquareTail(x, degrees), p)).toBeLessThan(1e-10)
})

test.each([
  [0, 0.5],
  [1.96, 0.024997895148220435],
  [10, 7.61985302416047e-24],
  [37, 5.7255712225239266e-300],
])('a normal value above %d', (x, p) => {
  expect(relative(normalTail(x), p)).toBeLessThan(1e-10)
})

test.each([
  [0.975, 1.959963984540054],
  [0.9999999999, 6.361340889697422],
])('the normal value above the share %d', (p, x) => {
  expect(relative(normalInverse(p), x)).toBeLessThan(1e-10)
})

test.each([
  [3.7, 2.8675207071911895],
  [100.5, 1.9838506553357993],
  [1e7, 1.959964221767205],
  [1e8, 1.9599640082627663],
  [1e13, 1.9599639845402912],
  [Infinity, 1.959963984540054],
])('the 95 %% of t with %d degrees of freedom', (degrees, reach) => {
  expect(relative(studentReach(degrees), reach)).toBeLessThan(1e-10)
})

test.each([
  [0.1, 1, 0.936548965138893],
  [8, 1e4, 1.3821208729065301e-15],
  [15, 1e6, 7.43626476721048e-51],
  [0.1, 1e8, 0.9203443256464031],
  [5, 1e10, 5.733031534220653e-7],
  [15, 1e13, 7.341932408000251e-51],
  [1.96, Infinity, 0.04999579029644087],
])('a t of at least %d to either side with %d degrees of freedom', (t, degrees, p) => {
  expect(relative(studentTails(t, degrees), p)).toBeLessThan(1e-10)
})

test.each([
  [0, 0],
  [5, 4.787491742782046],
  [1e9, 19723265848.226982],
])('the logarithm of %d!', (n, log) => {
  expect(logFactorial(n)).toBeCloseTo(log, n > 1e6 ? 4 : 12)
})

test('the gamma function between whole numbers', () => {
  expect(Math.exp(2 * logGamma(0.5))).toBeCloseTo(Math.PI, 12)
})
