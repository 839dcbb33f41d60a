import type { Document } from './dialects/dialect'
import { readsSegments } from './entries/shared'
import { type Entry, PREFIX, type TextProblem } from './text/entry'

/**
 * Warns of keys at the top that are ignored, although whoever wrote them probably meant a feature
 * or the segments.
 */
export function topKeyProblems(document: Document): readonly TextProblem[] {
  return document.entries.flatMap((entry) => {
    const message = segmentsProblem(entry, document) ?? featureProblem(entry)
    return message === undefined
      ? []
      : [{ code: 'unknown-key', severity: 'warning', message, ...entry.position } as const]
  })
}

/**
 * `Segments` is an ordinary key of somebody else; and so is `segments` beside the `features` of a
 * GrowthBook payload.
 */
function segmentsProblem({ key }: Entry, document: Document): string | undefined {
  if (key.toLowerCase() !== 'segments') return undefined
  if (key !== 'segments')
    return `${JSON.stringify(key)} defines no segments: the key is segments, in small letters`
  return readsSegments(document)
    ? undefined
    : 'segments is not read beside the features of a GrowthBook payload; write savedGroups'
}

/** `Feature_x` and `features_x`. */
function featureProblem({ key }: Entry): string | undefined {
  const name = key.startsWith(PREFIX) ? undefined : /^features?[_-](.+)$/i.exec(key)?.[1]
  return name === undefined
    ? undefined
    : `${JSON.stringify(key)} is no feature: the key of a feature begins with ${PREFIX}; did you mean ${PREFIX}${name}?`
}
