import { isJsonObject, jsonEqual, type JsonValue, own } from '../core/json'
import type { Problem } from '../core/problem'
import { type Held, isRamp, type Ramp, rampsIn } from '../experiments/ramp'
import { heldInWords } from '../experiments/ramp-words'

/** The entries of one live config. */
export interface Entries {
  readonly names: readonly string[]
  /** The value of an entry with what became of its ramp; undefined where there is none. */
  valueOf(feature: string): JsonValue | undefined
}

/** What is read of a live config, in force or tried, to know its entries. */
export interface Asked {
  readonly snapshot: { readonly names: readonly string[] }
  definition(feature: string): { readonly value: JsonValue } | undefined
}

export const entriesOf = (asked: Asked): Entries => ({
  names: asked.snapshot.names,
  valueOf: (feature) => asked.definition(feature)?.value,
})

/** A ramp that something held, and that an edit lets go on at once. */
export interface RampJump {
  /** As it is called by now. */
  readonly feature: string
  /** `its traffic goes from 5 % to 80 % at once: its ramp was held at 5 % until errors passes; …` */
  readonly words: string
}

/**
 * Each ramp that was held, and that is where its dates have it after an edit: without its gates, without a
 * hold, without its edits, or with another name, as edits of a ramp go by the name of its feature.
 *
 * @param now milliseconds since 1970
 */
export function rampJumps(before: Entries, after: Entries, now: number): readonly RampJump[] {
  return before.names.flatMap((name): readonly RampJump[] => {
    const old = before.valueOf(name)
    const ramp = rampIn(old)
    const held = ramp?.heldAt(now)
    if (ramp === undefined || held === undefined) return []
    const feature = nameNow(name, old, before, after)
    const value = after.valueOf(feature)
    const to = percentIn(value, now)
    const from = ramp.percentAt(now)
    if (to === undefined || to <= Math.max(from, startOfResumed(value, ramp, now))) return []
    const isRenamed = feature !== name
    const was = isRenamed ? `it was feature_${name}, and ` : ''
    const advice = isRenamed ? renamed(name, feature) : adviceFor(held)
    const goes = `its traffic goes from ${shown(from)} % to ${shown(to)} % at once`
    return [{ feature, words: `${was}${goes}: its ramp was ${heldInWords(ramp, now)}; ${advice}` }]
  })
}

/**
 * Warns of the ramps that an edit of `source` would let go on at once.
 *
 * @param now milliseconds since 1970
 */
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

/** What a feature is called after an edit: another name that is new and has its entry is its own. */
function nameNow(
  name: string,
  value: JsonValue | undefined,
  before: Entries,
  after: Entries,
): string {
  if (after.names.includes(name)) return name
  const known = new Set(before.names)
  const written = withoutEdits(value)
  const same = after.names.find(
    (one) => !known.has(one) && jsonEqual(withoutEdits(after.valueOf(one)), written),
  )
  return same ?? name
}

/** Where a ramp begins that an edit resumes: to be there at once is what was asked for. */
function startOfResumed(value: JsonValue | undefined, before: Ramp, now: number): number {
  const ramp = rampIn(value)
  const isResumed = ramp !== undefined && ramp.judgedSince(now) > before.judgedSince(now)
  return isResumed ? ramp.unheldPercentAt(ramp.start) : 0
}

const renamed = (name: string, feature: string): string =>
  `copy what ramps has of ${name} to ${feature}, before the name changes`

const adviceFor = ({ why, percent }: Held): string =>
  why === 'failed'
    ? 'put it back as it was, and let it grow again with liveflag gates --resume'
    : `to let it grow from there, write from: ${shown(percent)} and a new start`

const shown = (percent: number): number => Number(percent.toFixed(4))

/** An entry without what became of its ramp, which is no part of what its author wrote. */
function withoutEdits(value: JsonValue | undefined): JsonValue {
  return JSON.parse(
    JSON.stringify(value ?? null, (key, member: JsonValue) =>
      key === 'ramp' && isJsonObject(member) ? { ...member, edits: undefined } : member,
    ),
  ) as JsonValue
}

const rampIn = (value: JsonValue | undefined): Ramp | undefined =>
  rampsIn(value).find(({ path }) => path[0] === 'experiment')?.ramp

/** The percentage of the traffic of an entry; undefined where no experiment has any. */
function percentIn(value: JsonValue | undefined, now: number): number | undefined {
  const experiment = isJsonObject(value) ? own(value, 'experiment') : undefined
  if (!isJsonObject(experiment)) return undefined
  const traffic = own(experiment, 'traffic') ?? 100
  if (isRamp(traffic)) return rampIn(value)?.percentAt(now)
  return typeof traffic === 'number' ? traffic : undefined
}
