import { rampNow } from '../analysis/ramp-now'
import { rampsIn } from '../experiments/ramp'
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
