import type { Position, Problem } from '../core/problem'
import { isMisspelt } from '../core/suggest'
import type { Part } from './part'
import type { Layer } from './snapshot'
import { PREFIX } from './text/entry'
import type { TimeSlice } from '../runtime/time-slice'

/** So many pairs of names are compared: of sources with thousands of features, not all. */
const MOST_COMPARED = 50_000

/**
 * Warns of what a later source says about a feature that no earlier one has, where the name of one
 * was probably meant: a kill switch that is misspelt must be loud.
 */
export function* overridesNothing(
  sources: readonly (readonly Layer[])[],
  parts: readonly (readonly Part[])[],
  slice: TimeSlice,
): Generator<void, readonly Problem[]> {
  const problems: Problem[] = []
  const known = new Set<string>()
  let compared = 0
  const nearest = (name: string): string | undefined => {
    compared += known.size
    if (compared > MOST_COMPARED) return undefined
    return [...known].find((one) => isMeant(name, one))
  }
  for (const [i, texts] of parts.entries()) {
    for (const { source, document } of i === 0 ? [] : texts) {
      const isOfValues = document?.dialect === 'overrides'
      for (const entry of document?.entries ?? []) {
        if (slice.isOver()) yield
        const { key } = entry
        const written = isOfValues ? key.slice(PREFIX.length) : key
        const name = written.startsWith(PREFIX) ? written.slice(PREFIX.length) : written
        const hasEffect = known.has(key.slice(PREFIX.length)) && key.startsWith(PREFIX)
        // A key without the prefix may be a note, such as `x-checked`.
        if (hasEffect || (name === written && !/^[a-z]\w*$/i.test(name))) continue
        const meant = known.has(name) ? name : nearest(name)
        if (meant === undefined) continue
        problems.push(
          problemOf(written, isOfValues ? meant : PREFIX + meant, source, entry.position),
        )
      }
    }
    for (const { items } of sources[i] ?? [])
      for (const name of items.keys()) {
        if (slice.isOver()) yield
        known.add(name)
      }
  }
  return problems
}

/** Names that differ in a number alone, such as `checkout_v2` and `checkout_v3`, are two features. */
const isMeant = (name: string, known: string): boolean =>
  isMisspelt(name, known) && name.replace(/\d+/g, '') !== known.replace(/\d+/g, '')

const problemOf = (key: string, meant: string, source: string, position: Position): Problem => ({
  code: 'overrides-nothing',
  severity: 'warning',
  message: `${JSON.stringify(key)} overrides nothing: no earlier source has it; did you mean ${meant}?`,
  source,
  ...position,
})
