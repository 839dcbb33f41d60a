import type { ExperimentView } from '../../admin/contract'
import { count, many, probabilityText } from '../parts/figures'
import { VariantName } from '../parts/variant-name'
import { EffectRows } from './effect-plot'
import {
  type Conversion,
  type Measure,
  type MeasuredVariant,
  measuresOf,
  type Reading,
  saidOf,
} from './effects'
import { effectText, meanText, rangeText, rateText } from './numbers'

type Segment = ExperimentView['report']['segments'][number]

interface SegmentsProps {
  readonly segment: Segment
  readonly reading: Reading
}

/** The results by the values of an attribute that the entry declares, metric by metric. */
export function Segments({ segment: { attribute, values, others }, reading }: SegmentsProps) {
  const metrics = values[0]?.conversions ?? []
  if (values.length === 0) return <p class="muted">No unit has one of its values yet.</p>
  return (
    <>
      {metrics.map(({ metric, name, unrecorded }, i) =>
        unrecorded ? null : (
          <SegmentMetric
            key={metric?.name ?? name}
            title={metric?.name ?? name}
            attribute={attribute}
            rows={values.flatMap((one) => rowsOf(one, i))}
            reading={reading}
          />
        ),
      )}
      <p class="small muted">
        Intervals of 95 %; p is adjusted over all segments.
        {others > 0 &&
          ` ${many(others, 'unit')} ${others === 1 ? 'has a value that is' : 'have values that are'} too rare to show.`}
      </p>
    </>
  )
}

interface SegmentRow {
  readonly value: string
  readonly conversion: Conversion
  readonly measure: Measure
  readonly row: MeasuredVariant
}

/** One for each variant that is compared. */
function rowsOf(
  { value, conversions }: Segment['values'][number],
  index: number,
): readonly SegmentRow[] {
  const conversion = conversions[index]
  const [measure] = conversion ? measuresOf(conversion) : []
  if (!conversion || !measure) return []
  return measure.rows
    .filter(({ effect }) => effect !== null)
    .map((row) => ({ value: value ?? 'unknown', conversion, measure, row }))
}

interface SegmentMetricProps {
  readonly title: string
  readonly attribute: string
  readonly rows: readonly SegmentRow[]
  readonly reading: Reading
}

const SegmentMetric = ({ title, attribute, rows, reading }: SegmentMetricProps) => (
  <section class="metric">
    <h3 class="metric-head">{title}</h3>
    <EffectRows
      rows={rows.map(({ value, conversion, measure, row }) => ({
        key: `${value} ${row.of.variant}`,
        name: `${value}: ${row.of.variant}`,
        index: row.index,
        variant: row.of.variant,
        // On one scale are lifts alone.
        effect: measure.scale === 'lift' ? row.effect : null,
        said: saidOf(row, conversion, reading),
      }))}
      text={effectText({ kind: 'rate', scale: 'lift' })}
      margin={undefined}
    />
    <div class="scroll" role="region" aria-label={`${title} by ${attribute}`} tabIndex={0}>
      <table class="table metric-table">
        <SegmentHead attribute={attribute} />
        <tbody>
          {rows.map((one) => (
            <SegmentLine key={`${one.value} ${one.row.of.variant}`} one={one} reading={reading} />
          ))}
        </tbody>
      </table>
    </div>
  </section>
)

const FIGURES = ['Units', 'Rate or mean', 'Effect', 'one look', 'adjusted p', 'every look'] as const

const SegmentHead = ({ attribute }: { readonly attribute: string }) => (
  <thead>
    <tr>
      <th scope="col">{attribute}</th>
      <th scope="col">Variant</th>
      {FIGURES.map((name) => (
        <th key={name} scope="col" class="number">
          {name}
        </th>
      ))}
      <th scope="col">Verdict</th>
    </tr>
  </thead>
)

function SegmentLine({ one, reading }: { readonly one: SegmentRow; readonly reading: Reading }) {
  const { value, conversion, measure, row } = one
  const text = effectText(measure)
  const own = measure.kind === 'rate' ? rateText : meanText
  const { of, effect, figure, adjustedP } = row
  return (
    <tr>
      <th scope="row" class="variant-name">
        {value}
      </th>
      <td>
        <VariantName name={of.variant} index={row.index} />
      </td>
      <td class="number">{count(of.units)}</td>
      <td class="number">{figure ? own(figure.value) : '—'}</td>
      <td class="number">{effect ? text(effect.value) : '—'}</td>
      <td class="number">{rangeText(effect?.interval, text)}</td>
      <td class="number">
        {adjustedP === null ? '—' : probabilityText(adjustedP).replace(/^= /, '')}
      </td>
      <td class="number">{rangeText(effect?.sequential, text)}</td>
      <td>{saidOf(row, conversion, reading)?.words}</td>
    </tr>
  )
}
