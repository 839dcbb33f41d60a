import type { PlanView } from '../../admin/contract'
import { Choose } from '../parts/choose'
import { count } from '../parts/figures'
import { asked } from './question'
import { meanText, rateText } from './numbers'
import { windowText } from './times'

/** What a plan is asked, as the parameters of its route have it; empty is the default. */
export interface PlanQuestion {
  readonly conversion: string
  readonly value: string
  readonly rate: string
  readonly mean: string
  readonly variance: string
  readonly effect: string
  readonly power: string
  readonly units: string
  readonly per_day: string
  readonly shares: string
  readonly like: string
  readonly window: string
}

const USUAL: PlanQuestion = {
  conversion: '',
  value: '',
  rate: '',
  mean: '',
  variance: '',
  effect: '5%',
  power: '80%',
  units: '',
  per_day: '',
  shares: '',
  like: '',
  window: '',
}

/** The question of the page's address: whoever opens it without one asks for an effect of 5 %. */
export const planQuestionOf = (query: Readonly<Record<string, string>>): PlanQuestion =>
  asked(USUAL, { effect: USUAL.effect, power: USUAL.power, ...query })

interface PlanFormProps {
  readonly view: PlanView | undefined
  readonly question: PlanQuestion
  readonly ask: (question: PlanQuestion) => void
}

/** What is known of the metric and the traffic, and what should be found. */
export function PlanForm({ view, question, ask }: PlanFormProps) {
  const set = (some: Partial<PlanQuestion>): void => ask({ ...question, ...some })
  const fields = (all: readonly Field[]) => <Fields fields={all} question={question} set={set} />
  const { known, others } = fieldsOf(view)
  return (
    <form class="plan-form" onSubmit={(event) => event.preventDefault()}>
      <Choose
        label="Metric, as it was recorded"
        value={question.conversion}
        options={namesOf(
          ['', 'None: by the figures below'],
          view?.conversions,
          question.conversion,
        )}
        change={(conversion) => set({ conversion, rate: '', mean: '', variance: '' })}
        isLabelled
      />
      <Choose
        label="Records of"
        value={question.like}
        options={namesOf(['', 'This experiment'], view?.recorded, question.like)}
        change={(like) => set({ like })}
        isLabelled
      />
      {fields(known)}
      <details>
        <summary class="small">
          A mean in place of a rate, other shares, so many units, a window
        </summary>
        {fields(others)}
      </details>
      <button type="submit" class="button primary">
        Plan
      </button>
    </form>
  )
}

interface FieldsProps {
  readonly fields: readonly Field[]
  readonly question: PlanQuestion
  readonly set: (some: Partial<PlanQuestion>) => void
}

const Fields = ({ fields, question, set }: FieldsProps) => (
  <div class="world-pair">
    {fields.map(([label, key, placeholder]) => (
      <label key={key}>
        <span class="label">{label}</span>
        <input
          class="field"
          value={question[key]}
          placeholder={placeholder}
          onChange={(event) => set({ [key]: event.currentTarget.value.trim() })}
        />
      </label>
    ))}
  </div>
)

type Field = readonly [label: string, key: keyof PlanQuestion, placeholder: string]

/** Where a field is empty, its placeholder says what holds. */
function fieldsOf(
  view: PlanView | undefined,
): Readonly<Record<'known' | 'others', readonly Field[]>> {
  const { usualRate, usualMean, usualVariance, perDay, usualWindow } = usual(view)
  return {
    known: [
      ['Effect to find', 'effect', '5%'],
      ['Power', 'power', '80%'],
      ['Units of a day', 'per_day', perDay],
      ['Rate without a change', 'rate', usualRate],
    ],
    others: [
      ['Mean of a unit', 'mean', usualMean],
      ['Its variance', 'variance', usualVariance],
      ['Shares, the control first', 'shares', '50,50'],
      ['Units', 'units', ''],
      ['Window of a unit', 'window', usualWindow],
    ],
  }
}

function namesOf(
  none: readonly [string, string],
  names: readonly string[] = [],
  own: string,
): readonly (readonly [string, string])[] {
  const all = own === '' || names.includes(own) ? names : [...names, own]
  return [none, ...all.map((name) => [name, name] as const)]
}

function usual(view: PlanView | undefined) {
  const { plan, unitsPerDay, isObserved } = view ?? {}
  const metric = plan?.metric
  const isRate = metric !== undefined && 'rate' in metric
  return {
    usualRate: isRate ? rateText(metric.rate) : '10%',
    usualMean: metric && !isRate ? meanText(metric.mean) : '',
    usualVariance: metric && !isRate ? meanText(metric.variance) : '',
    usualWindow: plan?.windowMs ? windowText(plan.windowMs) : '7d; none now',
    perDay: isObserved && unitsPerDay ? `${count(Math.round(unitsPerDay))}, as recorded` : '',
  }
}
