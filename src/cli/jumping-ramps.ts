import { type Entries, rampJumps } from '../analysis/ramp-jumps'
import type { JsonValue } from '../core/json'
import type { Problem } from '../core/problem'
import type { Features } from '../engine/features'
import type { Trial } from '../engine/trial'
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
  const before: Entries = {
    names: old.features.snapshot.names,
    valueOf: (feature) => {
      const value = valueIn(old.features, feature)
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

/** The same of an edit that is not made yet. */
export const jumpsByEdit = (
  features: Asked,
  trial: Asked,
  source: string,
  now: number,
): readonly Problem[] =>
  rampJumps(entriesOf(features), entriesOf(trial), now).map(({ feature, words }) => ({
    ...{ code: 'ramp-jumps', severity: 'warning', feature, source },
    message: `by this edit ${words}`,
  }))

type Asked = Pick<Features & Trial, 'definition'> & {
  readonly snapshot: { readonly names: readonly string[] }
}

const entriesOf = (asked: Asked): Entries => ({
  names: asked.snapshot.names,
  valueOf: (feature) => valueIn(asked, feature),
})

/** Of two texts with edits of one ramp the later counts. */
const editsOf = ({ texts }: Version): ReadonlyMap<string, JsonValue | null> =>
  new Map(texts.flatMap(({ text, format }) => [...rampEditsIn(text, format)]))

const valueIn = (asked: Pick<Asked, 'definition'>, feature: string): JsonValue | undefined =>
  asked.definition(feature)?.value
