import { normalInverse, normalTail } from './distributions'
import { sequentialReach } from './confidence-sequence'
import { PRECISE } from './sequential-lift'

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
 * How probable it is that the report finds an effect, by the test that it makes, if a variant is
 * above the control by the part `effect`: 0.05 is 5 % more.
 *
 * Of every look it is GrowthBook's figure, which widens the error by as much as the interval is
 * wider. See `powerAtEnd` for the one of the last look alone.
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
  const test = plannedTest(question, units, effect)
  if (looks === 'once') return probabilityBeyond(test.distance, reach * test.once, test.error)
  const wider = reachOften(question, units) / reach
  return probabilityBeyond(test.distance, reach * wider * test.often, wider * test.error)
}

/** The power of the last look by a sequential interval: at least so much have all looks together. */
export function powerAtEnd(question: PlanQuestion, units: number, effect: number): number {
  const { distance, often, error } = plannedTest(question, units, effect)
  return probabilityBeyond(distance, reachOften(question, units) * often, error)
}

/** How probable it is that an estimate, normal around `distance`, is beyond a limit on either side. */
const probabilityBeyond = (distance: number, limit: number, error: number): number =>
  normalTail((limit - distance) / error) + normalTail((limit + distance) / error)

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

/** What the report will estimate of the smallest variant, and by which errors it will judge it. */
interface PlannedTest {
  /** How far the estimate is from no effect. */
  readonly distance: number
  /** How much it varies: its standard error. */
  readonly error: number
  /** The standard errors that the report takes it to have, for one look and for every look. */
  readonly once: number
  readonly often: number
}

/** Of a rate, the tests of a difference; of a mean, those of a lift. */
function plannedTest(question: PlanQuestion, units: number, effect: number): PlannedTest {
  const { metric, shares } = question
  const [control = 0, ...others] = shares
  const [n, m] = [units * Math.min(...others), units * control]
  if ('rate' in metric) return testOfRates(metric.rate * (1 + effect), n, metric.rate, m)
  const spread = metric.variance / metric.mean ** 2
  const isPrecise = reachOften(question, units) * Math.sqrt(spread / m) <= PRECISE
  return testOfMeans(spread / n, (isPrecise ? (1 + effect) ** 2 : 1) * (spread / m), effect)
}

/** By the delta method where the control is known to a tenth, and else by Welch's test of the difference. */
function testOfMeans(ours: number, theirs: number, effect: number): PlannedTest {
  const error = Math.sqrt(ours + theirs)
  return { distance: Math.abs(effect), error, once: error, often: error }
}

/**
 * One look is Pearson's test, by the rate of both sides together; every look takes the larger of that
 * error and the one of two rates, as the bounds of a lift do. The estimate varies by the two rates.
 */
function testOfRates(ours: number, n: number, theirs: number, m: number): PlannedTest {
  const spread = (rate: number): number => rate * Math.max(0, 1 - rate)
  const pooled = Math.sqrt(spread((ours * n + theirs * m) / (n + m)) * (1 / n + 1 / m))
  const error = Math.sqrt(spread(ours) / n + spread(theirs) / m)
  return {
    distance: Math.abs(ours - theirs),
    error,
    once: pooled,
    often: Math.max(pooled, error),
  }
}

const reachOnce = ({ confidence = 0.95 }: PlanQuestion): number =>
  normalInverse(1 - (1 - confidence) / 2)

/** The units of one comparison are those of the control and of the smallest variant. */
const reachOften = ({ shares, confidence = 0.95 }: PlanQuestion, units: number): number => {
  const [control = 0, ...others] = shares
  return sequentialReach(units * (control + Math.min(...others)), confidence)
}
