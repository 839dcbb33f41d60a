/** Adjusted p of many tests, held to R's p.adjust. */
import { benjaminiHochberg, holm } from '../../src/analysis/many-tests'

const close = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 12))

test.each([
  [
    [0.01, 0.04, 0.03, 0.5, 0.005],
    [0.04, 0.09, 0.09, 0.5, 0.025],
    [0.025, 0.05, 0.05, 0.5, 0.025],
  ],
  [
    [0.01, 0.02, 0.03, 0.04, 0.05],
    [0.05, 0.08, 0.09, 0.09, 0.09],
    [0.05, 0.05, 0.05, 0.05, 0.05],
  ],
  [
    [0.9, 0.8],
    [1, 1],
    [0.9, 0.9],
  ],
  [[0.03], [0.03], [0.03]],
  [[], [], []],
])('%j', (ps, byHolm, byBenjaminiHochberg) => {
  expect(holm(ps)).toEqual(close(byHolm))
  expect(benjaminiHochberg(ps)).toEqual(close(byBenjaminiHochberg))
})
