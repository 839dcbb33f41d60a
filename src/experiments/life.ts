import type { Asker } from '../core/asker'
import type { Assignment } from '../core/assignment'
import { type Claim, claimOf } from '../core/decision'
import { walk } from '../core/feature'
import { isJsonList, type JsonObject, type JsonValue, own } from '../core/json'
import type { Outcome } from '../core/participation'
import type { InnerStep, Life, Match, Place } from '../core/selector'
import { HUNDREDTHS } from '../hash/sha256'
import { compileDomainShares } from './domain-shares'
import { type LifeText, readLife } from './life-keys'
import { isStable } from './scheme'
import { compileTraffic } from './traffic'
import { NOBODY, type UnitSource } from './unit'
import { variantBelow, weightedVariants } from './weighted'

/**
 * The parts that an experiment with a life shares with one without: eligibility, the bucketed unit,
 * and r2's draw.
 */
export interface LifeParts {
  /** The selectors of the experiment. */
  readonly who: ReturnType<Place['who']>
  readonly unit: UnitSource
  /** The draw among r2's variants, which are a mapping. */
  readonly draw: () => (asker: Asker) => Claim
}

const SELECTOR = 'experiment'

/**
 * Compiles an experiment with a life (docs/spec/decide.md). It checks, in this order, its status,
 * whom it includes, whether it may have the visitor, its share of traffic, and the variant; the
 * first check that fails is the outcome. In an entry with rules, a visitor who is not assigned goes
 * on to the rules.
 */
export function compileLife(
  experiment: JsonObject,
  place: Place,
  parts: LifeParts,
): readonly InnerStep[] {
  const text = readLife(experiment, place)
  const id = idOf(own(experiment, 'experiment_id'), place.feature)
  const isFor = compileTargeting(experiment, parts.who, place)
  const isInShare = compileDomainShares(experiment, text.domains, parts.unit, place)
  const isStopped = [experiment, place.entry].some(isOff)
  const life: Life = {
    experiment: id,
    status: text.status,
    domains: text.domains,
    priority: text.priority,
    statusAt: compileStatus(text, isStopped),
    qualifies: (asker) => isFor(asker) === true && (isInShare?.(asker) ?? true),
  }
  const stopOf = (now: number): Stop => stopAt(now, text, isStopped)
  const ends = compileEnds(id, place)
  const domains = [...place.path, 'domains']
  const take = compileAssignment(experiment, id, text.traffic, ends, parts, place)
  const match: Match = (asker) => {
    const { participation } = asker.rules
    const now = participation.now()
    if (life.statusAt(now) !== 'running') {
      traceStop(stopOf(now), place.path, asker)
      return ends.no_active_experiment
    }
    const held = isFor(asker)
    if (held !== true) return held === undefined ? ends.unanswered : ends.targeting_mismatch
    if (life.domains.length > 0) asker.trace?.enter({ selector: 'domains', path: domains }, asker)
    const isOutside = isInShare !== undefined && !isInShare(asker)
    const refusal = isOutside ? 'domain_conflict' : participation.refuses(life)
    if (life.domains.length > 0) asker.trace?.leave(refusal === undefined ? 'claimed' : 'passed on')
    return refusal === undefined ? take(asker) : ends[refusal]
  }
  return [{ selector: SELECTOR, path: place.path, match, life }]
}

const isOff = (mapping: JsonObject): boolean =>
  own(mapping, 'enabled') === 'off' || own(mapping, 'enabled') === false

/** The key of an experiment that keeps it from running. */
type Stop = 'status' | 'enabled' | 'start' | 'end'

function stopAt(now: number, { status, start }: LifeText, isStopped: boolean): Stop {
  if (status !== 'running') return 'status'
  if (isStopped) return 'enabled'
  return now < start ? 'start' : 'end'
}

function traceStop(stop: Stop, path: Place['path'], asker: Asker): void {
  asker.trace?.enter({ selector: stop, path: [...path, stop] }, asker)
  asker.trace?.leave('passed on')
}

function compileStatus({ status, start, end }: LifeText, stopped: boolean): Life['statusAt'] {
  if (status !== 'running' || stopped)
    return () => (stopped && status === 'running' ? 'paused' : status)
  return (now) => (now < start ? 'approved' : now < end ? 'running' : 'completed')
}

/** The id of an experiment, as text, in records and reports. */
export const idOf = (id: JsonValue | undefined, feature: string): string => {
  if (id === undefined || id === null) return feature
  return typeof id === 'string' ? id : JSON.stringify(id)
}

type Ends = Readonly<
  Record<
    Exclude<Outcome, 'experiment_assigned' | 'held_out'> | 'unanswered' | 'no_unit',
    Claim | undefined
  >
>

/**
 * The claims for visitors who are not assigned: the entry's default; undefined when the entry's
 * rules go on.
 */
function compileEnds(experiment: string, place: Place): Ends {
  const value = own(place.entry, 'default')
  const rulesFollow = Object.hasOwn(place.entry, 'rules')
  const end = (
    outcome: Outcome,
    reason: Claim['reason'],
    warning?: Claim['warning'],
  ): Claim | undefined =>
    rulesFollow
      ? undefined
      : claimOf({
          enabled: Boolean(value),
          value,
          reason,
          selector: SELECTOR,
          participation: { experiment, outcome },
          warning,
        })
  return {
    no_active_experiment: end('no_active_experiment', 'DISABLED'),
    targeting_mismatch: end('targeting_mismatch', 'DEFAULT'),
    unanswered: end('targeting_mismatch', 'DEFAULT', 'targeting-unanswered'),
    participation_limit: end('participation_limit', 'SPLIT'),
    domain_conflict: end('domain_conflict', 'SPLIT'),
    outside_traffic_allocation: end('outside_traffic_allocation', 'SPLIT'),
    no_variants: end('no_variants', 'DEFAULT'),
    no_unit: rulesFollow
      ? undefined
      : claimOf({ enabled: Boolean(value), value, reason: 'DEFAULT', selector: SELECTOR }),
  }
}

