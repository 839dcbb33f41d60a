import { canonicalText } from '../core/canonical'
import { isJsonList, isJsonObject, type JsonObject, type JsonValue, own } from '../core/json'
import { meaningOf } from '../core/metadata'
import type { Compat } from '../core/selector'
import { holdoutOf, holdoutsIn, sharesOfHoldout } from '../experiments/holdout'
import { experimentOfRule } from '../rules/rule-experiment'
import { type ConfiguredExperiment, experimentsOf } from './configured'

/** An entry as a ledger kept it: see `EntryInForce`. */
export interface KeptEntry {
  readonly feature: string
  readonly entry: JsonObject
  readonly compat: Compat
  /** It was a feature of a GrowthBook payload. */
  readonly isPayload: boolean
}

/** Undefined of a text that is no mapping: no experiment came from it, or it cannot be read. */
export function keptEntry(feature: string, text: string): KeptEntry | undefined {
  const value = parsed(text)
  const [entry, , how] = isJsonList(value) ? value : [value]
  if (!isJsonObject(entry)) return undefined
  const read = isJsonObject(how) ? how : {}
  return {
    feature,
    entry,
    compat: own(read, 'compat') === 'r2' ? 'r2' : 'liveflag',
    isPayload: own(read, 'payload') === true,
  }
}

/** The text of an entry in the ledger, with all that it names, to be asked again. */
export interface KeptText {
  readonly feature: string
  readonly value: JsonValue
  readonly compat: Compat
  readonly isPayload: boolean
  /** By name, in GrowthBook's shape: segments and saved groups. */
  readonly groups: JsonObject
  readonly bandits: JsonObject
}

/** Undefined of a text that is not JSON. */
export function keptText(feature: string, text: string): KeptText | undefined {
  const read = parsed(text)
  if (read === null) return undefined
  const [value = null, named, how] = isJsonList(read) ? read : [read]
  const pairs = pairsIn(isJsonList(named) ? named : [])
  const options = isJsonObject(how) ? how : {}
  const of = (kind: string): JsonObject =>
    Object.fromEntries(
      pairs.flatMap(([name, definition = null]) =>
        typeof name === 'string' && name.startsWith(`${kind}.`)
          ? [[name.slice(kind.length + 1), definition] as const]
          : [],
      ),
    )
  return {
    feature,
    value,
    compat: own(options, 'compat') === 'r2' ? 'r2' : 'liveflag',
    isPayload: own(options, 'payload') === true,
    groups: of('group'),
    bandits: of('bandit'),
  }
}

/** Names and definitions in turn. */
const pairsIn = (flat: readonly JsonValue[]): readonly (readonly JsonValue[])[] =>
  flat.flatMap((name, i) => (i % 2 === 0 ? [[name, flat[i + 1] ?? null]] : []))

/** The text of a database may be anything. */
function parsed(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return null
  }
}

/** The experiment of that id in an entry. */
export const experimentIn = (
  { feature, entry, compat }: KeptEntry,
  id: string,
): ConfiguredExperiment | undefined => {
  const percent = holdoutPercent(entry, id)
  return percent === undefined
    ? experimentsOf(feature, entry, compat).find((one) => one.id === id)
    : { feature, id, status: undefined, shares: sharesOfHoldout(percent) }
}

/** The percentage of the holdout that has the id. */
export const holdoutPercent = (entry: JsonObject, id: string): number | undefined =>
  holdoutsIn(entry).find(([name]) => name === holdoutOf(id))?.[1]

/** What an edit changes that begins a new phase: who is drawn, and which variant they get. */
export type Drawing = Readonly<Record<string, JsonValue>>

/** Keys that say when an experiment runs and how it is read, and not whom it draws. */
const NO_DRAWING: ReadonlySet<string> = new Set([
  'status',
  'start',
  'end',
  'window',
  'report_by',
  'control',
  'experiment_seed',
])

/**
 * The parts of an entry on which the draw of an experiment depends: its own, and what takes people
 * before it. The keys are those of the entry, or of its experiment.
 */
export function drawingOf({ entry }: KeptEntry, id: string): Drawing {
  // A holdout draws alike in all of its entries, whatever else they say.
  const percent = holdoutPercent(entry, id)
  if (percent !== undefined) return { percent }
  const { experiment, rules, default: _default, metrics: _metrics, ...others } = meaningOf(entry)
  const found = isJsonList(rules) ? rulesUpTo(rules, id) : undefined
  return {
    ...others,
    ...(isJsonObject(experiment) && found === undefined ? drawingOfExperiment(experiment) : {}),
    ...(found !== undefined && {
      rules: found.map(drawingOfRule),
      ...(experiment !== undefined && { experiment: withoutNotes(experiment) }),
    }),
  }
}

/** Whether a feature of another name draws anew. A holdout is one of all features that have it. */
export const drawsByName = ({ entry }: KeptEntry, id: string): boolean =>
  holdoutPercent(entry, id) === undefined

function drawingOfExperiment(experiment: JsonObject): Drawing {
  const kept = Object.entries(meaningOf(experiment)).filter(([key]) => !NO_DRAWING.has(key))
  return Object.fromEntries(
    kept.map(([key, value]) => [key, key === 'variants' ? withoutValues(value) : value]),
  )
}

const drawingOfRule = (rule: JsonValue): JsonValue => {
  const meaning = withoutNotes(rule)
  if (!isJsonObject(meaning)) return meaning
  const { report_by: _reportBy, control: _control, ...drawing } = meaning
  return drawing
}

/** What a variant serves is not who gets it, and neither is a note beside it. */
const withoutValues = (variants: JsonValue): JsonValue =>
  isJsonList(variants)
    ? variants.map((one) =>
        isJsonObject(one)
          ? Object.fromEntries(Object.entries(meaningOf(one)).filter(([key]) => key !== 'value'))
          : one,
      )
    : variants

/**
 * An experiment or a rule without notes, which may stand beside its own keys and those of each of its
 * variants. Not further down: there the keys are names of variants or attributes, such as `x-large`.
 */
function withoutNotes(value: JsonValue): JsonValue {
  if (!isJsonObject(value)) return value
  const meaning = meaningOf(value)
  const variants = own(meaning, 'variants')
  return isJsonList(variants)
    ? {
        ...meaning,
        variants: variants.map((one) => (isJsonObject(one) ? meaningOf(one) : one)),
      }
    : meaning
}

/** The rules of an entry up to the experiment, or undefined where no rule is it. */
function rulesUpTo(rules: readonly JsonValue[], id: string): readonly JsonValue[] | undefined {
  const at = rules.findIndex((rule) => isJsonObject(rule) && experimentOfRule(rule, '')?.key === id)
  return at < 0 ? undefined : rules.slice(0, at + 1)
}

/** Equal for two drawings that draw alike. */
export const drawingText = (drawing: Drawing): string => canonicalText(drawing)

/**
 * The keys in which two drawings differ, in order. Ranges follow the shares of variants, and those of
 * variants that lie as they are written stand in the ledger alone.
 */
export function changedKeys(before: Drawing, now: Drawing): readonly string[] {
  const changed = [...new Set([...Object.keys(before), ...Object.keys(now)])]
    .filter((key) => canonicalText(own(before, key)) !== canonicalText(own(now, key)))
    .sort()
  return changed.includes('variants') ? changed.filter((key) => key !== 'ranges') : changed
}
