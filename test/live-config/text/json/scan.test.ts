import { countPlainKeys, keysWithin } from '../../../../src/live-config/text/json/scan'
import type { JsonValue } from '../../../../src/core/json'

describe('counting keys in a JSON text', () => {
  it.each([
    ['an empty object', '{}', 0],
    ['keys of objects within lists', '[{"a":1},{"b":{"c":[]}}]', 3],
    ['a key that is there twice, as two', '{"a":1,"a":2}', 2],
    ['white space around a colon', '{"a" :\n1,\t"b": 2}', 2],
    [
      'no colon, bracket or digit in a string',
      '{"a":":{[1234567890123456789e5","\\"b\\":":":"}',
      2,
    ],
    ['numbers of fifteen digits', '{"a":123456789012345,"b":-0.1234567890123}', 2],
  ])('counts %s', (_title, text, keys) => {
    expect(countPlainKeys(text)).toBe(keys)
  })

  it.each([
    ['a number of sixteen digits', '{"a":1234567890123456}'],
    ['a number with an exponent', '{"a":1e400}'],
    ['an exponent in capitals', '{"a":-2E-400}'],
    ['more than a hundred levels', `{"a":${'['.repeat(100)}${']'.repeat(100)}}`],
  ])('does not vouch for %s', (_title, text) => {
    expect(countPlainKeys(text)).toBeUndefined()
  })

  it('counts as many in a text without duplicates as its value has', () => {
    const text = '{"a":{"b":[{"c":1},2,"d"],"__proto__":{"e":null}},"f":[]}'
    expect(countPlainKeys(text)).toBe(6)
    expect(keysWithin(JSON.parse(text) as JsonValue)).toBe(6)
  })
})
