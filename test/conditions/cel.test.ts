import { createTargeting } from '../../src/conditions/cel'

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

describe('what is refused at load, with a sentence', () => {
  test.each([
    ['country ==', /^targeting is no CEL expression: Unexpected token: EOF/],
    ['', /^targeting is no CEL expression/],
    ['"a" + 1 == "b"', /^targeting does not fit together: no such overload: string \+ int/],
    ['1 + 1', /^targeting gives int; write a comparison/],
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
