import { normalInverse, normalTail } from './distributions'
import { sequentialReach } from './confidence-sequence'

/** What is known of a metric before the experiment: without it, nobody can plan. */
export type PlannedMetric =
  | { readonly rate: number }
  /** Of the values of one unit. */
  | { readonly mean: number; readonly variance: number }

export interface PlanQuestion {
  readonly metric: PlannedMetric
  /**
   * The share of each variant, the control first. All are compared with the control; what is said
   * is of the smallest.
   */
  readonly shares: readonly number[]
  /** Default 0.95. */
  readonly confidence?: number
}

/** How often somebody looks: once, at the end; or as often as they like, by sequential intervals. */
export type Looks = 'once' | 'often'

/** Half of this is asked for in each direction of a search; all digits of a double. */
const HALVINGS = 200
/** No effect is larger: ten thousand times the control. */
const LARGEST_EFFECT = 10_000
/** No experiment has more units. */
const MOST_UNITS = 1e13

/**
 * How probable it is that an interval leaves out no effect if a variant is above the control by the
 * part `effect`: 0.05 is 5 % more. The error of the lift is that of the delta method.
 *
 * Of sequential intervals it is GrowthBook's figure, which widens the error by as much as the
 * interval is wider. See `powerAtEnd` for the one of the last look alone.
 */
export function powerOf(
  question: PlanQuestion,
  {
    units,
    effect,
    looks,
  }: { readonly units: number; readonly effect: number; readonly looks: Looks },
): number {
  const reach = reachOnce(question)
  const wider = looks === 'once' ? 1 : reachOften(question, units) / reach
  return twoTails(Math.abs(effect) / (errorOf(question, units, effect) * wider), reach)
}

/** The power of the last look by a sequential interval: at least so much have all looks together. */
export const powerAtEnd = (question: PlanQuestion, units: number, effect: number): number =>
  twoTails(Math.abs(effect) / errorOf(question, units, effect), reachOften(question, units))

/** How probable it is that so many standard errors of effect reach beyond the interval. */
const twoTails = (distance: number, reach: number): number =>
  normalTail(reach - distance) + normalTail(reach + distance)

/**
 * The smallest effect, as a part of the control, that so many units find with the power that is
 * asked for; undefined if none is found.
 */
export function detectableEffect(
  question: PlanQuestion,
  {
    units,
    power,
    looks,
  }: { readonly units: number; readonly power: number; readonly looks: Looks },
): number | undefined {
  const enough = (effect: number): boolean => powerOf(question, { units, effect, looks }) >= power
  const most = 'rate' in question.metric ? 1 / question.metric.rate - 1 : LARGEST_EFFECT
  return most > 0 && enough(most) ? leastWhere(most, enough) : undefined
}

/** How many units find an effect with the power that is asked for; undefined if none do. */
export function unitsFor(
  question: PlanQuestion,
  {
    effect,
    power,
    looks,
  }: { readonly effect: number; readonly power: number; readonly looks: Looks },
): number | undefined {
  const enough = (units: number): boolean => powerOf(question, { units, effect, looks }) >= power
  return enough(MOST_UNITS) ? Math.ceil(leastWhere(MOST_UNITS, enough)) : undefined
}

function leastWhere(most: number, enough: (value: number) => boolean): number {
  let [below, above] = [0, most]
  for (let i = 0; i < HALVINGS && above - below > 1e-12 * above; i++) {
    const middle = (below + above) / 2
    if (enough(middle)) above = middle
    else below = middle
  }
  return above
}

/** The standard error of the lift of the smallest variant. */
function errorOf({ metric, shares }: PlanQuestion, units: number, effect: number): number {
  const [control = 0, ...others] = shares
  const ratio = 1 + effect
  const spread = (times: number): number =>
    'rate' in metric
      ? (times * metric.rate * Math.max(0, 1 - times * metric.rate)) / metric.rate ** 2
      : metric.variance / metric.mean ** 2
  return Math.sqrt(
    spread(ratio) / (units * Math.min(...others)) + (ratio ** 2 * spread(1)) / (units * control),
  )
}

const reachOnce = ({ confidence = 0.95 }: PlanQuestion): number =>
  normalInverse(1 - (1 - confidence) / 2)

/** The units of one comparison are those of the control and of the smallest variant. */
const reachOften = ({ shares, confidence = 0.95 }: PlanQuestion, units: number): number => {
  const [control = 0, ...others] = shares
  return sequentialReach(units * (control + Math.min(...others)), confidence)
}
