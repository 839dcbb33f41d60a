import { type Entries, entriesOf, rampJumps } from '../analysis/ramp-jumps'
import type { JsonValue } from '../core/json'
import type { Problem } from '../core/problem'
import { rampEditsIn, withRampEdits } from '../live-config/read-entries'
import { placeIn, type Version } from './opened-version'

/**
 * Warns of each ramp that something held, and that an edit of its entry lets go on at once.
 *
 * @param now milliseconds since 1970
 */
export function jumpingRamps(
  revision: string,
  old: Version,
  current: Version,
  now: number,
): readonly Problem[] {
  // What is known by now of its gates: the layer that has the edits may be in no revision.
  const edits = editsOf(current)
  const written = entriesOf(old.features)
  const before: Entries = {
    names: written.names,
    valueOf: (feature) => {
      const value = written.valueOf(feature)
      const known = edits.get(feature)
      return value !== undefined && known ? withRampEdits(value, known) : value
    },
  }
  return rampJumps(before, entriesOf(current.features), now).map(({ feature, words }) => ({
    code: 'ramp-jumps',
    severity: 'warning',
    feature,
    message: `since ${revision} ${words}`,
    ...placeIn(current, feature),
  }))
}

/** Of two texts with edits of one ramp the later counts. */
const editsOf = ({ texts }: Version): ReadonlyMap<string, JsonValue | null> =>
  new Map(texts.flatMap(({ text, format }) => [...rampEditsIn(text, format)]))
