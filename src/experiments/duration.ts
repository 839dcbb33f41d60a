import type { JsonValue } from '../core/json'

const UNIT_MS = { d: 86_400_000, h: 3_600_000, m: 60_000 }
const DURATION = /^(\d{1,6})([dhm])$/

/** A length of time, in milliseconds: `7d`, `12h`, `30m`. Undefined of anything else. */
export function readDuration(written: JsonValue | undefined): number | undefined {
  const [, count, unit] = (typeof written === 'string' && DURATION.exec(written)) || []
  if (count === undefined || (unit !== 'd' && unit !== 'h' && unit !== 'm')) return undefined
  return Number(count) * UNIT_MS[unit]
}

/** The same as people write it. */
export function durationText(ms: number): string {
  if (ms % UNIT_MS.d === 0) return `${ms / UNIT_MS.d}d`
  return ms % UNIT_MS.h === 0 ? `${ms / UNIT_MS.h}h` : `${ms / UNIT_MS.m}m`
}
