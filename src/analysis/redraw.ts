import { canonicalText } from '../core/canonical'
import { isJsonList, isJsonObject, type JsonObject, type JsonValue, own } from '../core/json'
import { worldOf } from '../core/world'
import type { Decision } from '../core/decision'
import { openFeatures } from '../engine/features'
import type { Questions } from '../engine/questions'
import { drawnBy } from '../recording/drawn-by'
import { memory } from '../sources/memory'
import { holdoutOf } from '../experiments/holdout'
import { idOf } from '../experiments/life'
import { experimentOfRule } from '../rules/rule-experiment'
import type { Defining } from './closure'
import { holdoutPercent, type KeptEntry } from './kept-entry'

/** What an entry draws for a unit. */
export interface Redrawn {
  readonly variant: string
  readonly bucket: number | null
  readonly hash: string
}

/** Draws units again, by one experiment of one entry. */
export interface Redraw {
  /** Undefined: the unit is in no variant. */
  of(unit: string, kind: string): Redrawn | undefined
  /** The feature that draws, and the live config that has it alone. */
  readonly feature: string
  readonly features: Defining
  close(): Promise<void>
}

/** Keys of an experiment that draw, beside who is eligible, when, and in which domain. */
const DRAWS: ReadonlySet<string> = new Set([
  'experiment_id',
  'variants',
  'traffic',
  'page',
  'ranges',
])

/** `traffic` lets people in and moves nobody, and may be a ramp, which is another at each time. */
const SPLITS: ReadonlySet<string> = new Set([...DRAWS].filter((key) => key !== 'traffic'))

/** Keys of an entry that say how all of it draws. */
const SCHEME: ReadonlySet<string> = new Set(['bucketing', 'salt', 'shuffle'])

/** Keys of a rule that say who is eligible. */
const ELIGIBILITY: ReadonlySet<string> = new Set(['condition', 'parentConditions', 'enabled'])

/**
 * Opens an engine with the experiment alone, for everybody: the draw is that of requests, and
 * whoever was recorded was eligible. Undefined where the entry does not have the experiment, or where
 * its draw depends on more than the unit.
 */
export async function openRedraw(kept: KeptEntry, experiment: string): Promise<Redraw | undefined> {
  const value = drawOf(kept, experiment, DRAWS)
  return value && openedRedraw(kept, value)
}

/** Which variants an experiment has for which units, whomever its `traffic` lets in. */
export interface EntrySplit {
  /** Equal for two that give every unit the same variant. */
  readonly text: string
  open(): Promise<Redraw>
}

/** The split of an experiment of an entry; undefined as of `openRedraw`. */
export function splitIn(kept: KeptEntry, experiment: string): EntrySplit | undefined {
  const value = drawOf(kept, experiment, SPLITS)
  if (value === undefined) return undefined
  const { feature, compat, isPayload } = kept
  return {
    text: canonicalText([feature, compat, isPayload, value]),
    open: () => openedRedraw(kept, value),
  }
}

async function openedRedraw(kept: KeptEntry, value: JsonObject): Promise<Redraw> {
  const text = kept.isPayload
    ? { features: { [kept.feature]: value } }
    : { [`feature_${kept.feature}`]: value }
  const features = await openFeatures({
    source: memory(JSON.stringify(text), { format: 'json' }),
    compat: kept.compat,
  })
  // They were reported when the live config was read.
  features.on('problem', () => undefined)
  return {
    of: (unit, kind) => redrawn(features.for(worldOfUnit(unit, kind)), kept.feature),
    ...{ feature: kept.feature, features },
    close: () => features.close(),
  }
}

/** `page`, `user` and `loid` are kinds of their own; any other is an attribute. */
export const worldOfUnit = (unit: string, kind: string): ReturnType<typeof worldOf> =>
  worldOf({
    ...(kind === 'loid' ? { loid: unit } : { user: { id: unit } }),
    page: { id: unit, type: 'link' },
    attributes: { id: unit, [kind]: unit },
  })

function redrawn(request: Questions, feature: string): Redrawn | undefined {
  const { assignment: own, rule, trail }: Decision = request.decide(feature)
  // Whoever is not held out went on.
  const assignment = own ?? trail?.assigned[0]?.assignment
  if (assignment === undefined) return undefined
  const { variant, bucket, hash } = assignment
  return { variant, ...drawnBy(bucket, hash, rule?.experimentResult !== undefined) }
}

function drawOf(
  { entry, feature, isPayload }: KeptEntry,
  id: string,
  keys: ReadonlySet<string>,
): JsonObject | undefined {
  const percent = holdoutPercent(entry, id)
  if (percent !== undefined) return { holdouts: { [holdoutOf(id) ?? '']: percent }, default: true }
  const experiment = own(entry, 'experiment')
  if (isJsonObject(experiment) && idOf(own(experiment, 'experiment_id'), feature) === id)
    return { ...schemeOf(entry), experiment: { ...picked(experiment, keys), enabled: 'on' } }
  const rules = own(entry, 'rules')
  const rule = (isJsonList(rules) ? rules : [])
    .filter(isJsonObject)
    .find((one) => experimentOfRule(one, feature)?.key === id)
  if (rule === undefined || Object.hasOwn(rule, 'contextualVariations')) return undefined
  return { [isPayload ? 'defaultValue' : 'default']: false, rules: [forEverybody(rule)] }
}

/** By which scheme the entry draws. */
const schemeOf = (entry: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(entry).filter(([key]) => SCHEME.has(key)))

const picked = (experiment: JsonObject, keys: ReadonlySet<string>): JsonObject =>
  Object.fromEntries(Object.entries(experiment).filter(([key]) => keys.has(key)))

const forEverybody = (rule: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(rule).filter(
      (entry): entry is [string, JsonValue] => !ELIGIBILITY.has(entry[0]),
    ),
  )
