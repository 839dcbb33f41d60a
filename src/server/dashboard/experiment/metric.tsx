import type { ExperimentView } from '../../admin/contract'
import { count, probabilityText } from '../parts/figures'
import { VariantName } from '../parts/variant-name'
import { EffectPlot } from './effect-plot'
import {
  type Conversion,
  type Measure,
  type MeasuredVariant,
  measuresOf,
  type Reading,
} from './effects'
import { MetricNotes } from './metric-notes'
import { effectText, meanText, rangeText, rateText } from './numbers'
import { windowText } from './times'

interface MetricProps {
  readonly conversion: Conversion
  readonly report: ExperimentView['report']
  readonly reading: Reading
}

/** One metric, or one kind of conversion that no metric counts. */
export function Metric({ conversion, report, reading }: MetricProps) {
  if (conversion.unrecorded)
    return (
      <section class="metric">
        <MetricHead conversion={conversion} />
        <NotRecorded {...conversion.unrecorded} />
      </section>
    )
  return (
    <section class="metric">
      <MetricHead conversion={conversion} />
      {measuresOf(conversion).map((measure) => (
        <div key={measure.kind} class="measure">
          <EffectPlot conversion={conversion} measure={measure} reading={reading} />
          <MeasureTable conversion={conversion} measure={measure} controls={report.controls} />
        </div>
      ))}
      <MetricNotes conversion={conversion} controls={report.controls} />
    </section>
  )
}

const NotRecorded = ({ event, meant }: NonNullable<Conversion['unrecorded']>) => (
  <p class="notice warn">
    No figures: no event {event} was recorded yet{meant !== null && ` (did you mean ${meant}?)`}.
  </p>
)

const ROLES = { primary: 'accent', guardrail: 'warn', secondary: '' } as const

function MetricHead({ conversion: { name, metric, windowMs } }: Pick<MetricProps, 'conversion'>) {
  return (
    <h3 class="metric-head">
      {metric?.name ?? name}
      {metric && <span class={`badge ${ROLES[metric.role]}`}>{metric.role}</span>}
      <span class="muted small">
        {[
          metric && metric.name !== name && metric.type !== 'ratio' ? `counts ${name}` : '',
          metric ? '' : 'no metric of the live config',
          metric?.direction === 'down' ? 'lower is better' : '',
          metric?.role === 'guardrail' ? `margin ${rateText(metric.margin)}` : '',
          windowMs === null ? '' : `within ${windowText(windowMs)}`,
        ]
          .filter((one) => one !== '')
          .join(', ')}
      </span>
    </h3>
  )
}

interface MeasureTableProps {
  readonly conversion: Conversion
  readonly measure: Measure
  readonly controls: readonly string[]
}

/** The figures; what they say stands beside their intervals. */
function MeasureTable({ conversion, measure, controls }: MeasureTableProps) {
  const { kind, rows } = measure
  const name = conversion.metric?.name ?? conversion.name
  return (
    <div class="scroll" role="region" aria-label={`${name}, ${kind} by variant`} tabIndex={0}>
      <table class="table metric-table">
        <MeasureHead measure={measure} controls={controls} />
        <tbody>
          {rows.map((row) => (
            <MeasureRow key={row.of.variant} row={row} measure={measure} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

const SUMS = { rate: 'Converted', mean: 'Sum', ratio: 'Sums' } as const
const NAMES = { rate: 'Rate', mean: 'Mean', ratio: 'Ratio' } as const

const COLUMNS = ['', 'one look', '', 'one look', 'p', 'adjusted p', 'every look', 'p']
/** Where those of the effect begin. */
const OF_EFFECT = 2

const MeasureHead = ({
  measure: { kind, scale },
  controls,
}: Pick<MeasureTableProps, 'measure' | 'controls'>) => (
  <thead>
    <tr>
      <th scope="col" rowSpan={2}>
        Variant
      </th>
      <th scope="col" rowSpan={2} class="number">
        Units
      </th>
      <th scope="col" rowSpan={2} class="number">
        {SUMS[kind]}
      </th>
      <th scope="colgroup" colSpan={OF_EFFECT} class="number">
        {NAMES[kind]}, 95 %
      </th>
      <th scope="colgroup" colSpan={COLUMNS.length - OF_EFFECT} class="number group">
        {scale === 'lift' ? 'Lift' : 'Difference'} against {controls.join(' and ') || 'the control'}
        , 95 %
      </th>
    </tr>
    <tr>
      {COLUMNS.map((words, i) => (
        <th key={i} scope="col" class={i === OF_EFFECT ? 'number group' : 'number'}>
          {words === '' ? <span class="hidden-label">Estimate</span> : words}
        </th>
      ))}
    </tr>
  </thead>
)

interface MeasureRowProps {
  readonly row: MeasuredVariant
  readonly measure: Measure
}

function MeasureRow({ row, measure }: MeasureRowProps) {
  const { of, index, figure, effect, p, adjustedP } = row
  const own = measure.kind === 'rate' ? rateText : meanText
  const text = effectText(measure)
  return (
    <tr>
      <th scope="row" class="variant-name">
        <VariantName name={of.variant} index={index} />
      </th>
      <td class="number">{count(of.units)}</td>
      <td class="number">
        {measure.kind === 'rate' ? count(of.converted) : meanText(of.value?.sum ?? 0)}
        {typeof of.value?.per === 'number' && ` / ${meanText(of.value.per)}`}
      </td>
      <td class="number">{figure ? own(figure.value) : '—'}</td>
      <td class="number muted">{rangeText(figure?.interval, own)}</td>
      <td class="number group">{effect ? text(effect.value) : '—'}</td>
      <td class="number">{rangeText(effect?.interval, text)}</td>
      <td class="number">{pText(p)}</td>
      <td class="number">{pText(adjustedP)}</td>
      <td class="number">{rangeText(effect?.sequential, text)}</td>
      <td class="number">{pText(effect?.sequentialP)}</td>
    </tr>
  )
}

const pText = (p: number | null | undefined): string =>
  p === null || p === undefined ? '—' : probabilityText(p).replace(/^= /, '')
