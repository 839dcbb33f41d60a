import type { Ramp } from '../experiments/ramp'
import { heldInWords } from '../experiments/ramp-words'

/** `31.25 % now, 100 % from 2026-05-08T00:00Z on`. */
export function rampNow(ramp: Ramp, now: number): string {
  const { turns, to } = ramp
  // A hold at the end changes nothing more.
  const end = turns.find((turn) => turn >= now && ramp.percentAt(turn) === to) ?? turns.at(-1) ?? 0
  const [start = 0] = turns
  const at = `${Number(ramp.percentAt(now).toFixed(4))} % now`
  const held = ramp.heldAt(now)
  const why = heldInWords(ramp, now, minuteOf)
  if (held) return `${at}, since ${minuteOf(held.since)} ${why}`
  // Where it would go is not where it goes.
  if (why !== '') return `${at}; ${why}`
  if (now >= end || ramp.percentAt(now) === to) return at
  const begins = now < start ? `starts ${minuteOf(start)}, ` : ''
  return `${at}, ${begins}${to} % from ${minuteOf(end)} on`
}

/** A time to the minute. */
export const minuteOf = (time: number): string =>
  new Date(time).toISOString().replace(/:\d\d\.\d{3}Z$/, 'Z')
