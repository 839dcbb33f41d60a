import { withRangesByOrder } from '../../src/experiments/stable-variants'
import type { JsonObject, JsonValue } from '../../src/core/json'

describe('the ranges by the order of variants', () => {
  const rangesOf = (variants: JsonValue, also: JsonObject = {}): unknown => {
    const entry = { bucketing: 'stable', experiment: { variants }, ...also }
    const { experiment } = withRangesByOrder(entry, 'liveflag')
    return (experiment as JsonObject)['ranges']
  }

  test('are those that the variants have side by side, as they are written', () => {
    expect(rangesOf({ t: 30, idle: 0, control: 40 })).toEqual({
      t: [[0, 300_000]],
      idle: [],
      control: [[300_000, 700_000]],
    })
  })

  test('of names that are whole numbers are first, in their order, as JavaScript has keys', () => {
    expect(rangesOf(JSON.parse('{"b": 10, "10": 30, "9": 20, "a": 40}') as JsonValue)).toEqual({
      '9': [[0, 200_000]],
      '10': [[200_000, 500_000]],
      b: [[500_000, 600_000]],
      a: [[600_000, 1_000_000]],
    })
  })

  test.each([
    ['variants in the order of their names', { a: 10, b: 20 }, {}],
    ['a list, whose order every text keeps', [{ name: 'b' }, { name: 'a' }], {}],
    ["r2's scheme, which sorts them", { b: 10, a: 20 }, { bucketing: 'r2' }],
  ])('are not added to %s', (_, variants, also) => {
    expect(rangesOf(variants, also)).toBeUndefined()
  })

  test('are not added to ranges that are written', () => {
    const experiment = { variants: { b: 10 }, ranges: { b: [[5, 100_005]] } }
    const entry = { bucketing: 'stable', experiment }
    expect(withRangesByOrder(entry, 'liveflag')).toBe(entry)
  })
})
