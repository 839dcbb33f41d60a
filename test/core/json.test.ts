import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import type { JsonObject, JsonValue } from '../../src'
import { isJsonList, isJsonObject, jsonEqual, kindOf, own, truthy } from '../../src/core/json'
import { anyValue, INHERITED } from '../support/arbitraries'
import { sized } from '../support/long-run'

const RUNS = sized(500, 2000)
const fromJson = (text: string): JsonValue => JSON.parse(text) as JsonValue

describe('own', () => {
  test.each(INHERITED)('finds no %s that was not written', (key) => {
    expect(own({}, key)).toBeUndefined()
  })

  test.each(INHERITED)('finds a %s that was written', (key) => {
    expect(own(fromJson(`{"${key}": 5}`) as JsonObject, key)).toBe(5)
  })
})

describe('jsonEqual', () => {
  const same: [string, string][] = [
    ['{"a": 1, "b": [2, {"c": null}]}', '{"b": [2, {"c": null}], "a": 1}'],
    ['{"__proto__": 1}', '{"__proto__": 1}'],
    ['[]', '[]'],
    ['{}', '{}'],
  ]
  test.each(same)('%s is %s', (a, b) => {
    expect(jsonEqual(fromJson(a), fromJson(b))).toBe(true)
  })

  test.each(same.slice(0, 1))('in order, %s is not %s', (a, b) => {
    expect(jsonEqual(fromJson(a), fromJson(b), { inOrder: true })).toBe(false)
    expect(jsonEqual(fromJson(a), fromJson(a), { inOrder: true })).toBe(true)
  })

  const different: [string, string][] = [
    ['[1, 2]', '[2, 1]'],
    ['[]', '{}'],
    ['{}', '[]'],
    ['{"a": 1}', '{"b": 1}'],
    ['{"a": 1}', '{"a": 1, "b": 2}'],
    ['1', '"1"'],
    ['null', '{}'],
    ['{"__proto__": 1}', '{"a": 1}'],
    ['{"a": {}}', '{"__proto__": {}}'],
    ['[null]', '[]'],
    ['0', 'false'],
    ['""', 'null'],
  ]
  test.each(different)('%s is not %s', (a, b) => {
    expect([jsonEqual(fromJson(a), fromJson(b)), jsonEqual(fromJson(b), fromJson(a))]).toEqual([
      false,
      false,
    ])
  })

  test(`agrees with node:util on random values (${RUNS} pairs)`, () => {
    const texts = anyValue.map((value) => JSON.stringify(value))
    fc.assert(
      fc.property(texts, texts, fc.boolean(), (a, other, twin) => {
        const b = twin ? a : other
        expect(jsonEqual(fromJson(a), fromJson(b))).toBe(
          isDeepStrictEqual(fromJson(a), fromJson(b)),
        )
      }),
      { numRuns: RUNS, seed: 6 },
    )
  })
})

test.each<[JsonValue | undefined, string]>([
  [undefined, 'nothing'],
  [null, 'null'],
  [[], 'a list'],
  [{}, 'a mapping'],
  ['', 'text'],
  [0, 'a number'],
  [false, 'a boolean'],
])('the kind of %j is called %s', (value, kind) => {
  expect(kindOf(value)).toBe(kind)
})

test('a list is no object, and null is neither', () => {
  expect([[], null, {}].map((value) => [isJsonObject(value), isJsonList(value)])).toEqual([
    [false, true],
    [false, false],
    [true, false],
  ])
})

test('nothing has no members of its own', () => {
  expect(own(undefined, 'a')).toBeUndefined()
})

test.each<JsonValue | undefined>([undefined, false, null, 0, -0, '', [], {}])(
  '%j is false',
  (value) => {
    expect(truthy(value)).toBe(false)
  },
)

test.each<JsonValue>([
  true,
  1,
  -1,
  0.1,
  Infinity,
  NaN,
  '0',
  'false',
  'off',
  ' ',
  [0],
  [null],
  [[]],
  { a: 0 },
  { '': null },
  JSON.parse('{"__proto__": 0}') as JsonValue,
])('%j is true', (value) => {
  expect(truthy(value)).toBe(true)
})
