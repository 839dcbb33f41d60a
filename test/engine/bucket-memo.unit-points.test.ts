import fc from 'fast-check'
import { UnitPoints } from '../../src/engine/bucket-memo'

const RUNS = 300

test('knows no point at first', () => {
  expect([new UnitPoints().get(0), new UnitPoints().get(5000)]).toEqual([-1, -1])
})

test(`never gives a point that was not set for the slot, and keeps the last thousand (${RUNS} random histories)`, () => {
  const slot = fc.oneof(
    fc.nat({ max: 50 }),
    fc.nat({ max: 10_000 }),
    fc.nat({ max: 300 }).map((n) => n * 32),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(slot, fc.nat({ max: 999_999 })), { maxLength: 400 }), (sets) => {
      const [points, known] = [new UnitPoints(), new Map<number, number>()]
      for (const [slot, point] of sets) {
        expect(points.get(slot)).toBe(known.get(slot) ?? -1)
        points.set(slot, point)
        known.set(slot, point)
      }
      for (const [slot, point] of known) expect(points.get(slot)).toBe(point)
    }),
    { numRuns: RUNS, seed: 12 },
  )
})

test('starts over rather than grow without end, and never tells a wrong point', () => {
  const points = new UnitPoints()
  for (let slot = 0; slot < 20_000; slot++) points.set(slot, slot + 1)
  const known = Array.from({ length: 20_000 }, (_, slot) => points.get(slot)).flatMap(
    (point, slot) => (point === -1 ? [] : [point - slot]),
  )
  expect(new Set(known)).toEqual(new Set([1]))
  expect(known.length).toBeLessThanOrEqual(2048)
})
