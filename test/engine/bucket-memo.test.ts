import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import type { Bucketing } from '../../src/core/bucketing'
import { memoise } from '../../src/engine/bucket-memo'
import { createR2Bucketing } from '../../src/hash/r2'

const RUNS = 300

/** r2's scheme, noting each point that it really works out. */
function counted(): { readonly bucketing: Bucketing; readonly worked: string[] } {
  const r2 = createR2Bucketing()
  const worked: string[] = []
  const pointOf: Bucketing['pointOf'] = (salt) => {
    const point = r2.pointOf(salt)
    return (unit) => {
      worked.push(`${salt}/${unit}`)
      return point(unit)
    }
  }
  return { bucketing: { name: 'counted', pointOf }, worked }
}

test('keeps the name of its scheme', () => {
  expect(memoise(createR2Bucketing()).name).toBe('r2')
})

test(`gives the same points, whatever is asked in whatever order and however little is remembered (${RUNS} random histories)`, () => {
  const salt = fc.constantFrom('a', 'b', 'c', 'd', 'été', '')
  const unit = fc.oneof(
    fc.constantFrom('', 'u', 'v', 'w'),
    fc.string({ unit: 'binary', maxLength: 5 }),
    fc.nat({ max: 30 }).map(String),
  )
  fc.assert(
    fc.property(
      fc.array(fc.tuple(salt, unit), { maxLength: 200 }),
      fc.constantFrom(128, 256, 512),
      (asked, bytes) => {
        const [plain, memoised] = [createR2Bucketing(), memoise(createR2Bucketing(), { bytes })]
        for (const [salt, unit] of asked)
          expect(memoised.pointOf(salt)(unit)).toBe(plain.pointOf(salt)(unit))
      },
    ),
    { numRuns: RUNS, seed: 11 },
  )
})

test('works out a point once, also for a salt that is prepared again after a reload', () => {
  const { bucketing, worked } = counted()
  const memoised = memoise(bucketing)
  const [a, b] = [memoised.pointOf('a'), memoised.pointOf('b')]
  for (const pointOf of [a, b, a, memoised.pointOf('a')])
    for (const unit of ['u', 'v', 'u']) pointOf(unit)
  expect(worked.toSorted()).toEqual(['a/u', 'a/v', 'b/u', 'b/v'])
})

test('also remembers the point 0 and points of salts that came after the unit', () => {
  const { worked, bucketing } = counted()
  const memoised = memoise({
    ...bucketing,
    pointOf: (salt) => (unit) => (bucketing.pointOf(salt)(unit), 0),
  })
  memoised.pointOf('s0')('u')
  const late = Array.from({ length: 100 }, (_, n) => memoised.pointOf(`s${n}`))
  for (const pointOf of [...late, ...late]) expect(pointOf('u')).toBe(0)
  expect(worked).toHaveLength(100)
})

test('forgets points when there is no room, and works them out again', () => {
  const { bucketing, worked } = counted()
  const pointOf = memoise(bucketing, { bytes: 128 }).pointOf('a')
  for (const unit of ['u', 'v', 'w']) pointOf(unit)
  worked.length = 0
  for (const unit of ['w', 'v', 'u']) pointOf(unit)
  expect(worked).toEqual(['a/u'])
})

test('grows while it fills, and remembers through that what it knew', () => {
  const { worked, bucketing } = counted()
  const pointOf = memoise(bucketing).pointOf('a')
  const units = Array.from({ length: 20_000 }, (_, n) => `u${n}`)
  for (const unit of units) pointOf(unit)
  worked.length = 0
  for (const unit of units) pointOf(unit)
  // Of pairs of places that three units share, one unit is forgotten.
  expect(worked.length).toBeLessThan(units.length / 10)
})

test('does not remember a unit with a text of any length', () => {
  const { bucketing, worked } = counted()
  const pointOf = memoise(bucketing).pointOf('a')
  for (const unit of ['x'.repeat(40), 'x'.repeat(41)]) for (let i = 0; i < 2; i++) pointOf(unit)
  expect(worked.map((work) => work.length - 2)).toEqual([40, 41, 41])
})

test('takes the same memory for 20,000 visitors and 1,000 features as for one', () => {
  const memoised = memoise(createR2Bucketing(), { bytes: 1024 * 1024 })
  const salts = Array.from({ length: 1000 }, (_, n) => memoised.pointOf(`feature ${n}`))
  const before = heap()
  for (let n = 0; n < 300; n++) for (const pointOf of salts) pointOf(`visitor ${n}`)
  // What strings and the test itself take is a small part of what a point for each would.
  expect(heap() - before).toBeLessThan(3 * 1024 * 1024)
})

/** Bytes in use, after what is garbage has gone. */
function heap(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

test('gives the same points to a unit that is asked about thousands of features, whose memory is bounded', () => {
  const [plain, memoised] = [createR2Bucketing(), memoise(createR2Bucketing(), { bytes: 1024 })]
  const salts = Array.from({ length: 5000 }, (_, n) => `feature ${n}`)
  for (const round of [1, 2]) {
    const wrong = salts.filter((salt) => memoised.pointOf(salt)('u') !== plain.pointOf(salt)('u'))
    expect([round, wrong]).toEqual([round, []])
  }
})

test('two engines remember apart from each other', () => {
  const { bucketing, worked } = counted()
  memoise(bucketing).pointOf('a')('u')
  memoise(bucketing).pointOf('a')('u')
  expect(worked).toHaveLength(2)
})
