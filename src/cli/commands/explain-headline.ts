import type { Decision } from '../../core/decision'
import type { Outcome, Status } from '../../core/participation'
import type { Position } from '../../core/problem'
import type { Draw } from '../../core/trace'
import type { ExplainedStep, Explanation } from '../../engine/explain'
import { clipped, type Output, printable } from '../output'

/** A longer value would hide the reason behind it. */
const LONGEST_VALUE = 60

/** What the visitor has and why, with the line that says so. */
export function headline(explanation: Explanation, { paint }: Output): string {
  const { decision, decidedAt, position, steps } = explanation
  const name = printable(decision.feature)
  const state = decision.enabled ? paint.green('ON') : paint.red('OFF')
  const refusal = refusalOf(explanation)
  if (refusal) {
    const place = lineOf(refusal.position ?? decidedAt ?? position)
    const given =
      decision.value === undefined ? `is ${state}` : `gives its default ${valueOf(decision)}`
    return `${paint.bold(`${name} ${given}`)}: ${refusal.why}${place}`
  }
  return `${paint.bold(`${name} is ${state}`)} ${because(decision, steps)}${lineOf(decidedAt ?? position)}`
}

export const drawOf = (steps: readonly ExplainedStep[]): Draw | undefined => claimed(steps)?.draw

const claimed = (steps: readonly ExplainedStep[]): ExplainedStep | undefined =>
  steps.find((step) => step.outcome === 'claimed')

const valueOf = ({ value }: Decision): string =>
  clipped(printable(JSON.stringify(value)), LONGEST_VALUE)

const lineOf = (position: Position | undefined): string =>
  position ? ` (line ${position.line})` : ''

interface Refusal {
  readonly why: string
  /** Where it is written, if that is not where the decision is. */
  readonly position?: Position | undefined
}

/** Why nothing but the default is left; undefined where something else decided. */
function refusalOf({ decision, steps, status }: Explanation): Refusal | undefined {
  const { error, selector, participation, assignment, reason, value, variant } = decision
  if (participation?.outcome === 'held_out') return heldOut(steps)
  if (error || assignment || variant !== undefined) return undefined
  if (participation) return ofExperiment(participation.outcome, decision, steps, status)
  if (reason !== 'DEFAULT' || value === undefined) return undefined
  if (selector === 'experiment') return { why: 'the visitor has no id that could be bucketed' }
  return selector === undefined
    ? { why: `no ${steps.some(isRule) ? 'rule' : 'selector'} claims the visitor` }
    : undefined
}

function heldOut(steps: readonly ExplainedStep[]): Refusal {
  const holding = claimed(steps)?.steps.find((step) => step.outcome === 'claimed')
  const name = holding?.path.split('.').slice(1).join('.') ?? ''
  return { why: `the visitor is held out by the holdout ${printable(name)}`, position: holding }
}

const isRule = ({ path }: ExplainedStep): boolean => path.startsWith('rules')

function ofExperiment(
  outcome: Outcome,
  { warning }: Decision,
  steps: readonly ExplainedStep[],
  status: Status | undefined,
): Refusal {
  const inner = claimed(steps)?.steps ?? []
  const refusing = inner.findLast((step) => step.outcome === 'passed on')
  const key = refusing?.selector
  return { why: whyNot(outcome, key, status, warning !== undefined), position: refusing }
}

function whyNot(
  outcome: Outcome,
  key: string | undefined,
  status: Status | undefined,
  isUnanswered: boolean,
): string {
  switch (outcome) {
    case 'no_active_experiment':
      return `the experiment ${stopped(key, status)}`
    case 'targeting_mismatch':
      if (key !== 'targeting') return 'no selector of the experiment includes the visitor'
      return isUnanswered
        ? 'targeting does not hold, as it has no answer for the visitor'
        : 'targeting does not hold'
    case 'participation_limit':
      return 'the visitor is in as many experiments as the limit allows'
    case 'domain_conflict':
      return 'another experiment of its domains has the visitor'
    case 'outside_traffic_allocation':
      return key === 'traffic'
        ? 'the visitor is outside the traffic of the experiment'
        : "the visitor's bucket belongs to no variant"
    case 'no_variants':
      return 'the experiment has no variants'
    case 'held_out':
      return 'the visitor is held out'
    case 'experiment_assigned':
      return 'the experiment assigns the visitor'
  }
}

const IN_STATUS: Readonly<Record<Status, string>> = {
  draft: 'is a draft',
  in_review: 'is in review',
  approved: 'is approved, and not running',
  running: 'is not running',
  paused: 'is paused',
  completed: 'is completed',
  archived: 'is archived',
  rejected: 'is rejected',
}

function stopped(key: string | undefined, status: Status = 'running'): string {
  if (key === 'start') return 'has not started'
  if (key === 'end') return 'has ended'
  return key === 'enabled' ? 'is switched off' : IN_STATUS[status]
}

function because(decision: Decision, steps: readonly ExplainedStep[]): string {
  const { error, selector, reason, enabled } = decision
  if (error) return `because ${printable(error.message)}`
  if (selector !== undefined) return `because of ${selector}${circumstance(decision, steps)}`
  return reason === 'DEFAULT'
    ? 'because no selector claims the visitor'
    : `because the entry says ${enabled ? 'on' : 'off'}`
}

/** What there is to say of the selector that decided. */
function circumstance(
  { variant, forced, reason, rule }: Decision,
  steps: readonly ExplainedStep[],
): string {
  if (rule?.source === 'prerequisite') return ', which requires what another feature does not have'
  if (rule?.source === 'cyclicPrerequisite') return ', which requires this feature itself'
  if (variant !== undefined)
    return `, ${forced ? 'which forces' : 'with'} variant ${printable(variant)}`
  if (reason === 'DISABLED') return ', which is off'
  const { draw, asked = [] } = claimed(steps) ?? {}
  if (reason === 'DEFAULT') return ', which has nothing to bucket'
  if (draw?.passed === false) return ', whose bucket belongs to no variant'
  const segment = asked.find(
    ({ question, answer }) => question.startsWith('segment ') && answer === true,
  )
  return segment ? `, ${printable(segment.question)}` : ''
}
