import { isJsonObject, type JsonValue, own } from '../core/json'
import type { Problem } from '../core/problem'
import { type Held, isRamp, type Ramp, rampsIn } from '../experiments/ramp'
import { heldInWords } from '../experiments/ramp-words'
import { rampEditsIn, withRampEdits } from '../live-config/read-entries'
import { placeIn, type Version } from './opened-version'

/**
 * Warns of each ramp that something held, and that an edit of its entry lets go on at once: without its
 * gates, without a hold or without its edits it is where its dates have it by now.
 *
 * @param now milliseconds since 1970
 */
export function jumpingRamps(
  revision: string,
  old: Version,
  current: Version,
  now: number,
): readonly Problem[] {
  const edits = editsOf(current)
  return old.features.snapshot.names.flatMap((feature): readonly Problem[] => {
    const before = rampIn(valueIn(old, feature), edits.get(feature))
    const held = before?.heldAt(now)
    const to = percentIn(valueIn(current, feature), now)
    const from = before?.percentAt(now) ?? 0
    if (before === undefined || held === undefined || to === undefined || to <= from) return []
    return [
      {
        code: 'ramp-jumps',
        severity: 'warning',
        feature,
        message: `since ${revision} its traffic goes from ${shown(from)} % to ${shown(to)} % at once: its ramp was ${heldInWords(before, now)}; ${adviceFor(held)}`,
        ...placeIn(current, feature),
      },
    ]
  })
}

const adviceFor = ({ why, percent }: Held): string =>
  why === 'failed'
    ? 'put it back as it was, and let it grow again with liveflag gates --resume'
    : `to let it grow from there, write from: ${shown(percent)} and a new start`

const shown = (percent: number): number => Number(percent.toFixed(4))

/** Of two texts with edits of one ramp the later counts. */
const editsOf = ({ texts }: Version): ReadonlyMap<string, JsonValue | null> =>
  new Map(texts.flatMap(({ text, format }) => [...rampEditsIn(text, format)]))

const valueIn = ({ features }: Version, feature: string): JsonValue | undefined =>
  features.definition(feature)?.value

/**
 * The ramp of an entry as it was, with what is known by now of its gates: the layer that has the edits may
 * be in no revision.
 */
function rampIn(
  value: JsonValue | undefined,
  edits: JsonValue | null | undefined,
): Ramp | undefined {
  const known = value !== undefined && edits ? withRampEdits(value, edits) : value
  return rampsIn(known).find(({ path }) => path[0] === 'experiment')?.ramp
}

/** The percentage of the traffic of an entry; undefined where no experiment has any. */
function percentIn(value: JsonValue | undefined, now: number): number | undefined {
  const experiment = isJsonObject(value) ? own(value, 'experiment') : undefined
  if (!isJsonObject(experiment)) return undefined
  const traffic = own(experiment, 'traffic') ?? 100
  if (isRamp(traffic)) return rampIn(value, undefined)?.percentAt(now)
  return typeof traffic === 'number' ? traffic : undefined
}
