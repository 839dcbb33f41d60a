/** How far ramps are, in words. */
import type { JsonObject } from '../../src/core/json'
import { readRamp } from '../../src/experiments/ramp'
import { rampNow } from '../../src/analysis/ramp-now'

const at = (text: string): number => Date.parse(text)
const read = (ramp: JsonObject) => ({
  ramp: readRamp({ ramp }, { path: [], report: () => undefined }),
})

test('of a ramp people read how far it is, and until when', () => {
  const { ramp } = read({ to: 10, over: '10d', start: '2026-12-01' })
  const words = (time: string): string => (ramp ? rampNow(ramp, at(time)) : '')
  expect(words('2026-11-01')).toBe(
    '0 % now, starts 2026-12-01T00:00Z, 10 % from 2026-12-11T00:00Z on',
  )
  expect(words('2026-12-04T03:00:00Z')).toBe('3.125 % now, 10 % from 2026-12-11T00:00Z on')
  expect(words('2027-01-01')).toBe('10 % now')
})

test('a hold at the end is no part of the way', () => {
  const { ramp } = read({ to: 10, over: '10d', start: '2026-12-01', hold_at: [5, 10] })
  const words = (time: string): string => (ramp ? rampNow(ramp, at(time)) : '')
  expect(words('2026-12-02')).toBe('1 % now, 10 % from 2026-12-12T00:00Z on')
  expect(words('2026-12-12T06:00:00Z')).toBe('10 % now')
})
