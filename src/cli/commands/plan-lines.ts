import { durationText } from '../../experiments/duration'
import { finePercent, percent, whole } from '../../analysis/figures'
import type { Plan, PlanFigures } from '../../analysis/planning'
import { printable } from '../output'
import { type Row, table } from '../table'

/** What was asked for, beside the metric. */
export interface Asked {
  readonly units: number | undefined
  readonly effect: number | undefined
  readonly unitsPerDay: number | undefined
}

/** A plan as lines: a column for who looks once, one for who looks often. */
export function planLines(
  plan: Plan,
  asked: Asked,
  names: readonly string[] = [],
): readonly string[] {
  const { metric } = plan
  return [
    variantsText(plan, names),
    'rate' in metric
      ? `Of the control ${finePercent(metric.rate)} convert.`
      : `The mean of the control is ${metric.mean.toLocaleString('en-US')}, its variance ${metric.variance.toLocaleString('en-US')}.`,
    '',
    ...table([['', 'one look', 'every look'], ...found(plan, asked), ...needed(plan, asked)]),
  ]
}

/** Shares that were written have no names. */
function variantsText({ shares }: Plan, names: readonly string[]): string {
  const isNamed = names.length === shares.length
  const all = shares.map((share, i) =>
    isNamed ? `${printable(names[i] ?? '')} ${percent(share, 2)}` : percent(share, 2),
  )
  return `${shares.length} variants${isNamed ? ':' : ' of'} ${all.join(', ')}; the first is the control.`
}

const row = ({ once, often }: Plan, name: string, of: (figures: PlanFigures) => string): Row => [
  name,
  of(once),
  of(often),
]

/** What so many units find. */
function found(plan: Plan, { units, effect }: Asked): readonly Row[] {
  if (units === undefined) return []
  const smallest = row(
    plan,
    `smallest effect that ${units === 1 ? 'it finds' : 'they find'}, ${powerText(plan)}`,
    ({ detectableEffect }) => (detectableEffect === null ? '–' : finePercent(detectableEffect)),
  )
  if (effect === undefined) return [smallest]
  const name = `power of ${unitsText(units)} for ${effectText(effect)}`
  return [
    row(plan, name, ({ power }) => percent(power, 2)),
    ['  of the last look alone', '', percent(plan.often.powerAtEnd, 2)],
    smallest,
  ]
}

/** What finds an effect of that size. */
function needed(plan: Plan, { effect, unitsPerDay }: Asked): readonly Row[] {
  if (effect === undefined) return []
  const count = (value: number | null): string => (value === null ? '–' : whole(value))
  const name = `units for ${effectText(effect)}, ${powerText(plan)}`
  const units = row(plan, name, (figures) => count(figures.units))
  if (unitsPerDay === undefined) return [units]
  const rate = `at ${unitsText(Math.round(unitsPerDay))} a day`
  const { windowMs } = plan
  if (windowMs === null) return [units, row(plan, `days, ${rate}`, ({ days }) => count(days))]
  const over = `  and the window of the last, ${durationText(windowMs)}, is over`
  return [
    units,
    row(plan, `days until they have come, ${rate}`, ({ daysToCome }) => count(daysToCome)),
    row(plan, over, ({ days }) => count(days)),
  ]
}

const unitsText = (units: number): string => `${whole(units)} ${units === 1 ? 'unit' : 'units'}`
const effectText = (effect: number): string => `an effect of ${finePercent(effect)}`
const powerText = ({ power }: Plan): string => `power of ${Number((power * 100).toPrecision(6))} %`
