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

test('passes before its start, of other holds and of no failure change nothing', () => {
  expect(course(ramp(edit(-3, 'pass', 10)), [0, 2, 3])).toEqual([0, 10, 10])
  expect(course(ramp(edit(1.5, 'pass', 20), edit(3, 'resume')), [3, 50])).toEqual([10, 10])
})

test('a failure before its start keeps it at 0', () => {
  expect(course(ramp(edit(-3, 'fail')), [0, 5])).toEqual([0, 0])
})

test('a failure before its start that somebody has resumed is over, and its passes with it', () => {
  const again = ramp(edit(-5, 'pass', 10), edit(-4, 'fail', 30, 10), edit(-3, 'resume'))
  expect(course(again, [0, 0.5, 2, 30])).toEqual([0, 5, 10, 10])
  expect(again.heldAt(day(-3.5))).toMatchObject({ why: 'failed', since: day(-4) })
  expect(again.heldAt(day(-2))).toBeUndefined()
  expect(again.judgedSince(day(40))).toBe(START)
})

test('what is recorded says something of it since its start, or since it was resumed', () => {
  const resumed = ramp(edit(2, 'fail'), edit(4, 'resume'))
  expect([1, 3, 4, 9].map((days) => resumed.judgedSince(day(days)))).toEqual([0, 0, 4, 4].map(day))
})

test('resumed at a hold that had not passed, it stays there as long as at any other', () => {
  const back = ramp(edit(4, 'fail', 10, 10), edit(10, 'resume'), edit(10.2, 'pass', 10))
  expect(course(back, [10, 10.9, 11, 12])).toEqual([10, 10, 10, 20])
  expect(ramp(edit(4, 'fail', 10, 10), edit(10, 'resume')).heldAt(day(10.1))).toEqual({
    ...{ why: 'waits', percent: 10, since: day(10), until: day(11) },
  })
})

test('a hold at its start lasts from its start on', () => {
  const held = rampOf({ ...TEXT, from: 10 })
  expect(held.heldAt(day(0.5))).toMatchObject({ why: 'waits', since: START, until: day(1) })
})

test('a pass that was written while it was put back says nothing of what comes after', () => {
  const found = ramp(edit(2, 'fail'), edit(3, 'pass', 10), edit(4, 'resume'))
  expect(course(found, [5, 50])).toEqual([10, 10])
})

test('a failure that lies ahead does not hold it yet, and is known', () => {
  const failing = ramp(edit(3, 'fail', 10))
  expect(failing.heldAt(day(2))).toMatchObject({ why: 'waits', percent: 10 })
  expect(failing.after(day(2))).toMatchObject([{ outcome: 'fail', at: day(3) }])
  expect(failing.heldAt(day(3))).toMatchObject({ why: 'failed' })
  expect(failing.after(day(3))).toEqual([])
})

test('a resume answers the failure that was written before it, also one that lies ahead', () => {
  const answered = ramp(edit(5, 'fail', 10), edit(2, 'fail', 10), edit(3, 'resume'))
  expect(course(answered, [2, 3, 3.5, 6, 40])).toEqual([0, 0, 5, 10, 10])
  expect(answered.heldAt(day(5.5))).toMatchObject({ why: 'waits' })
})

test('a resume of a clock that is behind begins anew all the same', () => {
  expect(course(ramp(edit(5, 'fail', 10), edit(4, 'resume')), [3.9, 4, 4.5])).toEqual([10, 0, 5])
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

const inOrder = (edits: readonly RampEdit[]) => edits.toSorted((a, b) => a.at - b.at)

test('whatever the chain of edits: it falls at failures only, and the same people come back', () => {
  const points = Array.from({ length: 50 }, (_, i) => (i * 37) % 100)
  fc.assert(
    fc.property(anyEdits.map(inOrder), (edits) => {
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
      const last = edits.at(-1)
      if (last === undefined) return
      const [whole, without] = [edits, edits.slice(0, -1)].map((some) =>
        rampOf({ ...TEXT, edits: some }),
      )
      for (let at = START - DAY; at < Math.max(last.at, START); at += DAY / 4)
        expect(whole?.percentAt(at)).toBeCloseTo(without?.percentAt(at) ?? -1, 6)
    }),
    { numRuns: sized(40, 2000) },
  )
})

const hours = Array.from({ length: 240 }, (_, i) => START + (i * 7 - 60) * (DAY / 24))

test('whatever its edits: taking its gates out of the entry raises it at no time', () => {
  fc.assert(
    fc.property(
      anyEdits.filter((edits) => edits.length > 0),
      (edits) => {
        const [gated, ungated] = [TEXT.gates, []].map((gates) => rampOf({ ...TEXT, gates, edits }))
        for (const at of hours) expect(ungated?.percentAt(at)).toBe(gated?.percentAt(at))
      },
    ),
    { numRuns: sized(60, 2000) },
  )
})

test('whatever its edits: one more failure raises it at no time before a resume', () => {
  fc.assert(
    fc.property(
      anyEdits,
      fc.integer({ min: 0, max: 40 }),
      fc.constantFrom(0, 10, 50),
      (edits, at, to) => {
        const before = rampOf({ ...TEXT, edits })
        const failure = edit(at, 'fail', 10, to)
        const after = rampOf({ ...TEXT, edits: [...edits, failure] })
        const next = Math.min(
          ...before.after(failure.at).flatMap((one) => (one.outcome === 'resume' ? one.at : [])),
        )
        for (const hour of hours.filter((one) => one < next))
          expect(after.percentAt(hour)).toBeLessThanOrEqual(before.percentAt(hour) + 1e-9)
      },
    ),
    { numRuns: sized(60, 2000) },
  )
})

test('whatever was written before: after a resume it waits, grows or is at its end', () => {
  fc.assert(
    fc.property(anyEdits, fc.integer({ min: 0, max: 60 }), (edits, days) => {
      const found = rampOf({ ...TEXT, edits: [...edits, edit(days, 'resume')] })
      for (const at of [days, days + 1, days + 100])
        expect(found.heldAt(day(at))?.why).not.toBe('failed')
      expect(found.after(day(days))).toEqual([])
    }),
    { numRuns: sized(60, 2000) },
  )
})
