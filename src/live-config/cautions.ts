import { isJsonList, isJsonObject, type JsonObject, own } from '../core/json'
import type { Path, Problem, ProblemCode } from '../core/problem'
import type { Compat } from '../core/selector'
import { didYouMean } from '../core/suggest'
import { declaredControls, namedControls } from '../experiments/control'
import { producedByExperiment } from '../experiments/produced'
import { isRamp, rampsIn } from '../experiments/ramp'
import { isStable } from '../experiments/scheme'
import { experimentOfRule } from '../rules/rule-experiment'
import type { Metric } from './entries/metrics'
import type { Snapshot } from './snapshot'
import { PREFIX } from './text/entry'

/** What is allowed in an entry and spoils an experiment. */
interface Caution {
  readonly code: ProblemCode
  /** Default: a warning. */
  readonly severity?: Problem['severity']
  readonly path: Path
  readonly message: string
}

type Look = (entry: JsonObject, feature: string, compat: Compat) => readonly Caution[]

/** Each looks for one mistake. */
const LOOKS: readonly Look[] = [percentageBeside, rulesOfOneKey, rulesOfTheFirstHash]

/**
 * Warnings for those who check a live config: the entries are right, and their experiments will be
 * hard to judge. A running engine does not report them.
 */
export function cautionProblems(
  snapshot: Snapshot,
  compat: Compat,
  metrics: readonly Metric[] = [],
): readonly Problem[] {
  const guardrails = metrics.filter(({ role }) => role === 'guardrail').map(({ name }) => name)
  const firsts: Firsts = new Map()
  return [...snapshot.items()].flatMap(([feature, { version }]) => {
    const value = version?.definition.value
    if (!isJsonObject(value)) return []
    const cautions = [
      ...LOOKS.flatMap((look) => look(value, feature, compat)),
      ...otherSplits(value, feature, firsts),
      ...(compat === 'r2' ? [] : [...unknownGates(value, guardrails), ...noControl(value, compat)]),
    ]
    return cautions.map(({ code, severity = 'warning', path, message }): Problem => {
      const place = snapshot.placeOf(feature)
      return {
        code,
        severity,
        message,
        feature,
        path: path.join('.'),
        ...(place && { source: place.source, ...place.entry.locate(path, 'key') }),
      }
    })
  })
}

/** A gate that no metric has never passes. */
function unknownGates(entry: JsonObject, guardrails: readonly string[]): readonly Caution[] {
  const gates = rampsIn(entry).flatMap(({ ramp }) => ramp.gates)
  return gates.flatMap((name): readonly Caution[] => {
    if (guardrails.includes(name)) return []
    const meant = didYouMean(name, guardrails)
    const hint = meant === undefined ? `declare it under metrics` : `did you mean ${meant}?`
    const message = `the gate ${name} is no metric with role: guardrail, so the ramp stays at its hold; ${hint}`
    return [{ code: 'unknown-metric', path: ['experiment', 'traffic', 'ramp', 'gates'], message }]
  })
}

/**
 * Gates act on a comparison, and compare with no variant that was only guessed. An error, as the ramp leaves
 * no hold; a running engine serves the entry all the same.
 */
function noControl(entry: JsonObject, compat: Compat): readonly Caution[] {
  const experiment = own(entry, 'experiment')
  const isGated = rampsIn(entry).some(({ ramp }) => ramp.gates.length > 0)
  if (!isGated || !isJsonObject(experiment)) return []
  const { variants = [] } = producedByExperiment(experiment, entry, compat)
  if (namedControls(variants, declaredControls(experiment)).length > 0) return []
  const message = `the gates of its ramp compare with a control, and none of ${variants.join(', ') || 'its variants'} is called control, so they say nothing and the ramp stays at its hold; write which it is beside variants, such as control: ${variants[0] ?? 'control'}`
  return [{ code: 'no-control', severity: 'error', path: ['experiment', 'variants'], message }]
}

/** By the key of an experiment of rules, the first feature that has it, and how it is split. */
type Firsts = Map<string, { readonly feature: string; readonly split: string }>

/**
 * Features may share a key, as linked features of GrowthBook do, but not with different splits: their
 * visitors are then one experiment in reports, and are not.
 */
const otherSplits = (entry: JsonObject, feature: string, firsts: Firsts): readonly Caution[] =>
  experimentRules(entry, feature).flatMap(({ at, key, split }) => {
    const other = firsts.get(key)
    if (other === undefined) firsts.set(key, { feature, split })
    if (other === undefined || other.feature === feature || other.split === split) return []
    const message = `the experiment ${JSON.stringify(key)} is also in ${PREFIX}${other.feature}, with another split, so reports take the two for one; give each a key of its own, or the same weights`
    return [{ code: 'duplicate-experiment', path: ['rules', at], message }]
  })

/** r2's percentages and variants use one bucket, so a percentage takes whom the variants would draw. */
function percentageBeside(entry: JsonObject, _feature: string, compat: Compat): readonly Caution[] {
  const experiment = own(entry, 'experiment')
  if (!isJsonObject(experiment) || isStable(entry, compat)) return []
  // A list is drawn by another hash.
  if (isJsonList(own(experiment, 'variants')) && compat !== 'r2') return []
  const percent = own(entry, 'percent_loggedin')
  const isShare = typeof percent === 'number' && percent > 0 && percent < 100
  if (!isShare && !isRamp(percent)) return []
  const message =
    'percent_loggedin takes the lowest buckets, which the variants own first, so the experiment is left with few of them; give it a feature of its own, or write bucketing: stable'
  return [{ code: 'shared-bucket', path: ['percent_loggedin'], message }]
}

interface ExperimentRule {
  readonly at: number
  readonly rule: JsonObject
  readonly key: string
  /** Equal for equal variants of equal shares. */
  readonly split: string
}

/** The rules of an entry that are experiments. */
function experimentRules(entry: JsonObject, feature: string): readonly ExperimentRule[] {
  const rules = own(entry, 'rules')
  return (isJsonList(rules) ? rules : []).flatMap((rule, at) => {
    const found = isJsonObject(rule) ? experimentOfRule(rule, feature) : undefined
    return found && isJsonObject(rule)
      ? [{ at, rule, key: found.key, split: JSON.stringify(found.widths) }]
      : []
  })
}

/** Two experiments of one key are one in reports, and draw each visitor alike. */
function rulesOfOneKey(entry: JsonObject, feature: string): readonly Caution[] {
  const first = new Map<string, number>()
  return experimentRules(entry, feature).flatMap(({ at, rule, key }) => {
    const other = first.get(key)
    if (other === undefined) first.set(key, at)
    if (other === undefined || Object.hasOwn(rule, 'key')) return []
    const message = `rules ${other + 1} and ${at + 1} are both the experiment ${JSON.stringify(key)}, because a rule without a key has the feature's name; give each a key`
    return [{ code: 'duplicate-experiment' as const, path: ['rules', at], message }]
  })
}

/** GrowthBook's first hash draws experiments whose keys differ in a digit against each other. */
function rulesOfTheFirstHash(entry: JsonObject, feature: string): readonly Caution[] {
  return experimentRules(entry, feature).flatMap(({ at, rule }) => {
    if (Object.hasOwn(rule, 'hashVersion')) return []
    const message =
      'the experiment draws by the first hash of GrowthBook, which is not independent of experiments with a similar key; add hashVersion: 2 before it starts (later it draws everybody anew), or hashVersion: 1 to keep it'
    return [{ code: 'first-hash' as const, path: ['rules', at], message }]
  })
}
