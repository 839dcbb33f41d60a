import { hash } from '../../src/hash/fnv1a'
import {
  chooseVariation,
  compileNamespace,
  getBucketRanges,
  getEqualWeights,
  inNamespace,
  inRange,
  type Range,
} from '../../src/rules/ranges'

const rounded = (ranges: readonly Range[]): number[][] =>
  ranges.map((range) => range.map((n) => Math.round(n * 1e8) / 1e8))

describe('a range', () => {
  test.each<[n: number, within: boolean]>([
    [0.19999, false],
    [0.2, true],
    [0.3, true],
    [0.39999, true],
    [0.4, false],
  ])('from 0.2 to 0.4: %d within is %p', (n, within) => expect(inRange(n, [0.2, 0.4])).toBe(within))
})

describe('getEqualWeights', () => {
  test.each<[count: number, weights: number[]]>([
    [-1, []],
    [0, []],
    [NaN, []],
    [Infinity, []],
    [1, [1]],
    [2, [0.5, 0.5]],
    [4, [0.25, 0.25, 0.25, 0.25]],
  ])('for %d is %p', (count, weights) => expect(getEqualWeights(count)).toEqual(weights))
})

describe('getBucketRanges', () => {
  const third = 0.33333333
  const thirds = [
    [0, third],
    [third, 0.66666667],
    [0.66666667, 1],
  ]

  test.each<
    [
      count: number,
      coverage: number | null | undefined,
      weights: number[] | null | undefined,
      expected: number[][],
    ]
  >([
    [
      3,
      0.4,
      [0.5, 0.3, 0.2],
      [
        [0, 0.2],
        [0.5, 0.62],
        [0.8, 0.88],
      ],
    ],
    [
      3,
      1,
      [0.333, 0.333, 0.333],
      [
        [0, 0.333],
        [0.333, 0.666],
        [0.666, 0.999],
      ],
    ],
    [3, 1, [0.4, 0.4, 0.3], thirds],
    [
      2,
      1,
      [0.5, 0.505],
      [
        [0, 0.5],
        [0.5, 1.005],
      ],
    ],
    [
      2,
      0.1,
      undefined,
      [
        [0, 0.05],
        [0.5, 0.55],
      ],
    ],
    [
      2,
      undefined,
      [0.7, 0.3],
      [
        [0, 0.7],
        [0.7, 1],
      ],
    ],
    [
      2,
      1,
      [1, 0],
      [
        [0, 1],
        [1, 1],
      ],
    ],
    [
      2,
      1,
      [],
      [
        [0, 0.5],
        [0.5, 1],
      ],
    ],
    [
      2,
      1,
      null,
      [
        [0, 0.5],
        [0.5, 1],
      ],
    ],
    [
      2,
      null,
      undefined,
      [
        [0, 0],
        [0.5, 0.5],
      ],
    ],
    [
      2,
      0,
      undefined,
      [
        [0, 0],
        [0.5, 0.5],
      ],
    ],
    [
      2,
      -0.1,
      undefined,
      [
        [0, 0],
        [0.5, 0.5],
      ],
    ],
    [
      2,
      1.1,
      undefined,
      [
        [0, 0.5],
        [0.5, 1],
      ],
    ],
    [
      2,
      1,
      [0.49, 0.49],
      [
        [0, 0.5],
        [0.5, 1],
      ],
    ],
    [
      2,
      1,
      [0.5, 0.49],
      [
        [0, 0.5],
        [0.5, 0.99],
      ],
    ],
    [0, 1, undefined, []],
  ])('%d variations, coverage %p, weights %p', (count, coverage, weights, expected) => {
    expect(rounded(getBucketRanges(count, coverage, weights))).toEqual(expected)
  })

  test('raising the coverage moves nobody to another variation', () => {
    const weights = [0.2, 0.5, 0.3]
    const moved = Array.from({ length: 1000 }, (_, i) => i / 1000).filter((n) => {
      const before = chooseVariation(n, getBucketRanges(3, 0.3, weights))
      return before !== -1 && before !== chooseVariation(n, getBucketRanges(3, 0.7, weights))
    })
    expect(moved).toEqual([])
  })
})

describe('chooseVariation', () => {
  const ranges: Range[] = [
    [0, 0.2],
    [0.4, 0.6],
    [0.5, 1],
  ]
  test.each([
    [0, 0],
    [0.2, -1],
    [0.39, -1],
    [0.4, 1],
    [0.55, 1],
    [0.6, 2],
    [0.9999, 2],
    [1, -1],
  ])('%d falls to %d, the first range that holds it', (n, index) =>
    expect(chooseVariation(n, ranges)).toBe(index),
  )

  test('without ranges nobody gets a variation', () => expect(chooseVariation(0.5, [])).toBe(-1))
})

describe('a namespace', () => {
  test.each([
    ['u1', 0.509],
    ['u2', 0.112],
    ['u3', 0.203],
    ['u4', 0.758],
  ])('puts %s at %d', (id, n) => {
    expect(hash('__checkout', id, 1)).toBe(n)
    expect(inNamespace(id, ['checkout', n, n + 0.001])).toBe(true)
    expect(inNamespace(id, ['checkout', n + 0.001, 1])).toBe(false)
    expect(inNamespace(id, ['checkout', 0, n])).toBe(false)
  })

  test('is compiled once for many visitors', () => {
    const isWithin = compileNamespace(['checkout', 0, 0.5])
    expect(['u1', 'u2', 'u3', 'u4'].map(isWithin)).toEqual([false, true, true, false])
  })
})
