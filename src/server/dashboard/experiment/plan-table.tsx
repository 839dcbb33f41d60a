import type { PlanView } from '../../admin/contract'
import { count, many } from '../parts/figures'
import { meanText, rateText } from './numbers'
import type { PlanQuestion } from './plan-form'
import { windowText } from './times'

type Plan = NonNullable<PlanView['plan']>
type OfLooks = Plan['once']

interface PlanTableProps {
  readonly view: PlanView
  readonly plan: Plan
  readonly question: PlanQuestion
}

/** A column for who looks once, at the end, and one for who looks as often as they like. */
export function PlanTable({ view, plan, question }: PlanTableProps) {
  const rows = rowsOf(view, plan, question)
  return (
    <>
      <p class="muted">{knownText(view, plan)}</p>
      {question.effect !== '' && (
        <p>
          For an effect of <strong>{question.effect}</strong>, found with a power of{' '}
          <strong>{rateText(plan.power)}</strong>:
        </p>
      )}
      {rows.length > 0 ? (
        <Figures rows={rows} />
      ) : (
        <p>Say an effect, for the units that it needs, or how many units there will be.</p>
      )}
      {(plan.often.days ?? 0) > YEAR_DAYS && (
        <p class="muted">
          More than a year is no experiment: look for a larger effect, look once, or let in more
          people.
        </p>
      )}
    </>
  )
}

const Figures = ({ rows }: { readonly rows: readonly Row[] }) => (
  <div class="scroll" role="region" aria-label="Units and days" tabIndex={0}>
    <table class="table plan-table">
      <thead>
        <tr>
          <td />
          <th scope="col" class="number">
            One look
          </th>
          <th scope="col" class="number">
            Every look
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, once, often]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td class="number">{once}</td>
            <td class="number">{often}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)

function knownText({ unitsPerDay, isObserved }: PlanView, { metric }: Plan): string {
  const known =
    'rate' in metric
      ? `Of the control ${rateText(metric.rate)} convert`
      : `The mean of the control is ${meanText(metric.mean)}, its variance ${meanText(metric.variance)}`
  const days = isObserved ? ', as recorded' : ''
  return unitsPerDay === null
    ? `${known}.`
    : `${known}; ${many(Math.round(unitsPerDay), 'unit')} ${Math.round(unitsPerDay) === 1 ? 'comes' : 'come'} on a day${days}.`
}

type Row = readonly [name: string, once: string, often: string]

function rowsOf({ unitsPerDay }: PlanView, plan: Plan, question: PlanQuestion): readonly Row[] {
  const { effect, units } = question
  const row = (name: string, text: (figures: OfLooks) => string): Row => [
    name,
    text(plan.once),
    text(plan.often),
  ]
  const asked = `${units} ${units === '1' ? 'unit' : 'units'}`
  const found = `Smallest effect that ${asked} ${units === '1' ? 'finds' : 'find'}`
  return [
    ...(effect === '' || unitsPerDay === null ? [] : daysRows(plan, row)),
    ...(effect === '' ? [] : [row('Units', (figures) => countText(figures.units))]),
    ...(units === '' ? [] : [row(found, ({ detectableEffect }) => shareText(detectableEffect))]),
    ...(units === '' || effect === ''
      ? []
      : [
          row(`Power of ${asked}`, ({ power }) => shareText(power)),
          ['Of the last look alone', '', shareText(plan.often.powerAtEnd)] as const,
        ]),
  ]
}

/** With a window, a unit counts once it is over. */
const daysRows = (
  { windowMs }: Plan,
  row: (name: string, text: (figures: OfLooks) => string) => Row,
): readonly Row[] =>
  windowMs === null
    ? [row('Days', ({ days }) => countText(days))]
    : [
        row(`Days until all count, ${windowText(windowMs)} after the last came`, ({ days }) =>
          countText(days),
        ),
        row('Days until they have come', ({ daysToCome }) => countText(daysToCome)),
      ]

const countText = (value: number | null): string => (value === null ? '—' : count(value))
const shareText = (value: number | null): string => (value === null ? '—' : rateText(value))

/** Nobody waits for longer. */
const YEAR_DAYS = 365
