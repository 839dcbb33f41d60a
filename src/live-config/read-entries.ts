import { isJsonObject, type JsonObject, type JsonValue } from '../core/json'
import type { Format } from '../core/source'
import type { Document } from './dialects/dialect'
import { readDocument } from './dialects/dialects'
import { type Holdout, readHoldouts } from './entries/holdouts'
import { readRamps } from './entries/ramps'
import { type Metric, metricsOf } from './entries/metrics'
import { type Entry, PREFIX, type TextProblem } from './text/entry'
import { atOnce } from '../runtime/time-slice'

/** The mapping of one feature in a live config. */
export interface FeatureMapping {
  readonly feature: string
  readonly mapping: JsonObject
}

/** The features of a text that are mappings, in the order of the text, good or not. */
export function featureMappings(text: string, format: Format): readonly FeatureMapping[] {
  return [...atOnce(readDocument({ text, format })).features()].flatMap(({ key, value, json }) => {
    const mapping = json?.kind === 'mapping' ? json.value : value
    return isJsonObject(mapping) ? [{ feature: key.slice(PREFIX.length), mapping }] : []
  })
}

export { PREFIX as FEATURE_PREFIX }
export type { Holdout } from './entries/holdouts'
export type { Metric, RatioPart } from './entries/metrics'

/** The metrics that a text declares; those with a problem are left out. */
export const metricsIn = (text: string, format: Format): readonly Metric[] =>
  metricsOf(atOnce(readDocument({ text, format })))

/** The holdouts that a text defines; those with a problem are left out. */
export const holdoutsIn = (text: string, format: Format): readonly Holdout[] =>
  [...readHoldouts(atOnce(readDocument({ text, format }))).byName.values()].flatMap(
    (holdout) => holdout ?? [],
  )

/** What `ramps` of a text says became of the ramp of each feature; null of what cannot be read. */
export const rampEditsIn = (text: string, format: Format): ReadonlyMap<string, JsonValue | null> =>
  readRamps(atOnce(readDocument({ text, format }))).edits

export { withEdits as withRampEdits } from './entries/ramps'

/** An entry with its place. */
export type WrittenEntry = Pick<Entry, 'key' | 'value' | 'position' | 'json'>

/** A text as its author wrote it: what it defines, and where. */
export interface WrittenText {
  /** Why no part of it can be read. */
  readonly fatal?: TextProblem | undefined
  readonly dialect: Document['dialect']
  /** By their names without `feature_`, in the order of the text; good or not. */
  readonly features: ReadonlyMap<string, WrittenEntry>
  /** Everything else at the top, such as groups; of a payload, `features` is not among it. */
  readonly others: ReadonlyMap<string, JsonValue>
  /** Every key at the top, in order; those that a later one replaced come last. */
  readonly keys: readonly WrittenEntry[]
  readonly hasReplaced: boolean
  /** For the next text, of which only what differs is read then. */
  readonly document: Document
}

/**
 * Reads what a text defines, without judging its entries. `previous`: a text that says nearly the
 * same, which makes reading faster.
 */
export function readWritten(text: string, format: Format, previous?: WrittenText): WrittenText {
  const document = atOnce(readDocument({ text, format }, previous?.document))
  const { dialect, fatal, parsed } = document
  const isPayload = dialect === 'growthbook'
  const named = [...document.features()].map(
    (entry) => [entry.key.slice(PREFIX.length), entry] as const,
  )
  const others = parsed.entries.filter(({ key }) =>
    isPayload ? key !== 'features' : !key.startsWith(PREFIX),
  )
  return {
    dialect,
    fatal: fatal ?? parsed.fatal,
    features: new Map(named),
    others: new Map(others.map(({ key, value }) => [key, value])),
    keys: [...parsed.entries, ...(parsed.replaced ?? [])],
    hasReplaced: (parsed.replaced ?? []).length > 0,
    document,
  }
}
