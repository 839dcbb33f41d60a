import type { ExperimentView } from '../../admin/contract'
import { Choose } from '../parts/choose'

/** What a report is asked; empty is the default. */
export interface Question {
  readonly by: '' | 'unit' | 'decision'
  readonly conversion: string
  readonly control: string
}

export function queryOf(question: Question): string {
  const asked = Object.entries(question).filter(([, value]) => value !== '')
  return asked.length === 0 ? '' : `?${new URLSearchParams(asked).toString()}`
}

interface AskedProps {
  readonly view: ExperimentView
  readonly question: Question
  readonly ask: (question: Question) => void
}

const BY = [
  ['', 'Count as usual'],
  ['unit', 'Exposed units'],
  ['decision', 'Decisions'],
] as const

/** What is counted, and against what. */
export function Asked({ view, question, ask }: AskedProps) {
  const set = (some: Partial<Question>): void => ask({ ...question, ...some })
  const { variants, control } = view.report
  return (
    <div class="asked">
      <Choose
        label="What is counted"
        value={question.by}
        options={BY}
        change={(by) => set({ by: by as Question['by'] })}
      />
      <Choose
        label="Conversion"
        value={question.conversion}
        options={[
          ['', 'Every conversion'],
          ...view.conversions.map((name) => [name, name] as const),
        ]}
        change={(conversion) => set({ conversion })}
      />
      <Choose
        label="Compared with"
        value={question.control}
        options={[
          ['', `against ${control ?? 'nothing'}`],
          ...variants.map(({ variant }) => [variant, `against ${variant}`] as const),
        ]}
        change={(next) => set({ control: next })}
      />
    </div>
  )
}
