import type { Metric } from '../live-config/read-entries'
import type { Reports } from '../recording/store'
import { type Side, sideOfMeans } from './comparisons'
import type { ConfiguredExperiment } from './configured'
import { controlsOf } from './controls'
import { askedOf, seenIn } from './experiment-report'
import { cellsOf } from './measures'
import { metricValues } from './metric-values'
import { ratioOf } from './metric-report'
import { PairMoments } from './moments'
import type { PlannedMetric } from './planning'
import { populationOf } from './population'
import { sideOfRatio } from './ratio-metric'
import { total } from './strata'

export interface MetricAsked {
  readonly experiment: ConfiguredExperiment
  /** The name of the conversions. */
  readonly event: string
  /** Undefined of conversions that no metric counts. */
  readonly metric: Metric | undefined
  /** The value is planned, and not the rate. */
  readonly isValue: boolean
  /** Goes before the window of the metric and the experiment. */
  readonly windowMs?: number | undefined
  readonly now?: number | undefined
}

/**
 * What the controls did, who saw no change: of the people and by the values that the report counts,
 * so by its windows, limits and ratios. Undefined if nobody of a control has the conversion.
 */
export async function observedMetric(
  reports: Reports,
  { experiment, event, metric, isValue, windowMs: wanted, now }: MetricAsked,
): Promise<PlannedMetric | undefined> {
  const question = {
    experiment,
    metrics: metric ? [metric] : [],
    ...(now !== undefined && { now }),
  }
  const asked = askedOf(question)
  const seen = await seenIn(reports, question, asked)
  const population = await populationOf(reports, { ...seen, ...asked })
  const windowMs = wanted ?? metric?.windowMs ?? experiment.windowMs ?? null
  const counting = { span: asked.span, now: asked.now, windowMs }
  const { measured } = await metricValues(population, { event, metric: metric ?? null }, counting)
  const cells = (await cellsOf(population.people, measured, counting, () => 0)).get(0) ?? []
  const names = controlsOf(
    cells.map(({ variant }) => variant).sort(),
    undefined,
    experiment.control,
  )
  const controls = cells.filter(({ variant }) => names.includes(variant))
  const pairs = PairMoments.joined(controls.map((cell) => cell.pairs))
  const converted = total(controls, (cell) => cell.converted)
  if (converted === 0 || pairs.units < 2) return undefined
  if (metric?.ratio) return ofUnits(sideOfRatio(ratioOf(pairs)))
  return isValue ? ofUnits(sideOfMeans(pairs.second)) : { rate: converted / pairs.units }
}

/** The variance of one unit, of the error of so many. */
const ofUnits = (side: Side | undefined): PlannedMetric | undefined =>
  side && { mean: side.mean, variance: side.squaredError * side.units }
