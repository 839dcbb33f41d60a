import { createTargeting } from '../../src/conditions/cel'
import { cpuMs } from '../support/cpu-time'

const targeting = createTargeting()

function holds(text: string, attributes: Record<string, unknown>): boolean | undefined {
  const expression = targeting(text)
  if (typeof expression === 'string') throw new Error(expression)
  return expression((name) => (Object.hasOwn(attributes, name) ? attributes[name] : undefined))
}

describe('whom an expression is for', () => {
  test.each<[string, Record<string, unknown>, boolean]>([
    ['country == "NZ"', { country: 'NZ' }, true],
    ['country == "NZ"', { country: 'AU' }, false],
    ['country in ["NZ", "AU"] && age >= 18', { country: 'AU', age: 18 }, true],
    ['age == 18', { age: 18 }, true],
    ['age > 17.5', { age: 18 }, true],
    ['!vip', { vip: false }, true],
    ['vip', { vip: true }, true],
    ['name.startsWith("a") || name.endsWith("z")', { name: 'abc' }, true],
    ['attributes["odd-name"] == 1', { 'odd-name': 1 }, true],
    ['attributes.country == "NZ"', { country: 'NZ' }, true],
    ['has(attributes.country)', {}, false],
    ['has(attributes.country) && country == "NZ"', {}, false],
    ['tags.exists(tag, tag == "beta")', { tags: ['alpha', 'beta'] }, true],
    ['device.os == "ios"', { device: { os: 'ios' } }, true],
    ['country == "NZ" || age > 18', { age: 30 }, true],
    ['name.matches("^(a+)+$")', { name: 'aaaa' }, true],
    ['(name).matches("b") && other.matches("b")', { name: 'abc', other: 'b' }, true],
    ['attributes["__proto__"] == 1', { ['__proto__']: 1 }, true],
  ])('%s of %j: %p', (text, attributes, expected) => {
    expect(holds(text, attributes)).toBe(expected)
  })

  test.each<[string, Record<string, unknown>]>([
    ['country == "NZ"', {}],
    ['age > 18', { age: 'old' }],
    ['device.os == "ios"', { device: 'phone' }],
    ['constructor == 1', {}],
    ['device.constructor == 1', { device: {} }],
    ['value', { value: 'text' }],
    ['age / 0 > 1', { age: null }],
  ])('%s has no answer for %j', (text, attributes) => {
    expect(holds(text, attributes)).toBeUndefined()
  })

  test('a pattern takes linear time, whatever the visitor sends', () => {
    // Backtracking would need 2^5,000 steps.
    expect(holds('name.matches("^(a+)+$")', { name: `${'a'.repeat(5000)}!` })).toBe(false)
  })
})

test('a list is gone through only while that is quick, whatever the visitor sends', () => {
  const items = (count: number): string[] => Array.from({ length: count }, (_, i) => `item-${i}`)
  const inBoth = 'a.exists(x, x in b)'
  expect(holds(inBoth, { a: items(100), b: ['item-7'] })).toBe(true)
  expect(holds(inBoth, { a: items(20_000), b: items(20_000) })).toBeUndefined()
  expect(
    holds('a.exists(x, text.contains(x))', { a: items(10), text: 'x'.repeat(100_000) }),
  ).toBeUndefined()
  expect(holds('"item-7" in a', { a: items(20_000) })).toBe(true)
})