/** Whether the experiment includes a visitor; undefined when its expression has no answer. */
function compileTargeting(
  experiment: JsonObject,
  who: LifeParts['who'],
  place: Place,
): (asker: Asker) => boolean | undefined {
  const path = [...place.path, 'targeting']
  const everyone = own(experiment, 'enabled') === 'on'
  const holds = readTargeting(own(experiment, 'targeting'), path, place)
  return (asker) => {
    if (!everyone && who.length > 0 && walk(who, asker)?.enabled !== true) return false
    if (holds === undefined) return true
    asker.trace?.enter({ selector: 'targeting', path }, asker)
    const held = holds(asker)
    asker.trace?.leave(held === true ? 'claimed' : 'passed on')
    return held
  }
}

/**
 * Compiles `targeting`. An expression that cannot be compiled is reported and matches nobody
 * (docs/spec/decide.md, section 5).
 */
function readTargeting(
  written: JsonValue | undefined,
  path: Place['path'],
  place: Place,
): ((asker: Asker) => boolean | undefined) | undefined {
  if (
    written === undefined ||
    written === null ||
    (typeof written === 'string' && written.trim() === '')
  )
    return undefined
  const read =
    typeof written === 'string'
      ? place.shared.targeting(written)
      : 'targeting is no text; write a CEL expression, such as country == "NZ"'
  if (typeof read !== 'string') return (asker) => read((name) => asker.attribute(name))
  place.report({
    code: 'bad-targeting',
    path,
    message: `${read}; until it is fixed, the last good version of the entry stays in force, or the experiment is for nobody`,
  })
  return () => false
}

/** Checks the traffic, then draws the variant. */
function compileAssignment(
  experiment: JsonObject,
  id: string,
  traffic: LifeText['traffic'],
  ends: Ends,
  parts: LifeParts,
  place: Place,
): (asker: Asker) => Claim | undefined {
  const takesPart = compileTraffic(id, traffic, parts.unit, place)
  const variants = own(experiment, 'variants')
  if (hasNoVariants(variants)) {
    place.report({
      code: 'nobody-eligible',
      severity: 'warning',
      at: 'key',
      message:
        'the experiment has no variants, so nobody is assigned; list some, each with name, weight and value',
    })
  }
  const draw =
    (isJsonList(variants) && !isStable(place.entry, place.compat)) || hasNoVariants(variants)
      ? listDraw(experiment, id, ends, parts, place)
      : withOutcome(parts.draw(), id, ends)
  return (asker) => {
    const unit = parts.unit.unitOf(asker)
    if (unit === null || unit === NOBODY) return ends.no_unit
    if (!takesPart(asker, unit)) return ends.outside_traffic_allocation
    return draw(asker, unit)
  }
}

/**
 * Whether there are no variants: an experiment with a life has only those that are written, without
 * r2's two controls.
 */
const hasNoVariants = (variants: JsonValue | undefined): boolean =>
  variants === undefined ||
  variants === null ||
  (typeof variants === 'object' && Object.keys(variants).length === 0)

/** r2's draw, with the experiment's outcome added. */
function withOutcome(
  draw: (asker: Asker) => Claim,
  experiment: string,
  ends: Ends,
): (asker: Asker) => Claim | undefined {
  return (asker) => {
    const claim = draw(asker)
    return claim.assignment === undefined
      ? ends.outside_traffic_allocation
      : { ...claimOf(claim), participation: { experiment, outcome: 'experiment_assigned' } }
  }
}

function listDraw(
  experiment: JsonObject,
  id: string,
  ends: Ends,
  { unit: { kind } }: LifeParts,
  place: Place,
): (asker: Asker, unit: string) => Claim | undefined {
  const list = own(experiment, 'variants')
  const variants = weightedVariants(isJsonList(list) ? list : [], place)
  const base = { kind, ...idIn(experiment), experiment: place.feature }
  const participation = { experiment: id, outcome: 'experiment_assigned' } as const
  const { hundredthOf } = place.bucketing
  return (asker, unit) => {
    const bucket = hundredthOf(unit, id, 'variant')
    const drawn = variantBelow(variants, bucket)
    if (drawn === undefined) return ends.no_variants
    const { name: variant, value, enabled } = drawn
    asker.trace?.drew({
      unit,
      bucket,
      passed: true,
      test: `bucket ${bucket} of ${HUNDREDTHS} is ${variant}'s, which ends below ${drawn.limit}`,
    })
    return claimOf({
      enabled,
      variant,
      value,
      reason: 'SPLIT',
      selector: SELECTOR,
      assignment: { ...base, variant, unit, bucket, hash: 'sha256' },
      participation,
    })
  }
}

function idIn(experiment: JsonObject): Pick<Assignment, 'experimentId'> {
  const id = own(experiment, 'experiment_id')
  return id === undefined || id === null ? {} : { experimentId: id }
}
