import type { FeatureImpact } from '../analysis/impact-view'
import { isJsonObject, jsonEqual, type JsonObject, own } from '../core/json'
import { holdoutsIn } from '../experiments/holdout'
import type { Version } from './opened-version'

/** A holdout that keeps another share of people out of some features than before. */
export interface HoldoutEdit {
  readonly name: string
  /** In percent; 0 where it kept nobody out of them. */
  readonly from: number
  readonly to: number
  readonly concerned: readonly Concerned[]
}

export interface Concerned {
  readonly impact: FeatureImpact
  /** The entry itself was edited, too, so its counts are of both edits. */
  readonly isEdited: boolean
  /** What those who are held out get, before and after: names of answers. */
  readonly outside: ReadonlySet<string>
}

/** Those of features that changed, by holdout and percentages: with other domains it is of some features. */
export function holdoutEdits(
  changed: readonly FeatureImpact[],
  old: Version,
  now: Version,
): readonly HoldoutEdit[] {
  const edits = new Map<string, HoldoutEdit & { readonly concerned: Concerned[] }>()
  for (const impact of changed) {
    const [before, after] = [entryOf(impact.feature, old), entryOf(impact.feature, now)]
    const [had, has] = [new Map(holdoutsIn(before)), new Map(holdoutsIn(after))]
    const isEdited = !jsonEqual(withoutHoldouts(before), withoutHoldouts(after), { inOrder: true })
    for (const name of new Set([...had.keys(), ...has.keys()])) {
      const [from, to] = [had.get(name) ?? 0, has.get(name) ?? 0]
      if (from === to) continue
      const key = JSON.stringify([name, from, to])
      const edit = edits.get(key) ?? { name, from, to, concerned: [] }
      edit.concerned.push({ impact, isEdited, outside: answersOutside(before, after) })
      edits.set(key, edit)
    }
  }
  return [...edits.values()]
}

/** A holdout as a comparison of two live configs prints it. */
export interface HoldoutChange {
  readonly name: string
  /** In percent; 0 where it keeps nobody out of these features. */
  readonly from: number
  readonly to: number
  readonly features: readonly string[]
}

export const holdoutChanges = (
  changed: readonly FeatureImpact[],
  old: Version,
  now: Version,
): readonly HoldoutChange[] =>
  holdoutEdits(changed, old, now).map(({ concerned, ...edit }) => ({
    ...edit,
    features: concerned.map(({ impact }) => impact.feature),
  }))

/** `the holdout checkout_2027: 5 % → 9 %, of feature_a and 2 more` */
export function holdoutChangeText({ name, from, to, features }: HoldoutChange): string {
  const [first, ...others] = features.map((feature) => `feature_${feature}`)
  const more =
    others.length === 0
      ? ''
      : others.length === 1
        ? ` and ${others[0]}`
        : ` and ${others.length} more`
  return `the holdout ${name}: ${from} % → ${to} % of ${first}${more}`
}

function entryOf(feature: string, { features }: Version): JsonObject {
  const value = features.definition(feature)?.value
  return isJsonObject(value) ? value : {}
}

/** Nothing, or the default. */
const answersOutside = (...entries: readonly JsonObject[]): ReadonlySet<string> =>
  new Set(['off', 'on', ...entries.map((entry) => JSON.stringify(own(entry, 'default') ?? false))])

const withoutHoldouts = ({ holdouts: _, ...rest }: JsonObject): JsonObject => rest
