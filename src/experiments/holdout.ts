import type { Asker } from '../core/asker'
import type { Assignment } from '../core/assignment'
import { type PointOf, POINTS, type UnitKind } from '../core/bucketing'
import { isJsonObject, type JsonObject, type JsonValue, own } from '../core/json'
import type { Place } from '../core/selector'
import { wholeBuckets } from './decimal'
import type { Share } from './shares'
import { NOBODY, unitKindOf, type UnitSource } from './unit'

/** What a holdout's records call those who are kept out, and all others. */
export const HELD_OUT = 'held_out'
export const REST = 'rest'

const ID = 'holdout:'

/** What a holdout is called in records and reports. */
export const holdoutId = (name: string): string => ID + name

/** The name of the holdout that an id stands for; undefined of an experiment's. */
export const holdoutOf = (id: string): string | undefined =>
  id.startsWith(ID) ? id.slice(ID.length) : undefined

/** The holdouts of an entry in force: of each its percentage, by its name. */
export const holdoutsIn = (entry: JsonObject): readonly (readonly [string, number])[] => {
  const written = own(entry, 'holdouts')
  return isJsonObject(written)
    ? Object.entries(written).filter((one): one is [string, number] => typeof one[1] === 'number')
    : []
}

/** The percentage as points; undefined of one that is none, or is finer than 0.0001. */
export const pointsOfHoldout = (percent: JsonValue | undefined): number | undefined =>
  typeof percent === 'number' && percent >= 0 && percent <= 100
    ? wholeBuckets(percent, POINTS)
    : undefined

export const sharesOfHoldout = (percent: number): readonly Share[] => [
  { variant: HELD_OUT, share: percent / 100 },
  { variant: REST, share: 1 - percent / 100 },
]

/** A visitor's place in a holdout. */
export interface Held {
  readonly name: string
  readonly isHeld: boolean
  readonly assignment: Assignment
}

/**
 * Compiles one holdout. Its points have a salt and a purpose of their own, so they know nothing of
 * those of any experiment, and who is below a percentage is below each higher one. Undefined of a
 * visitor who has no id.
 */
export function compileHoldout(
  name: string,
  below: number,
  source: UnitSource,
  place: Place,
): (asker: Asker) => Held | undefined {
  const of = (kind: UnitKind): PointOf =>
    place.bucketing.stablePointOf({ salt: name, shuffle: 0, purpose: 'holdout', kind })
  const points = { user: of('user'), loid: of('loid'), page: of('page') }
  const id = holdoutId(name)
  const base = { kind: source.kind, experimentId: id, experiment: id, hash: 'stable' } as const
  const path = [...place.path, name]
  return (asker) => {
    const unit = source.unitOf(asker)
    if (unit === null || unit === NOBODY) return undefined
    const bucket = points[unitKindOf(source, asker)](unit)
    const isHeld = bucket < below
    asker.trace?.enter({ selector: 'holdout', path }, asker)
    asker.trace?.drew({ unit, bucket, passed: isHeld, test: `point < ${below} of ${POINTS}` })
    asker.trace?.leave(isHeld ? 'claimed' : 'passed on')
    const variant = isHeld ? HELD_OUT : REST
    return { name, isHeld, assignment: { ...base, variant, unit, bucket } }
  }
}
