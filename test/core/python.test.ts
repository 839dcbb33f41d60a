import type { JsonValue } from '../../src/index'
import { truthy } from '../../src/core/python'

test.each<JsonValue | undefined>([undefined, false, null, 0, -0, '', [], {}])('%j is false', (value) => {
  expect(truthy(value)).toBe(false)
})

test.each<JsonValue>([true, 1, -1, 0.1, Infinity, NaN, '0', 'false', 'off', ' ', [0], [null], [[]], { a: 0 }, { '': null }, JSON.parse('{"__proto__": 0}') as JsonValue])(
  '%j is true',
  (value) => {
    expect(truthy(value)).toBe(true)
  },
)
