import type { Asker } from '../core/asker'
import { nameOf, textOf } from '../core/coercion'
import { type Claim, claimOf } from '../core/decision'
import { isJsonList, isJsonObject, type JsonObject, type JsonValue, own } from '../core/json'
import type { Match } from '../core/selector'
import type { Assigned, ExperimentDefinition, ExperimentResult, RuleDetail } from '../core/trail'
import { hasher } from '../hash/fnv1a'
import { compileBandit } from './bandit'
import { type Drawing, detailOf, DrawnVariation } from './drawn'
import { compileExperiment } from './experiment'
import { assignmentOf, kindOfUnit, type Outcome, variationKey } from './outcome'
import { compilePrerequisites } from './prerequisites'
import { inRange } from './ranges'
import { numberOr } from './sticky'
import {
  compileFilters,
  compileTargeting,
  hashedBy,
  type Holds,
  type Payload,
  rangeOf,
  textOr,
  under,
  versionOr,
} from './targeting'

/** JavaScript's truth of a value: a feature with values is on when its value is truthy. */
export const isOn = (value: unknown): boolean => Boolean(value)

/** The claim for everybody whom a rule matches. */
function valueClaim(
  value: JsonValue,
  selector: string,
  reason: Claim['reason'],
  rule: RuleDetail,
): Claim {
  return claimOf({ enabled: isOn(value), value, reason, selector, rule })
}

/** One rule of a feature (docs/spec/growthbook.md, section 8). */
export function compileRule(
  rule: JsonObject,
  index: number,
  feature: string,
  payload: Payload,
): Match {
  const selector = `rules[${index}]`
  const id = own(rule, 'id')
  const ruleId = typeof id === 'string' ? id : ''
  const parents = own(rule, 'parentConditions')
  const required = compilePrerequisites(parents, under(payload, 'parentConditions'))
  const isFiltered = own(rule, 'filters')
    ? compileFilters(own(rule, 'filters'), payload)
    : undefined
  const then = Object.hasOwn(rule, 'force')
    ? compileForce(rule, selector, ruleId, feature, payload)
    : compileVariations(rule, selector, ruleId, feature, payload)
  const shut = valueClaim(null, selector, 'DEFAULT', { source: 'prerequisite', ruleId: '' })
  if (!parents && !isFiltered) return then
  const cyclic = cyclicClaim(selector)
  return (asker) => {
    const met = required(asker)
    if (met === 'cyclic') return cyclic
    if (met !== 'met') return met === 'shut' ? shut : undefined
    return isFiltered?.(asker) ? undefined : then(asker)
  }
}

function cyclicClaim(selector: string): Claim {
  const error = {
    code: 'GENERAL',
    message: 'the prerequisites of this feature lead back to it; cut the circle',
  } as const
  return {
    ...valueClaim(null, selector, 'ERROR', { source: 'cyclicPrerequisite', ruleId: '' }),
    error,
  }
}

function compileForce(
  rule: JsonObject,
  selector: string,
  ruleId: string,
  feature: string,
  payload: Payload,
): Match {
  const condition = own(rule, 'condition')
  const targets = compileTargeting(condition, under(payload, 'condition'))
  const rollout = compileRollout(rule, feature, payload)
  const reason = rollout ? 'SPLIT' : condition ? 'TARGETING_MATCH' : 'STATIC'
  const claim = valueClaim(own(rule, 'force') ?? null, selector, reason, {
    source: 'force',
    ruleId,
  })
  const tracks = tracksOf(own(rule, 'tracks'), ruleId)
  if (!condition && tracks.length === 0)
    return rollout ? (asker) => (rollout(asker) ? claim : undefined) : () => claim
  return (asker) => {
    if (!targets(asker) || (rollout && !rollout(asker))) return undefined
    if (tracks.length > 0) asker.trailLog().addAssigned(...tracks)
    return claim
  }
}

/** Experiments that another server decided; their exposures are pending when the rule is used. */
function tracksOf(tracks: JsonValue | undefined, ruleId: string): readonly Assigned[] {
  return (isJsonList(tracks) ? tracks : []).filter(isJsonObject).flatMap((track) => {
    if (!track.experiment || !track.result) return []
    // The other server may have written anything; each member is checked when it is read.
    const experiment = track.experiment as ExperimentDefinition
    const result = track.result as unknown as ExperimentResult
    const key = nameOf(experiment.key)
    const { bucket } = result
    const assignment = {
      kind: kindOfUnit(nameOf(result.hashAttribute)),
      experimentId: key,
      experiment: key,
      variant: nameOf(result.key) || String(result.variationId),
      unit: textOf(result.hashValue) ?? '',
      ...(bucket !== undefined && { bucket }),
    }
    const rule: RuleDetail = { source: 'experiment', ruleId, experiment, experimentResult: result }
    return [{ assignment, rule }]
  })
}

