import type { Span } from '../recording/store'
import { withAdjustedP } from './adjusted-p'
import type { ConversionReport } from './conversion-report'
import { guardrailsOf } from './guardrails'
import { type Cell, cellsOf, type Counting, type Place } from './measures'
import { type Compared, metricReport } from './metric-report'
import { metricValues, type Population, type WindowedMetric } from './metric-values'
import {
  type SegmentOfValue,
  type SegmentReport,
  segmentsOf,
  withAdjustedSegments,
} from './segments'
import { withoutFigures } from './unrecorded'

/** What variants did, all people together and by the values of attributes. */
export interface Results {
  readonly conversions: readonly ConversionReport[]
  readonly segments: readonly SegmentReport[]
}

interface ResultsAsked {
  readonly span: Span
  /** Windows that end later are not over. */
  readonly now: number
  readonly controls: readonly string[]
  /** By whose values the results are shown, too. */
  readonly attributes: readonly string[]
  /** On how many days somebody looked. */
  readonly daysOfLooks: number
}

export async function resultsOf(
  population: Population,
  metrics: readonly WindowedMetric[],
  { span, now, controls, attributes, daysOfLooks }: ResultsAsked,
): Promise<Results> {
  const { cohorts } = population
  const conversions: ConversionReport[] = []
  const cut = await Promise.all(attributes.map((name) => segmentsOf(population.people, name)))
  const balances = metrics.filter(({ metric }) => metric?.cupedMs !== undefined).length
  const found = cut.map(({ values }) => values.map((): ConversionReport[] => []))
  for (const asked of metrics) {
    const counting: Counting = { span, now, windowMs: asked.windowMs }
    const values = await metricValues(population, asked, counting)
    const cells = (place?: Place) => cellsOf(population.people, values.measured, counting, place)
    const compared = { asked, controls, cohorts, balances, daysOfLooks }
    const reportOf = (found: readonly Cell[] = []): ConversionReport =>
      asReported(metricReport(found, values, compared), compared)
    conversions.push(reportOf((await cells()).get(0)))
    for (const [i, { placeOf }] of cut.entries()) {
      const bySegment = await cells(placeOf)
      for (const [place, list] of found[i]?.entries() ?? [])
        list.push({ ...reportOf(bySegment.get(place)), guardrails: [] })
    }
  }
  const segments = cut.map(({ attribute, values, others }, i): SegmentReport => ({
    attribute,
    others,
    values: values.map((one, place): SegmentOfValue => ({
      ...one,
      conversions: found[i]?.[place] ?? [],
    })),
  }))
  return {
    conversions: withAdjustedP(conversions),
    segments: withAdjustedSegments(segments),
  }
}

/** With the verdicts of a guardrail; of a metric that nobody was recorded for, without figures. */
const asReported = (
  report: ConversionReport,
  { asked: { unrecorded }, controls }: Compared,
): ConversionReport =>
  unrecorded
    ? withoutFigures(report, unrecorded, controls)
    : { ...report, guardrails: guardrailsOf(report) }
