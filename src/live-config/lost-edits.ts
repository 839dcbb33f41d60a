import type { Problem } from '../core/problem'
import { didYouMean } from '../core/suggest'
import type { Layer } from './snapshot'
import { PREFIX } from './text/entry'

/**
 * Warns of edits of ramps whose feature is not there: they go by its name, so a failure keeps nobody out
 * once the feature is called otherwise. A text with nothing else has the features of others.
 *
 * @param sources by the name of the feature, the text that has its edits
 */
export function lostEdits(
  sources: ReadonlyMap<string, string>,
  layers: readonly Layer[],
): readonly Problem[] {
  const lost = [...sources].filter(([name]) => !layers.some(({ items }) => items.has(name)))
  if (lost.length === 0) return []
  const known = layers.flatMap(({ items }) => [...items.keys()])
  if (known.length === 0) return []
  return lost.map(([feature, source]) => {
    const meant = didYouMean(feature, known)
    const hint =
      meant === undefined
        ? 'write the name that it has now, or take it out of ramps'
        : `did you mean ${PREFIX}${meant}?`
    const message = `ramps has edits of ${PREFIX}${feature}, which is not there, so they hold no ramp, and a failure among them keeps nobody out; ${hint}`
    return { code: 'overrides-nothing', severity: 'warning', feature, source, message }
  })
}