/**
 * Compiles the share of visitors; undefined when the rule is for everybody. The comparison with the
 * coverage is `<=` (docs/spec/growthbook.md, section 3.3).
 */
function compileRollout(
  rule: JsonObject,
  feature: string,
  { hasher: drawer = hasher }: Payload,
): Holds | undefined {
  const range = own(rule, 'range') ? rangeOf(own(rule, 'range')) : undefined
  const coverage = own(rule, 'coverage')
  if (!range && coverage === undefined) return undefined
  if (!range && coverage === 0) return () => false
  // JavaScript reads a coverage of null as 0, which includes only a hash of exactly 0.
  const share = numberOr(coverage, coverage === null ? 0 : NaN)
  const attribute = textOr(own(rule, 'hashAttribute'), 'id')
  const fallback = own(rule, 'disableStickyBucketing')
    ? ''
    : textOr(own(rule, 'fallbackAttribute'), '')
  const draw = drawer(textOr(own(rule, 'seed'), feature), versionOr(own(rule, 'hashVersion'), 1))
  return (asker) => {
    const { value } = hashedBy(
      asker,
      attribute,
      asker.rules.sticky && fallback ? fallback : undefined,
    )
    const n = value ? draw(value) : null
    if (n === null) return false
    const passed = range ? inRange(n, range) : n <= share
    asker.trace?.drew({
      unit: String(value),
      bucket: n,
      test: range ? `in [${range.join(', ')})` : `<= ${share}`,
      passed,
    })
    return passed
  }
}

function compileVariations(
  rule: JsonObject,
  selector: string,
  ruleId: string,
  feature: string,
  payload: Payload,
): Match {
  const variations = own(rule, 'contextualVariations') ?? own(rule, 'variations')
  if (!isJsonList(variations)) return () => undefined
  const definition = definitionOf(rule, variations, feature)
  const experiment = compileExperiment(definition, payload)
  const plain: Drawing = { ruleId, selector, feature, experiment, bandit: undefined }
  const bandit = compileBandit(rule, definition, payload)
  if (!bandit) return (asker) => ended(plain, asker)
  // The experiment's problems are reported already, so compiling it again for each set of weights
  // reports nothing.
  const silent: Payload = { ...payload, report: () => undefined }
  const weighed = bandit.weighings.map(({ weights, bandit: decision }): Drawing => {
    const own = weights ? compileExperiment({ ...definition, weights }, silent) : experiment
    return { ...plain, experiment: own, bandit: decision }
  })
  return (asker) => ended(weighed[bandit.choose(asker)] ?? plain, asker)
}

function ended(drawing: Drawing, asker: Asker): Claim | undefined {
  const { experiment, selector } = drawing
  const outcome: Outcome = experiment.run(asker)
  const { variation, bucket } = outcome
  if (variation < 0) return undefined
  const hashed = outcome.hashed ?? experiment.hashed(asker)
  const { key, variations, meta } = experiment
  if (meta[variation]?.passthrough) {
    const assignment = assignmentOf(experiment, outcome, hashed)
    const rule = detailOf(drawing, outcome, hashed)
    if (assignment) asker.trailLog().addAssigned({ assignment, rule })
    return undefined
  }
  if (bucket === undefined) {
    const value = variations[variation] as JsonValue
    const rule = detailOf(drawing, outcome, hashed)
    const variant = variationKey(meta, variation)
    const enabled = isOn(value)
    return claimOf({ enabled, value, variant, reason: 'SPLIT', selector, rule, forced: true })
  }
  const unit = String(hashed.value)
  asker.trace?.drew({ unit, bucket, test: `variation ${variation} of ${key}`, passed: true })
  return new DrawnVariation(unit, bucket, drawing, outcome, hashed)
}

const COPIED_IF_TRUE = [
  'weights',
  'hashAttribute',
  'fallbackAttribute',
  'disableStickyBucketing',
  'namespace',
  'meta',
  'ranges',
  'name',
  'phase',
  'seed',
  'hashVersion',
  'filters',
  'condition',
]

/**
 * The experiment of a rule, as results show it; only these keys are copied
 * (docs/spec/growthbook.md, section 8.3).
 */
export function definitionOf(
  rule: JsonObject,
  variations: readonly JsonValue[],
  feature: string,
): ExperimentDefinition {
  const copied = COPIED_IF_TRUE.filter((key) => own(rule, key)).map(
    (key): [string, JsonValue | undefined] => [key, own(rule, key)],
  )
  const versions = ['bucketVersion', 'minBucketVersion', 'coverage'].filter((key) =>
    Object.hasOwn(rule, key),
  )
  return {
    variations,
    key: own(rule, 'key') || feature,
    ...Object.fromEntries(copied),
    ...Object.fromEntries(versions.map((key) => [key, own(rule, key)])),
  }
}
