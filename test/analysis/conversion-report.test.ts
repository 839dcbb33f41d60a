/** One kind of conversion, variant by variant, against the controls. */
import { conversionReport } from '../../src/analysis/conversion-report'

const counted = (
  variant: string,
  units: number,
  converted: number,
  sum = 0,
  squaredDeviations = 0,
) => ({
  variant,
  units,
  converted,
  conversions: converted,
  sum,
  squaredDeviations,
})

const figure = (value: number) => ({
  value: expect.closeTo(value, 9),
  interval: expect.any(Array),
  sequential: expect.any(Array),
})
const effect = (value: number) => ({
  ...figure(value),
  p: expect.any(Number),
  sequentialP: expect.any(Number),
})

test('rates have intervals for one look and for every look, and the others are compared with the control', () => {
  const { variants, controlCheck } = conversionReport(
    'purchase',
    [counted('b', 100, 20), counted('control', 100, 10)],
    ['control'],
  )
  const common = { units: 100, adjustedP: null, value: null }
  expect(variants).toEqual([
    {
      ...common,
      variant: 'b',
      converted: 20,
      conversions: 20,
      rate: figure(0.2),
      difference: effect(0.1),
      lift: effect(1),
      strata: {
        rates: [{ ours: { converted: 20, units: 100 }, theirs: { converted: 10, units: 100 } }],
        values: [],
      },
    },
    {
      ...common,
      variant: 'control',
      converted: 10,
      conversions: 10,
      rate: figure(0.1),
      difference: null,
      lift: null,
      strata: null,
    },
  ])
  expect(controlCheck).toBeNull()
})

test('values that were recorded are averaged over all units, those without a conversion included', () => {
  const { variants } = conversionReport(
    'purchase',
    [counted('b', 4, 2, 10, 35), counted('control', 4, 1, 4, 12)],
    ['control'],
  )
  expect(
    variants.map(({ value }) => [
      value?.sum,
      value?.mean?.value,
      value?.difference?.value,
      value?.lift?.value,
    ]),
  ).toEqual([
    [10, 2.5, 1.5, 1.5],
    [4, 1, undefined, undefined],
  ])
})

test('two controls are one, and are compared with each other beside', () => {
  const two = [counted('control_1', 100, 10, 20, 90), counted('control_2', 100, 14, 28, 110)]
  const { variants, controlCheck } = conversionReport(
    'purchase',
    [...two, counted('new', 100, 20, 40, 120)],
    ['control_1', 'control_2'],
  )
  expect(variants.map(({ difference }) => difference?.value)).toEqual([
    undefined,
    undefined,
    expect.closeTo(0.08, 9),
  ])
  // Of means 0.2 and 0.28, which differ by 0.08: 0.4 less 0.24.
  expect(variants[2]?.value?.difference?.value).toBeCloseTo(0.16, 9)
  expect(controlCheck).toMatchObject({ difference: { value: expect.closeTo(0.04, 9) } })
})

test.each([
  ['without a control', []],
  ['with a control that was not seen', ['control']],
])('%s there is nothing to compare with', (_, controls) => {
  expect(conversionReport('purchase', [counted('b', 4, 2)], controls).variants[0]).toMatchObject({
    difference: null,
    lift: null,
  })
})
