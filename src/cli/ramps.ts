import { type Ramp, rampsIn } from '../experiments/ramp'
import { heldInWords } from '../experiments/ramp-words'
import { acceptedIn, type Reading, type Texts } from './live-config-file'

/** A ramp of a live config, and how far it is. */
export interface PrintedRamp {
  readonly feature: string
  readonly path: string
  /** `31 % now, 100 % from 2026-12-08T00:00Z on` */
  readonly now: string
}

/** How far the ramps are that would be in force with some texts. */
export function rampsOf(
  { texts }: Pick<Texts, 'texts'>,
  reading: Reading,
  now: number,
): readonly PrintedRamp[] {
  // r2's semantics have no ramps. Most live configs have none, and are not read once more.
  if (reading.compat === 'r2' || !texts.some(({ text }) => /\bramp\b/.test(text))) return []
  return [...acceptedIn(texts, reading)].flatMap(([feature, value]) =>
    rampsIn(value).map(({ path, ramp }) => ({
      feature,
      path: path.join('.'),
      now: rampNow(ramp, now),
    })),
  )
}

/** `31.25 % now, 100 % from 2026-05-08T00:00Z on`. */
export function rampNow(ramp: Ramp, now: number): string {
  const { turns, to } = ramp
  const end = turns.at(-1) ?? 0
  const [start = 0] = turns
  const at = `${Number(ramp.percentAt(now).toFixed(4))} % now`
  const held = ramp.heldAt(now)
  if (held) return `${at}, since ${minuteOf(held.since)} ${heldInWords(ramp, now)}`
  if (now >= end) return at
  const begins = now < start ? `starts ${minuteOf(start)}, ` : ''
  return `${at}, ${begins}${to} % from ${minuteOf(end)} on`
}

/** A time to the minute. */
export const minuteOf = (time: number): string =>
  new Date(time).toISOString().replace(/:\d\d\.\d{3}Z$/, 'Z')