test.each<[string, Record<string, unknown>, boolean]>([
  ['age % 2 == 0', { age: 30 }, true],
  ['age % 2 == 0', { age: 31 }, false],
  ['7 % age == 1', { age: 3 }, true],
  ['amount / 100 > 5', { amount: 550 }, true],
  ['amount / 100 == 5.5', { amount: 550 }, true],
  ['price * 2 > 10', { price: 6 }, true],
  ['price * 1.5 == 9', { price: 6 }, true],
  ['2 * price + 1 - 3 == 10.0', { price: 6 }, true],
  ['-age < -29', { age: 30 }, true],
  ['a / b > 2', { a: 5, b: 2 }, true],
  ['a % b == 1', { a: 5, b: 2 }, true],
  ['age * 2u > 5', { age: 3 }, true],
  ['double(age) == 30', { age: 30 }, true],
  ['size(tags) / count == 0.5', { tags: ['a'], count: 2 }, true],
  ['age in [18, 20.5, 30]', { age: 30 }, true],
  ['tags[index] == "b"', { tags: ['a', 'b'], index: 1 }, true],
  ['tags[index - 1] == "a"', { tags: ['a', 'b'], index: 1 }, true],
  ['name.substring(from) == "c"', { name: 'abc', from: 2 }, true],
  ['name.substring(0, to) == "ab"', { name: 'abc', to: 2 }, true],
  ['{30: "a"}[age] == "a"', { age: 30 }, true],
  ['timestamp(seen) > timestamp("2026-01-01T00:00:00Z")', { seen: 1_780_000_000 }, true],
])("a request's numbers are computed with: %s of %j is %p", (text, attributes, expected) => {
  expect(holds(text, attributes)).toBe(expected)
})

describe('an attribute that is null counts as absent, at every depth', () => {
  const ABSENT: Record<string, unknown>[] = [{}, { x: null }]
  const NESTED: Record<string, unknown>[] = [
    {},
    { a: null },
    { a: {} },
    { a: { x: null } },
    { a: 'text' },
    { a: [1] },
  ]

  test.each<[string, boolean | undefined]>([
    ['has(x)', false],
    ['!has(x)', true],
    ['has(attributes.x)', false],
    ['has(attributes["x"])', false],
    ['x == null', true],
    ['null == x', true],
    ['(x) == null', true],
    ['x != null', false],
    ['attributes["x"] == null', true],
    ['x == 5', undefined],
    ['x != 5', undefined],
    ['x > 5', undefined],
    ['!has(x) || x > 5', true],
    ['has(x) && x > 5', false],
    ['x == null ? true : x > 5', true],
  ])('%s: %p', (text, expected) => {
    expect(ABSENT.map((attributes) => holds(text, attributes))).toEqual([expected, expected])
  })

  test.each<[string, boolean | undefined]>([
    ['has(a.x)', false],
    ['has(a.x.y)', false],
    ['has(a["x"])', false],
    ['has(attributes.a.x)', false],
    ['a.x == null', true],
    ['a["x"] == null', true],
    ['a.x != null', false],
    ['a.x.y == null', true],
    ['a.x == "b"', undefined],
    ['a.x != "b"', undefined],
    ['a.x.startsWith("b")', undefined],
    ['has(a.x) && a.x > 5', false],
  ])('%s: %p', (text, expected) => {
    expect(NESTED.map((attributes) => holds(text, attributes))).toEqual(NESTED.map(() => expected))
  })

  test('and so does a member of an item', () => {
    for (const item of [{}, { price: null }]) {
      expect(holds('items.exists(i, i.price == null)', { items: [item] })).toBe(true)
      expect(holds('items.exists(i, has(i.price))', { items: [item] })).toBe(false)
      expect(holds('items.all(i, has(i.price) && i.price > 1)', { items: [item] })).toBe(false)
    }
  })

  test('what is there is neither absent nor null', () => {
    const there = { x: 0, 'user-type': '', a: { x: false } }
    expect(holds('has(x) && x != null && has(attributes["user-type"])', there)).toBe(true)
    expect(holds('has(a.x) && a.x == false', there)).toBe(true)
  })
})

test.each([
  'type == "a"',
  'list.exists(x, x == 1)',
  'string.startsWith("a")',
  'package == "a"',
  'namespace == "a"',
])('%s has a word of CEL for an attribute: the message says what to write', (text) => {
  const [word = ''] = /type|list|map|string|package|namespace/.exec(text) ?? []
  const written = text.replace(word, `attributes.${word}`)
  expect(targeting(text)).toContain(`write attributes.${word}`)
  expect(typeof targeting(written)).toBe('function')
})

