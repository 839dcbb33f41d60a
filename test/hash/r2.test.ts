import fc from 'fast-check'
import { POINTS } from '../../src/core/bucketing'
import { bucketOf, createR2Bucketing, loidBucket } from '../../src/hash/r2'
import { bucketFor, loidBucketFor, pointFor } from '../support/model'
import { chiSquare, chiSquareLimit, ID_SHAPES, population, sigmasOff } from '../support/populations'
import { sized } from '../support/long-run'
import { anyText } from '../support/any-text'

const RUNS = sized(750, 3000)
const shapes = Object.entries(ID_SHAPES)
const bucketing = createR2Bucketing()

test(`a point's leading digits are r2's bucket, the rest are the digest's next three digits (${RUNS} random pairs)`, () => {
  fc.assert(
    fc.property(anyText(), anyText(), (salt, unit) => {
      const point = bucketing.pointOf(salt)(unit)
      expect([point, bucketOf(point)]).toEqual([pointFor(salt, unit), bucketFor(salt, unit)])
      expect(point).toBeLessThan(POINTS)
    }),
    { numRuns: RUNS, seed: 4 },
  )
})

test('salt and unit are joined without a separator, as in r2', () => {
  expect(bucketing.pointOf('ab')('c')).toBe(bucketing.pointOf('a')('bc'))
})

test('a salt prepared once gives what it gives when prepared again, in any order', () => {
  const [a, b] = [bucketing.pointOf('a'), bucketing.pointOf('b')]
  const first = [a('1'), b('1'), a('2')]
  expect([createR2Bucketing().pointOf('a')('1'), b('1'), a('2')]).toEqual(first)
})

describe.each(shapes)('ids %s', (_, idOf) => {
  const SIZE = sized(30_000, 100_000)
  const pointOf = bucketing.pointOf('some_flag')
  let points: readonly number[] = []
  beforeAll(() => (points = population(SIZE, idOf).map(pointOf)))

  /** How many points fall into each of the cells. */
  const spread = (cells: number, cellOf: (point: number) => number): readonly number[] => {
    const counts = new Array<number>(cells).fill(0)
    for (const point of points) counts[cellOf(point)] = (counts[cellOf(point)] ?? 0) + 1
    return counts
  }

  test.each([100, 1000])(`spread evenly over %i cells (${SIZE} ids, chi-square)`, (cells) => {
    expect(chiSquare(spread(cells, (point) => Math.floor((point * cells) / POINTS)))).toBeLessThan(
      chiSquareLimit(cells),
    )
  })

  test(`spread evenly over the thousand points of a bucket (${SIZE} ids, chi-square)`, () => {
    expect(chiSquare(spread(100, (point) => Math.floor((point % 1000) / 10)))).toBeLessThan(
      chiSquareLimit(100),
    )
  })

  test.each([0.1, 0.5])(
    'any two of ten features are independent at a share of %d (20,000 ids, 45 pairs)',
    (share) => {
      const size = 20_000
      const ids = population(size, idOf)
      const names = [
        'search_v2',
        'dark_mode',
        'a',
        'b',
        'feature_1',
        'feature_2',
        'new_header',
        'new_footer',
        'x'.repeat(40),
        'été',
      ]
      const within = names.map((name) => {
        const pointOf = bucketing.pointOf(name)
        return ids.map((id) => pointOf(id) < share * POINTS)
      })
      const pairs = within.flatMap((a, i) =>
        within.slice(i + 1).map((b) => a.filter((is, n) => is && b[n]).length),
      )
      expect(pairs.filter((both) => sigmasOff(both, size, share * share) > 4.5)).toEqual([])
    },
  )
})

describe('the bucket of a logged-out id', () => {
  test.each<[string, number | undefined]>([
    ['0', 0],
    ['z', 35],
    ['Z', 35],
    ['10', 36],
    ['zzzz', (36 ** 4 - 1) % 100],
    ['abcdEFGH12345678zz', (7 * 36 ** 3 + 8 * 36 ** 2 + 35 * 36 + 35) % 100],
    ['-1', 99],
    ['-0', 0],
    ['+1', 1],
    ['x-1', undefined],
    ['- ab', 100 - ((10 * 36 + 11) % 100)],
    ['-\tab', 100 - ((10 * 36 + 11) % 100)],
    [' 1 ', 1],
    ['\n1\v', 1],
    ['12345 6', undefined],
    ['1 2', undefined],
    ['+-1', undefined],
    ['--1', undefined],
    ['', undefined],
    ['-', undefined],
    ['+', undefined],
    ['    ', undefined],
    ['- ', undefined],
    ['ab_c', undefined],
    ['1.50', undefined],
    ['ab-c', undefined],
    ['1\0', undefined],
    ['é', undefined],
    ['\u0661', undefined],
    ['\u00a01', undefined],
    ['\u212a', undefined],
    ['é0001', 1],
    ['😀0001', 1],
    ['😀001', undefined],
    ['\ufeff1', undefined],
  ])('of %j is %p', (loid, bucket) => {
    expect(loidBucket(loid)).toBe(bucket)
  })

  test(`follows the grammar of docs/spec/r2.md, section 7.2 (${RUNS * 4} random texts)`, () => {
    const tail = fc.string({
      unit: fc.constantFrom(...' \t\n\v\f\r+-0189azAZ_.', '\0', 'é', '\u00a0', '😀', '\u212a'),
      maxLength: 6,
    })
    fc.assert(
      fc.property(tail, (loid) => expect(loidBucket(loid)).toBe(loidBucketFor(loid))),
      { numRuns: RUNS * 4, seed: 5 },
    )
  })

  test('is a whole number from 0 to 99 for every tail of two digits, signs included', () => {
    const digits = '0123456789abcdefghijklmnopqrstuvwxyz'
    for (const sign of ['', '-', '+']) {
      for (const a of digits) {
        for (const b of digits) {
          const bucket = loidBucket(sign + a + b)
          expect(
            Number.isInteger(bucket) &&
              bucket !== undefined &&
              bucket >= 0 &&
              bucket < 100 &&
              !Object.is(bucket, -0),
          ).toBe(true)
        }
      }
    }
  })
})
