import { counted } from '../core/counted'
import type { ConversionReport } from './conversion-report'
import type { Effect } from './effects'
import type { ExperimentReport } from './experiment-report'
import { signedPercent } from './figures'
import type { SegmentReport } from './segments'
import { colourOf, type Drawing } from './svg'
import { type IntervalRow, intervals } from './svg-intervals'

/** More rows than these of one metric are no picture that anybody looks at. */
const MOST_ROWS = 40

/** What the variants did, a part for each metric, and below it the same by segments. */
export function effectDrawings(report: ExperimentReport): readonly Drawing[] {
  const colours = new Map(report.variants.map(({ variant }, i) => [variant, colourOf(i)]))
  const drawn = (heading: string, rows: readonly Row[]): readonly Drawing[] => {
    const shown = rows.slice(0, MOST_ROWS)
    const more = rows.length - shown.length
    const title =
      more > 0 ? `${heading}; ${counted(more, 'more row is', 'more rows are')} not drawn` : heading
    const coloured = shown.map(({ variant, ...row }): IntervalRow => ({
      ...row,
      label: variant,
      colour: colours.get(variant) ?? colourOf(0),
    }))
    return rows.length === 0 ? [] : [intervals(title, coloured, signedPercent)]
  }
  return report.conversions.flatMap((conversion, i) => [
    ...drawn(
      `Lift of ${nameOf(conversion)}, 95 % for one look and for every look`,
      rowsOf(conversion),
    ),
    ...report.segments.flatMap((segment) =>
      drawn(`Lift of ${nameOf(conversion)} by ${segment.attribute}`, segmentRows(segment, i)),
    ),
  ])
}

type Row = Omit<IntervalRow, 'label' | 'colour'> & { readonly variant: string }

const nameOf = ({ name, metric }: ConversionReport): string => metric?.name ?? name

/** Variants without a lift have no row: controls, and those of which nothing can be said yet. */
const rowsOf = ({ metric, variants }: ConversionReport): readonly Row[] => {
  const isOfValues = metric?.type === 'value' || metric?.type === 'ratio'
  return variants.flatMap(({ variant, lift, value }) => {
    const effect: Effect | null = isOfValues ? (value?.lift ?? null) : lift
    return effect ? [{ variant, effect }] : []
  })
}

const segmentRows = ({ values }: SegmentReport, metric: number): readonly Row[] =>
  values.flatMap(({ value, conversions }) => {
    const conversion = conversions[metric]
    const rows = conversion ? rowsOf(conversion) : []
    return rows.map((row) => ({ ...row, group: value ?? 'unknown' }))
  })
