import { useState } from 'preact/hooks'
import type { ExperimentView } from '../../admin/contract'
import { Choose } from '../parts/choose'
import type { Question } from './question'

interface AskedProps {
  /** Undefined until there was an answer, and when the first question was refused. */
  readonly view: ExperimentView | undefined
  readonly question: Question
  readonly ask: (question: Question) => void
}

const NARROW = 640

type Option = readonly [value: string, words: string]

const BY: readonly Option[] = [
  ['', 'As recorded first'],
  ['unit', 'Exposed units'],
  ['decision', 'Decisions'],
]

const WINDOWS: readonly Option[] = [
  ['', 'As declared'],
  ['1d', '1 day'],
  ['3d', '3 days'],
  ['7d', '7 days'],
  ['14d', '14 days'],
  ['28d', '28 days'],
]

const SINCE: readonly Option[] = [
  ['', 'The first exposure'],
  ['1d', '24 hours ago'],
  ['7d', '7 days ago'],
  ['14d', '14 days ago'],
  ['28d', '28 days ago'],
]

/** What is counted, of which time, and against what. */
export function Asked({ view, question, ask }: AskedProps) {
  const set = (some: Partial<Question>): void => ask({ ...question, ...some })
  // On a phone the answers come first.
  const [isOpen] = useState(() => innerWidth > NARROW || Object.values(question).some(Boolean))
  const edits = (view?.report.phases ?? []).slice(1).map(({ from }) => dayOf(from))
  const segments = (view?.report.segments ?? []).map(({ attribute }) => attribute)
  const choose = (label: string, key: keyof Question, options: readonly Option[]) => (
    <Choose
      label={label}
      value={question[key]}
      options={withOwn(options, question[key])}
      change={(value) => set({ [key]: value })}
      isLabelled
    />
  )
  return (
    <details class="asked-box" open={isOpen}>
      <summary class="small">What is asked</summary>
      <form class="asked" aria-label="What is asked" onSubmit={(event) => event.preventDefault()}>
        {choose('Metric', 'conversion', [['', 'All'], ...(view?.conversions ?? []).map(same)])}
        {choose('Since', 'since', [...SINCE, ...edits.map((day) => editOf(day, 'the edit of'))])}
        {choose('Until', 'until', [['', 'Now'], ...edits.map((day) => editOf(day, 'the edit of'))])}
        {choose('Window of a unit', 'window', WINDOWS)}
        {choose('Compared with', 'control', [
          ['', view?.report.controls.join(' and ') || 'The control'],
          ...(view?.report.variants ?? []).map(({ variant }) => same(variant)),
        ])}
        {choose('Counted', 'by', BY)}
        {segments.length > 0 &&
          choose('By', 'segment', [['', 'Every attribute'], ...segments.map(same)])}
        <Stitch question={question} set={set} />
      </form>
    </details>
  )
}

interface StitchProps {
  readonly question: Question
  readonly set: (some: Partial<Question>) => void
}

const Stitch = ({ question, set }: StitchProps) => (
  <label class="check">
    <input
      type="checkbox"
      checked={question.stitch === 'true'}
      onChange={(event) => set({ stitch: event.currentTarget.checked ? 'true' : '' })}
    />
    Join signed-out and signed-in time
  </label>
)

const same = (value: string): Option => [value, value]

const editOf = (day: string, words: string): Option => [day, `${words} ${day}`]

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)

/** A link may ask for what is not among the options. */
const withOwn = (options: readonly Option[], own: string): readonly Option[] =>
  options.some(([value]) => value === own) ? options : [...options, same(own)]
