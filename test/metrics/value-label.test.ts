import type { JsonValue } from '../../src/core/json'
import { valueLabel } from '../../src/metrics/value-label'

test.each<[JsonValue, string]>([
  [true, 'true'], [false, 'false'], [null, 'null'], [0, '0'], [-1.5, '-1.5'], [1e300, '1e+300'],
  ['', ''], ['blue', 'blue'], ['x'.repeat(32), 'x'.repeat(32)], ['x'.repeat(33), '<string>'],
  ['😀'.repeat(32), '😀'.repeat(32)], ['😀'.repeat(33), '<string>'],
  [[], '<array>'], [[1], '<array>'], [{}, '<object>'], [{ a: 1 }, '<object>'],
])('%j is labelled %j', (value, label) => {
  expect(valueLabel(value)).toBe(label)
})
