import { fnv32a, hash, hasher } from '../../src/hash/fnv1a'

describe('fnv32a', () => {
  test.each([
    ['', 2166136261],
    ['a', 3826002220],
    ['foobar', 3214735720],
    ['é', 1812687940],
  ])('of %p is %d', (text, expected) => expect(fnv32a(text)).toBe(expected))

  test('goes on where an earlier part left off', () => {
    expect(fnv32a('bar', fnv32a('foo'))).toBe(fnv32a('foobar'))
  })
})

describe('hash, of units of UTF-16 and not of bytes or characters', () => {
  test.each<[seed: string, value: unknown, v1: number, v2: number]>([
    ['my-flag', 'user-1', 0.459, 0.3435],
    ['my-flag', 'user-2', 0.748, 0.3864],
    ['s', '1', 0.085, 0.842],
    ['s', 1, 0.085, 0.842],
    ['s', 1.5, 0.294, 0.7264],
    ['s', true, 0.714, 0.5085],
    ['s', [1, 2], 0.655, 0.1187],
    ['s', { a: 1 }, 0.068, 0.0803],
    ['seed', 'é', 0.137, 0.8663],
    ['seed', 'naïve', 0.481, 0.1066],
    ['seed', 'あいうえお', 0.252, 0.9835],
    ['seed', '\u{1F600}', 0.429, 0.4346],
    ['日本', 'é', 0.629, 0.0098],
  ])(
    'with the seed %p, %p falls on %d in version 1 and on %d in version 2',
    (seed, value, v1, v2) => {
      expect([hash(seed, value, 1), hash(seed, value, 2)]).toEqual([v1, v2])
    },
  )

  test('puts the value first in version 1 and the seed first in version 2', () => {
    expect([hash('a', 'b', 1), hash('', 'ba', 1)]).toEqual([
      (fnv32a('ba') % 1000) / 1000,
      (fnv32a('ba') % 1000) / 1000,
    ])
    expect(hash('a', 'b', 2)).toBe((fnv32a(String(fnv32a('ab'))) % 10000) / 10000)
  })

  test.each([0, 3, -1, 1.5, NaN])('of version %d there is none', (version) =>
    expect(hash('s', 'a', version)).toBeNull(),
  )

  test('of a value without a text there is none', () => {
    expect(hash('s', Object.create(null), 1)).toBeNull()
    expect(hasher('s', 2)(Object.create(null))).toBeNull()
  })

  test('a hasher answers as hash does, for whole numbers of every length', () => {
    const values = Array.from({ length: 2000 }, (_, i) => `user-${i * i}`)
    for (const version of [1, 2]) {
      const hashOf = hasher('checkout', version)
      expect(values.map(hashOf)).toEqual(values.map((value) => hash('checkout', value, version)))
    }
    const text = (value: string): number =>
      (fnv32a(String(fnv32a(`checkout${value}`))) % 10000) / 10000
    expect(values.map(hasher('checkout', 2))).toEqual(values.map(text))
  })

  /**
   * Version 2 hashes the decimal text of a first hash, digit by digit; here the first hash has each
   * number of digits at its edges.
   */
  test.each([
    [0, 'usg7g#:'],
    [9, 'u3j44"U'],
    [10, 'u4mum@>'],
    [99, 'u5o88UA'],
    [100, 'ugqr6-P'],
    [999, 'u81ju!o'],
    [1000, 'u1qbo6j'],
    [9999, 'uh5fv,o'],
    [10_000, 'u4yuw@f'],
    [99_999, 'u84lq-0'],
    [100_000, 'u2atv0^'],
    [4_294_967_295, 'ubx57$`'],
  ])('version 2 of a value whose first hash is %d is the hash of these digits', (first, value) => {
    expect(fnv32a(`s${value}`)).toBe(first)
    expect(hash('s', value, 2)).toBe((fnv32a(String(first)) % 10000) / 10000)
  })
})
