/** One kind of conversion, variant by variant, against the control. */
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

test('rates have intervals, and the others are compared with the control', () => {
  const { variants } = conversionReport(
    'purchase',
    [counted('b', 100, 20), counted('control', 100, 10)],
    'control',
  )
  expect(variants).toEqual([
    {
      variant: 'b',
      units: 100,
      converted: 20,
      conversions: 20,
      rate: { value: 0.2, interval: expect.any(Array) },
      difference: { value: expect.closeTo(0.1, 9), interval: expect.any(Array) },
      lift: { value: expect.closeTo(1, 9), interval: expect.any(Array) },
      value: null,
    },
    {
      variant: 'control',
      units: 100,
      converted: 10,
      conversions: 10,
      rate: { value: 0.1, interval: expect.any(Array) },
      difference: null,
      lift: null,
      value: null,
    },
  ])
})

test('values that were recorded are averaged over all units, those without a conversion included', () => {
  const { variants } = conversionReport(
    'purchase',
    [counted('b', 4, 2, 10, 35), counted('control', 4, 1, 4, 12)],
    'control',
  )
  expect(
    variants.map(({ value }) => [value?.sum, value?.mean?.value, value?.difference?.value]),
  ).toEqual([
    [10, 2.5, 1.5],
    [4, 1, undefined],
  ])
})

test('without a control there is nothing to compare with', () => {
  expect(conversionReport('purchase', [counted('b', 4, 2)], undefined).variants[0]).toMatchObject({
    difference: null,
    lift: null,
  })
})
