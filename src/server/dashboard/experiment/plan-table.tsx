import type { PlanView } from '../../admin/contract'
import { count, many } from '../parts/figures'
import { meanText, rateText } from './numbers'
import type { PlanQuestion } from './plan-form'

type Plan = NonNullable<PlanView['plan']>
type OfLooks = Plan['once']

interface PlanTableProps {
  readonly view: PlanView
  readonly plan: Plan
  readonly question: PlanQuestion
}

/** A column for who looks once, at the end, and one for who looks as often as they like. */
export function PlanTable({ view, plan, question }: PlanTableProps) {
  return (
    <>
      <p class="muted">{knownText(view, plan)}</p>
      {question.effect !== '' && (
        <p>
          For an effect of <strong>{question.effect}</strong>, found with a power of{' '}
          <strong>{rateText(plan.power)}</strong>:
        </p>
      )}
      <Figures rows={rowsOf(view, plan, question)} />
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
  const found = `Smallest effect that ${units} units find`
  return [
    ...(effect === '' || unitsPerDay === null ? [] : [row('Days', ({ days }) => countText(days))]),
    ...(effect === '' ? [] : [row('Units', (figures) => countText(figures.units))]),
    ...(units === '' ? [] : [row(found, ({ detectableEffect }) => shareText(detectableEffect))]),
    ...(units === '' || effect === ''
      ? []
      : [
          row(`Power of ${units} units`, ({ power }) => shareText(power)),
          ['Of the last look alone', '', shareText(plan.often.powerAtEnd)] as const,
        ]),
  ]
}

const countText = (value: number | null): string => (value === null ? '—' : count(value))
const shareText = (value: number | null): string => (value === null ? '—' : rateText(value))

/** Nobody waits for longer. */
const YEAR_DAYS = 365
