import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { canonicalText } from '../../src/core/canonical'
import { anyValue } from '../support/arbitraries'
import { sized } from '../support/long-run'

const RUNS = sized(500, 2000)

test('the order of keys does not matter, at any depth', () => {
  const texts = [
    { b: [{ d: 1, c: 2 }], a: null },
    { a: null, b: [{ c: 2, d: 1 }] },
  ].map((value) => canonicalText(value))
  expect(texts).toEqual(Array(2).fill('{"a":null,"b":[{"c":2,"d":1}]}'))
})

/** No two of these are the same to whoever reads them. */
const DIFFERENT: readonly unknown[] = [
  null,
  undefined,
  'null',
  'undefined',
  true,
  'true',
  0,
  -0,
  '0',
  '-0',
  NaN,
  'NaN',
  Infinity,
  -Infinity,
  'Infinity',
  1,
  1n,
  '1',
  '1n',
  10_000_000_000_000_000_000_000n,
  1e22,
  '',
  [],
  {},
  [null],
  [undefined],
  [[]],
  [1, 2],
  [2, 1],
  ['1,2'],
  ['1', '2'],
  '\ud800',
  '\udfff',
  '\ufffd',
  '\\ud800',
  '\0',
]

test('values that differ have texts that differ, as members and as items, too', () => {
  const all = [
    ...DIFFERENT,
    ...DIFFERENT.map((a) => ({ a })),
    ...DIFFERENT.map((a) => ({ b: { a } })),
    ...DIFFERENT.map((a) => [1, a]),
    { a: 1, b: 2 },
    { 'a":1,"b': 2 },
    JSON.parse('{"__proto__":1}'),
  ]
  expect(new Set(all.map((value) => canonicalText(value))).size).toBe(all.length)
})

test(`two JSON values have one text exactly when they are equal (${RUNS} pairs)`, () => {
  const values = anyValue.map((value): unknown => JSON.parse(JSON.stringify(value)))
  fc.assert(
    fc.property(values, values, fc.boolean(), (a, other, twin) => {
      const b: unknown = twin ? JSON.parse(JSON.stringify(a)) : other
      expect(canonicalText(a) === canonicalText(b)).toBe(isDeepStrictEqual(a, b))
    }),
    { numRuns: RUNS, seed: 6 },
  )
})

const endless: unknown[] = []
endless.push(endless)

test.each<[string, unknown]>([
  ['a Date', new Date(0)],
  ['a Map', new Map([['a', 1]])],
  ['a Set', new Set(['a'])],
  ['a typed array', new Uint8Array(1)],
  ['a boxed number', Object(1)],
  ['an instance of a class', new (class Person {})()],
  ['what inherits its members', Object.create({ a: 1 })],
  ['a function', () => 1],
  ['a symbol', Symbol('a')],
  [
    'a member that is computed',
    {
      get a() {
        return 1
      },
    },
  ],
  ['what contains itself', endless],
])('%s has none, at the top and within', (_, value) => {
  for (const within of [value, { a: value }, [[value]]])
    expect(() => canonicalText(within)).toThrow(Error)
})

test('a text that would be longer than asked is not written to its end', () => {
  expect(canonicalText({ a: 'bcd' }, 11)).toBe('{"a":"bcd"}')
  expect(() => canonicalText({ a: 'bcd' }, 10)).toThrow(TypeError)
})
