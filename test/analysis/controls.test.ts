/** Which variants the others are compared with. */
import { controlsOf, pooled } from '../../src/analysis/controls'

test.each([
  ['the control, whatever else there is', ['a', 'control', 'control_1', 'control_2'], ['control']],
  ["both of r2's", ['a', 'control_1', 'control_2'], ['control_1', 'control_2']],
  ["the only one of r2's", ['a', 'control_1'], ['control_1']],
  ['else the first', ['a', 'b'], ['a']],
  ['none of none', [], []],
])('%s', (_, variants, controls) => {
  expect(controlsOf(variants, undefined)).toEqual(controls)
})

test('the one that is asked for, and no other', () => {
  expect(controlsOf(['a', 'control_1', 'control_2'], 'control_2')).toEqual(['control_2'])
  expect(() => controlsOf(['a'], 'b')).toThrow('there is no variant b that could be the control')
})

test('what is asked for goes before what is declared, and that before a name', () => {
  expect(controlsOf(['control', 'fast'], undefined, ['fast'])).toEqual(['fast'])
  expect(controlsOf(['control', 'fast'], 'control', ['fast'])).toEqual(['control'])
})

const of = (values: readonly number[]) => {
  const sum = values.reduce((before, value) => before + value, 0)
  const mean = sum / values.length
  return {
    units: values.length,
    converted: values.filter((value) => value > 0).length,
    conversions: values.length,
    sum,
    squaredDeviations: values.reduce((before, value) => before + (value - mean) ** 2, 0),
  }
}

test('variants that are pooled have the figures of all their units', () => {
  const [a, b] = [
    [1, 2, 0, 4],
    [10, 0, 3],
  ] as const
  const all = of([...a, ...b])
  expect(pooled([of(a), of(b)])).toEqual({
    ...all,
    squaredDeviations: expect.closeTo(all.squaredDeviations, 10),
  })
})

test('a variant without units changes nothing, and none are nothing', () => {
  const some = of([1, 2, 3])
  const none = { units: 0, converted: 0, conversions: 0, sum: 0, squaredDeviations: 0 }
  expect(pooled([some, none])).toEqual(some)
  expect(pooled([])).toBeUndefined()
})
