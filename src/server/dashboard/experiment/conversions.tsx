import type { ExperimentView } from '../../admin/contract'
import { seriesColor } from '../parts/colors'
import { count, percent, signed } from '../parts/figures'

type Conversion = ExperimentView['report']['conversions'][number]
type OfVariant = Conversion['variants'][number]

interface ConversionsProps {
  readonly report: Conversion
  readonly controls: readonly string[]
}

/** One kind of conversion: rates, and the difference to the control with its interval. */
export function Conversions({ report: { name, variants }, controls }: ConversionsProps) {
  const reach = Math.max(
    0.001,
    ...variants.flatMap(({ difference }) => difference?.sequential?.map(Math.abs) ?? []),
  )
  return (
    <section class="conversion">
      <h3>{name}</h3>
      <div class="scroll" role="region" aria-label={`Conversions ${name}`} tabIndex={0}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">Variant</th>
              <th scope="col" class="number">
                Converted
              </th>
              <th scope="col" class="number">
                Rate
              </th>
              <th scope="col" class="number">
                Against {controls.join(' and ') || 'control'}
              </th>
              <th scope="col">With 95 % confidence</th>
            </tr>
          </thead>
          <tbody>
            {variants.map((one, index) => (
              <Line key={one.variant} one={one} index={index} reach={reach} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

interface LineProps {
  readonly one: OfVariant
  readonly index: number
  /** How far the widest interval reaches. */
  readonly reach: number
}

const Line = ({ one, index, reach }: LineProps) => {
  const { variant, units, converted, rate, difference } = one
  return (
    <tr>
      <th scope="row">
        <span class="legend-mark" style={{ background: seriesColor(index, variant) }} />
        {variant}
      </th>
      <td class="number">
        {count(converted)} <span class="muted">of {count(units)}</span>
      </td>
      <td class="number">{percent(rate?.value)}</td>
      <td class="number">{difference ? signed(difference.value) : '—'}</td>
      <td>{difference && <IntervalBar estimate={difference} reach={reach} />}</td>
    </tr>
  )
}

interface IntervalBarProps {
  readonly estimate: NonNullable<OfVariant['difference']>
  readonly reach: number
}

const HALF = 100
const HEIGHT = 20

/** The intervals around the estimate; the line in the middle is no difference. */
function IntervalBar({ estimate: { value, interval, sequential }, reach }: IntervalBarProps) {
  if (!interval) return null
  const [low, high] = interval
  const x = (share: number): number => HALF + (share / reach) * (HALF - 4)
  const isClear = low > 0 || high < 0
  return (
    <div class="interval">
      <svg viewBox={`0 0 ${2 * HALF} ${HEIGHT}`} aria-hidden="true">
        <line class="interval-zero" x1={HALF} x2={HALF} y1={0} y2={HEIGHT} />
        {sequential && (
          <line
            class="interval-every-look"
            x1={x(sequential[0])}
            x2={x(sequential[1])}
            y1={HEIGHT / 2}
            y2={HEIGHT / 2}
          />
        )}
        <line
          class={isClear ? 'interval-line is-clear' : 'interval-line'}
          x1={x(low)}
          x2={x(high)}
          y1={HEIGHT / 2}
          y2={HEIGHT / 2}
        />
        <circle class="interval-dot" cx={x(value)} cy={HEIGHT / 2} r={3.5} />
      </svg>
      <span class="small">
        {signed(low)} to {signed(high)}
        <span class="muted">{isClear ? ', a difference' : ', can be chance'}</span>
        {sequential && (
          <span class="muted">
            {' · '}every look: {signed(sequential[0])} to {signed(sequential[1])}
          </span>
        )}
      </span>
    </div>
  )
}
