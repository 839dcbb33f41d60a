import { type Ramp, rampsIn } from '../experiments/ramp'
import { readDocument } from '../live-config/document'
import type { Texts } from './live-config-file'

/** A ramp of a live config, and how far it is. */
export interface PrintedRamp {
  readonly feature: string
  readonly path: string
  /** `31 % now, 100 % from 2026-12-08T00:00Z on` */
  readonly now: string
}

/** How far the ramps of some texts are. */
export function rampsOf({ texts }: Pick<Texts, 'texts'>, now: number): readonly PrintedRamp[] {
  return texts.flatMap(({ text, format }) => {
    // Most live configs have no ramp, and are not read once more.
    if (!/\bramp\b/.test(text)) return []
    return readDocument(text, format).members.flatMap(({ key, value }) =>
      rampsIn(value).map(({ path, ramp }) => ({
        feature: key.replace(/^feature_/, ''),
        path: path.join('.'),
        now: rampNow(ramp, now),
      })),
    )
  })
}

/** `31.25 % now, 100 % from 2026-05-08T00:00Z on`. */
export function rampNow(ramp: Ramp, now: number): string {
  const { turns, to } = ramp
  const end = turns.at(-1) ?? 0
  const [start = 0] = turns
  const at = `${Number(ramp.percentAt(now).toFixed(4))} % now`
  if (now >= end) return at
  const begins = now < start ? `starts ${minuteOf(start)}, ` : ''
  return `${at}, ${begins}${to} % from ${minuteOf(end)} on`
}

const minuteOf = (time: number): string =>
  new Date(time).toISOString().replace(/:\d\d\.\d{3}Z$/, 'Z')
