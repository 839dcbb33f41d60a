import type { Problem } from '../core/problem'
import type { ExplainedStep, Explanation } from '../explain'
import { type PrintedProblem, printedProblem } from './problems'

type PrintedStep = Omit<ExplainedStep, 'asked' | 'steps'> & {
  readonly asked: readonly { readonly question: string; readonly answer: unknown }[]
  readonly steps: readonly PrintedStep[]
}

/** An explanation as `--json` prints it: the Explanation, and what is wrong with the feature's entry. */
export type PrintedExplanation = Omit<Explanation, 'steps'> & {
  readonly steps: readonly PrintedStep[]
  readonly problems: readonly PrintedProblem[]
}

export const printedExplanation = ({ steps, ...rest }: Explanation, problems: readonly Problem[]): PrintedExplanation => ({
  ...rest,
  steps: steps.map(printedStep),
  problems: problems.map(printedProblem),
})

/** JSON has no `undefined`, and a question without an answer is not a question that was not asked. */
const printedStep = (step: ExplainedStep): PrintedStep => ({
  ...step,
  asked: step.asked.map(({ question, answer }) => ({ question, answer: answer ?? null })),
  steps: step.steps.map(printedStep),
})