test('a word of CEL is an attribute where CEL could mean nothing else', () => {
  expect(holds('has(type) && map["a"] == 1', { type: 'a', map: { a: 1 } })).toBe(true)
})

test('a word of CEL is still one where types are compared', () => {
  expect(holds('type(name) == string', { name: 'a' })).toBe(true)
})

describe('times and durations that do not exist', () => {
  test.each([
    'timestamp("2026-02-30T00:00:00Z")',
    'timestamp("2026-02-29")',
    'timestamp("2026-05-01T24:00:00Z")',
    'timestamp("2026-05-01T09:00:00")',
    'timestamp("yesterday")',
    'duration("1d")',
    'duration("")',
    'int("one")',
  ])('%s is refused at load', (call) => {
    expect(targeting(`${call} == x`)).toContain(`targeting has ${call}, which has no value: `)
  })

  test('of a visitor they have no answer', () => {
    const before = 'timestamp(seen) < timestamp("2027-01-01")'
    expect(
      ['2026-02-28T00:00:00Z', '2026-02-28', '2026-02-30T00:00:00Z', 'soon'].map((seen) =>
        holds(before, { seen }),
      ),
    ).toEqual([true, true, undefined, undefined])
  })
})

test.each(['1 / 0 > 1', '"a".substring(5) == "b"', '[1][3] == 1'])(
  '%s asks for no attribute and has no answer: refused at load',
  (text) => {
    expect(targeting(text)).toMatch(/matches nobody; correct it/)
  },
)

test.each(['1 == 1', 'false'])('%s is the same for everybody, and allowed', (text) => {
  expect(holds(text, {})).toBe(text === '1 == 1')
})

test('1,000 expressions that are too long or too large are refused in no time', () => {
  const began = cpuMs()
  for (let i = 0; i < 1000; i++) targeting(`a == "${'x'.repeat(100_000)}"`)
  for (let i = 0; i < 100; i++) targeting(Array.from({ length: 900 }, () => 'a').join('||'))
  expect(cpuMs() - began).toBeLessThan(1000)
})

describe('what is refused at load, with a sentence', () => {
  test.each([
    ['country ==', /^targeting is no CEL expression: Unexpected token: EOF/],
    ['', /^targeting is no CEL expression/],
    ['"a" + 1 == "b"', /^targeting does not fit together: no such overload: string \+ int/],
    ['1 + 1', /^targeting returns int; write a comparison/],
    ['country + 1', /^targeting computes a value; write a comparison/],
    ['-age', /; write a comparison/],
    ['unknown(country)', /^targeting does not fit together: .*unknown/],
    ['size(attributes) > 1', /asks for all attributes; name the one that is meant/],
    ['a.exists(x, b.exists(y, x == y))', /goes through a list within another \(exists\)/],
    [
      '[1].map(x, [x]).map(x, x + x).exists(x, size(x) > 0)',
      /builds values with map, which may grow without end/,
    ],
    ['cel.bind(x, a + a, x == "")', /builds values with bind, which may grow without end/],
    ['name.matches(pattern)', /has a pattern that is not written out/],
    ['name.matches("(")', /is no regular expression/],
    ['name.matches("(?=a)")', /cannot be searched in linear time/],
    [`country == "${'x'.repeat(5000)}"`, /^targeting has 5013 characters; write at most 4096/],
    [`${'('.repeat(60)}a${')'.repeat(60)}`, /^targeting is no CEL expression: .*depth/i],
    [
      Array.from({ length: 600 }, () => 'a').join('||'),
      /^targeting is no CEL expression: .*nodes/i,
    ],
  ])('%s', (text, message) => {
    expect(targeting(text)).toMatch(message)
  })
})
