/** Ramps with gates: they wait at a hold, go back when a gate fails, and the same people come back. */
import fc from 'fast-check'
import { rampOf, type RampEdit, type RampText } from '../../src/experiments/ramp-course'
import { sized } from '../support/long-run'

const DAY = 86_400_000
const START = Date.parse('2026-12-01')
const day = (count: number): number => START + count * DAY

/** 10 % a day, held at 10 and 50 for a day at least. */
const TEXT: RampText = {
  ...{ from: 0, to: 100, over: 10 * DAY, start: START, holds: [10, 50], holdFor: DAY },
  gates: ['errors'],
  edits: [],
}
const edit = (days: number, outcome: RampEdit['outcome'], percent = 0, to = 0): RampEdit => ({
  ...{ at: day(days), outcome, percent, to },
  reason: `day ${days}`,
})
const ramp = (...edits: RampEdit[]) => rampOf({ ...TEXT, edits })
const course = (of: ReturnType<typeof ramp>, days: readonly number[]): readonly number[] =>
  days.map((one) => Number(of.percentAt(day(one)).toFixed(6)))

test('without an edit it stays at its first hold, and says since when', () => {
  expect(course(ramp(), [-1, 0, 0.5, 1, 2, 100])).toEqual([0, 0, 5, 10, 10, 10])
  expect(ramp().heldAt(day(0.5))).toBeUndefined()
  expect(ramp().heldAt(day(3))).toEqual({
    why: 'waits',
    percent: 10,
    since: day(1),
    until: day(2),
  })
})

test('a pass lets it go on, when the hold is over', () => {
  expect(course(ramp(edit(1.5, 'pass', 10)), [1.5, 2, 3, 6, 50])).toEqual([10, 10, 20, 50, 50])
  expect(course(ramp(edit(5, 'pass', 10)), [4, 5, 6, 9])).toEqual([10, 10, 20, 50])
})

test('passing all its gates it comes to its end', () => {
  const whole = ramp(edit(5, 'pass', 10), edit(20, 'pass', 50))
  expect(course(whole, [20, 22.5, 25, 99])).toEqual([50, 75, 100, 100])
  expect(whole.heldAt(day(99))).toBeUndefined()
  expect(whole.to).toBe(100)
})

test('a failure puts it back at once, whatever passed before, until it is resumed', () => {
  const failed = ramp(edit(2, 'pass', 10), edit(4, 'fail', 30))
  expect(course(failed, [3.999_999, 4, 40])).toEqual([29.999_99, 0, 0])
  expect(failed.heldAt(day(3))).toBeUndefined()
  expect(failed.heldAt(day(9))).toEqual({
    why: 'failed',
    percent: 0,
    since: day(4),
    reason: 'day 4',
  })
})

test('resumed, it grows as from its start, and each gate is judged anew', () => {
  const resumed = ramp(edit(2, 'pass', 10), edit(4, 'fail', 30), edit(10, 'resume'))
  expect(course(resumed, [9, 10, 10.5, 11, 50])).toEqual([0, 0, 5, 10, 10])
  expect(resumed.heldAt(day(12))).toMatchObject({ why: 'waits', percent: 10, since: day(11) })
})

test('put back to a hold that passed, it goes on from there', () => {
  const back = ramp(edit(2, 'pass', 10), edit(4, 'fail', 30, 10), edit(10, 'resume'))
  expect(course(back, [4, 10, 11, 14, 20])).toEqual([10, 10, 20, 50, 50])
})

test('edits before its start, of other holds and of no failure change nothing', () => {
  expect(course(ramp(edit(-3, 'pass', 10)), [0, 2, 3])).toEqual([0, 10, 20])
  expect(course(ramp(edit(1.5, 'pass', 20), edit(3, 'resume')), [3, 50])).toEqual([10, 10])
})

test('a failure before its start keeps it at 0', () => {
  expect(course(ramp(edit(-3, 'fail')), [0, 5])).toEqual([0, 0])
})

const anyEdits = fc.array(
  fc.record({
    at: fc.integer({ min: -2 * 24, max: 60 * 24 }).map((hours) => START + (hours * DAY) / 24),
    outcome: fc.constantFrom('pass' as const, 'fail' as const, 'resume' as const),
    percent: fc.constantFrom(10, 50),
    to: fc.constantFrom(0, 10, 50),
    reason: fc.constant(''),
  }),
  { maxLength: 12 },
)

test('whatever the chain of edits: it falls at failures only, and the same people come back', () => {
  const points = Array.from({ length: 50 }, (_, i) => (i * 37) % 100)
  fc.assert(
    fc.property(anyEdits, (edits) => {
      const found = rampOf({ ...TEXT, edits })
      let before = { percent: 0, at: START - 3 * DAY }
      const byPercent = new Map<number, string>()
      for (let hour = -48; hour <= 70 * 24; hour += 6) {
        const at = START + (hour * DAY) / 24
        const percent = found.percentAt(at)
        expect(percent).toBeGreaterThanOrEqual(0)
        expect(percent).toBeLessThanOrEqual(100)
        const hasFailed = edits.some(
          (one) => one.outcome === 'fail' && Math.max(one.at, START) > before.at && one.at <= at,
        )
        if (!hasFailed) expect(percent).toBeGreaterThanOrEqual(before.percent - 1e-9)
        const inside = points.filter((point) => point < percent).join()
        const known = byPercent.get(percent)
        if (known !== undefined) expect(inside).toBe(known)
        byPercent.set(percent, inside)
        before = { percent, at }
      }
    }),
    { numRuns: sized(40, 2000) },
  )
})

test('an edit changes nothing of the time before it', () => {
  fc.assert(
    fc.property(anyEdits, (edits) => {
      const sorted = edits.toSorted((a, b) => a.at - b.at)
      const last = sorted.at(-1)
      if (last === undefined) return
      const [whole, without] = [sorted, sorted.slice(0, -1)].map((some) =>
        rampOf({ ...TEXT, edits: some }),
      )
      for (let at = START - DAY; at < Math.max(last.at, START); at += DAY / 4)
        expect(whole?.percentAt(at)).toBeCloseTo(without?.percentAt(at) ?? -1, 6)
    }),
    { numRuns: sized(40, 2000) },
  )
})
