import type { PlanView } from '../../admin/contract'
import { count } from '../parts/figures'
import { LineChart } from '../parts/line-chart'
import { placeOf, type Scale, scaleOf } from '../parts/scale'
import { rateText } from './numbers'

type Plan = NonNullable<PlanView['plan']>
type Day = PlanView['curve'][number]

const LOOKS = [
  ['once', 'one look, on that day', 'var(--series-1)'],
  ['often', 'every look until that day', 'var(--series-3)'],
] as const

interface PlanCurveProps {
  readonly view: PlanView
  readonly plan: Plan
}

/** Two falling lines, and the table that has their numbers. */
export const PlanCurve = ({ view: { curve }, plan }: PlanCurveProps) => (
  <figure class="chart">
    <ul class="legend">
      {LOOKS.map(([looks, words, color]) => (
        <li key={looks}>
          <span class="legend-mark" style={{ background: color }} />
          {words}
        </li>
      ))}
    </ul>
    <Lines curve={curve} plan={plan} />
    <details>
      <summary class="small">As a table</summary>
      <CurveTable curve={curve} />
    </details>
  </figure>
)

interface LinesProps {
  readonly curve: readonly Day[]
  readonly plan: Plan
}

function Lines({ curve, plan }: LinesProps) {
  const across = scaleOf(0, curve.at(-1)?.day ?? 1)
  return (
    <LineChart
      label="The smallest effect that is found, by the day"
      lines={LOOKS.map(([looks, , color]) => ({
        name: looks,
        color,
        points: curve.map((one) => [one.day, one[looks]] as const),
      }))}
      across={across}
      up={scaleOf(0, highest(curve))}
      acrossText={(day) => (day === 0 ? '' : `day ${count(day)}`)}
      upText={rateText}
    >
      {LOOKS.map(([looks, , color]) => (
        <Needed key={looks} days={plan[looks].days} looks={looks} color={color} across={across} />
      ))}
    </LineChart>
  )
}

interface NeededProps {
  readonly days: number | null
  readonly looks: string
  readonly color: string
  readonly across: Scale
}

/** The day on which the effect that is asked for is found. */
const Needed = ({ days, looks, color, across }: NeededProps) =>
  days === null || days > across.high ? null : (
    <span
      class={`needed ${looks}`}
      style={{ left: `${placeOf(days, across)}%`, borderColor: color }}
    >
      <span class={placeOf(days, across) > MIDDLE ? 'small before' : 'small'}>
        enough on day {count(days)}
      </span>
    </span>
  )

/** Beyond it, words are before their line. */
const MIDDLE = 50

/** The first days find only what nobody hopes for, so the height is that of the end, times this. */
const TIMES_LAST = 5

function highest(curve: readonly Day[]): number {
  const last = curve.at(-1)
  const end = Math.max(last?.once ?? 0, last?.often ?? 0)
  const most = Math.max(...curve.flatMap(({ once, often }) => [once ?? 0, often ?? 0]))
  return Math.min(most, end * TIMES_LAST) || 1
}

const CurveTable = ({ curve }: { readonly curve: readonly Day[] }) => (
  <div class="scroll" role="region" aria-label="The smallest effect by the day" tabIndex={0}>
    <table class="table">
      <thead>
        <tr>
          {['Day', 'Units', 'One look', 'Every look'].map((name) => (
            <th key={name} scope="col" class="number">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {curve.map(({ day, units, once, often }) => (
          <tr key={day}>
            <th scope="row" class="number">
              {count(day)}
            </th>
            <td class="number">{count(Math.round(units))}</td>
            <td class="number">{once === null ? '—' : rateText(once)}</td>
            <td class="number">{often === null ? '—' : rateText(often)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)
