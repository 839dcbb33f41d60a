import type { Asker } from '../core/asker'
import { nameOf } from '../core/coercion'
import type { ExperimentDefinition } from '../core/trail'
import { type Hashed, textOr } from './targeting'

/** The stored variation of an experiment for one visitor, if there is one. */
export type StickyAnswer = number | 'blocked' | undefined

/** The version of an experiment's buckets that an assignment is stored under. */
export const stickyKey = (key: string, version: number): string => `${key}__${version}`

/**
 * Prepares the lookup of stored assignments (docs/spec/growthbook.md, section 10). Without a
 * fallback attribute the second document looked up is that of `id`: kept for parity, so an
 * experiment hashed on a company honours one stored by id.
 */
export function compileSticky(
  experiment: ExperimentDefinition,
  key: string,
  meta: readonly ExperimentDefinition[],
): (asker: Asker) => StickyAnswer {
  const attribute = textOr(experiment.hashAttribute, 'id')
  const fallback = textOr(experiment.fallbackAttribute, 'id')
  const version = numberOr(experiment.bucketVersion, 0)
  const oldest = numberOr(experiment.minBucketVersion, 0)
  const outdated = Array.from({ length: Math.min(Math.max(oldest, 0), 1000) }, (_, v) =>
    stickyKey(key, v),
  )
  return (asker) => {
    const sticky = asker.rules.sticky
    if (!sticky) return undefined
    const stored = {
      ...sticky.assignments(fallback, asker.attribute(fallback)),
      ...sticky.assignments(attribute, asker.attribute(attribute)),
    }
    if (outdated.some((old) => Object.hasOwn(stored, old))) return 'blocked'
    const variation = Object.hasOwn(stored, stickyKey(key, version))
      ? stored[stickyKey(key, version)]
      : undefined
    const index =
      variation === undefined ? -1 : meta.findIndex((entry) => nameOf(entry.key) === variation)
    return index < 0 ? undefined : index
  }
}

/**
 * Adds the assignment, under the attribute that was hashed, to the trail; it is stored when the
 * answer is served.
 */
export function addStickyAssignment(
  asker: Asker,
  { attribute, value }: Hashed,
  key: string,
  variation: string,
): void {
  asker.trailLog().addStickyAssignment({ attribute, value, key, variation })
}

export const numberOr = (value: unknown, otherwise: number): number =>
  typeof value === 'number' ? value : otherwise
