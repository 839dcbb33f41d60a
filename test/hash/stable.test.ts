import { type PointOf, POINTS, type StableKey } from '../../src/core/bucketing'
import { stablePointOf } from '../../src/hash/stable'
import { ID_SHAPES, population } from '../support/populations'

const key = (given: Partial<StableKey> = {}): StableKey => ({
  salt: 'checkout',
  shuffle: 0,
  purpose: 'gate',
  kind: 'user',
  ...given,
})

/** Computed by a program of its own, in Python, from the text of docs/spec/bucketing.md. */
const VECTORS: readonly (readonly [given: Partial<StableKey>, unit: string, point: number])[] = [
  [{}, 't2_beef', 406_545],
  [{ purpose: 'split' }, 't2_beef', 503_954],
  [{ purpose: 'traffic' }, 't2_beef', 553_163],
  [{ shuffle: 1 }, 't2_beef', 114_226],
  [{ kind: 'loid' }, 't2_beef', 476_789],
  [{ kind: 'page' }, 't3_1', 509_869],
  [{ salt: 'search_v2' }, 't2_beef', 400_823],
  [{ salt: '' }, 'x', 669_802],
  [{}, 'Zoë', 363_088],
  [{}, '木村', 413_203],
  [{}, '🦊', 884_835],
  [{}, 'a\ud800b', 9_995],
  [{ salt: 'ключ', shuffle: 7, purpose: 'split' }, 'u'.repeat(300), 504_416],
  [{}, 'x'.repeat(5000), 96_195],
  [{}, '\0gate\0user\0x', 952_755],
]

test.each(VECTORS)(
  'of %j, the point of %j is that of the published scheme',
  (given, unit, point) => {
    expect(stablePointOf(key(given))(unit)).toBe(point)
  },
)

test('a long id between short ones changes nothing for them', () => {
  const pointOf = stablePointOf(key())
  const before = pointOf('t2_beef')
  pointOf('z'.repeat(200))
  pointOf('木'.repeat(2000))
  expect(pointOf('t2_beef')).toBe(before)
})

test('a salt and a unit cannot be cut in two ways', () => {
  expect(stablePointOf(key({ salt: 'a' }))('bc')).toBe(73_071)
  expect(stablePointOf(key({ salt: 'ab' }))('c')).toBe(716_715)
})

const COUNT = 10_000

const pointsOf = (pointOf: PointOf, ids: readonly string[]): Int32Array =>
  Int32Array.from(ids, (id) => pointOf(id))

/** How many standard deviations the number of those in both is from the product. */
function dependence(a: Int32Array, b: Int32Array, below: number): number {
  let both = 0
  for (let i = 0; i < a.length; i++) if ((a[i] ?? 0) < below && (b[i] ?? 0) < below) both++
  const p = (below / POINTS) ** 2
  return (both - COUNT * p) / Math.sqrt(COUNT * p * (1 - p))
}

describe.each(Object.keys(ID_SHAPES))('ids %s', (name) => {
  const ids = population(COUNT, ID_SHAPES[name] ?? String)

  test('are spread evenly over a hundred cells', () => {
    const cells = new Int32Array(100)
    for (const point of pointsOf(stablePointOf(key()), ids)) {
      const cell = Math.floor(point / (POINTS / 100))
      cells[cell] = (cells[cell] ?? 0) + 1
    }
    const expected = COUNT / 100
    const chi = cells.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
    // Of 99 degrees of freedom; a right hash is above it once in a million.
    expect(chi).toBeLessThan(180)
  })

  test('are drawn independently by all pairs of ten features, at 10 and at 50 percent', () => {
    const features = Array.from({ length: 10 }, (_, i) => `feature_${i}`)
    const drawn = features.map((salt) => pointsOf(stablePointOf(key({ salt })), ids))
    const pairs = drawn.flatMap((a, i) => drawn.slice(i + 1).map((b) => [a, b] as const))
    const far = pairs.flatMap(([a, b]) =>
      [POINTS / 10, POINTS / 2].map((below) => Math.abs(dependence(a, b, below))),
    )
    expect(far).toHaveLength(90)
    expect(Math.max(...far)).toBeLessThan(5)
  })

  test.each<[string, Partial<StableKey>, Partial<StableKey>]>([
    ['percentages and variants', { purpose: 'gate' }, { purpose: 'split' }],
    ['traffic and variants', { purpose: 'traffic' }, { purpose: 'split' }],
    ['two shuffles', { shuffle: 1 }, { shuffle: 2 }],
    ['users and logged-out ids', { kind: 'user' }, { kind: 'loid' }],
  ])('are drawn independently by %s of one entry', (_what, one, other) => {
    const [a, b] = [one, other].map((given) => pointsOf(stablePointOf(key(given)), ids))
    expect(Math.abs(dependence(a as Int32Array, b as Int32Array, POINTS / 5))).toBeLessThan(5)
  })
})
