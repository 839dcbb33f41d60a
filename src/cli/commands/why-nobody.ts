import type { SimulationReport } from '../../analysis/simulation'
import { type Facts, worldOf } from '../../core/world'
import type { ExplainedStep } from '../../engine/explain'
import type { Features } from '../../engine/features'
import { type Output, printable } from '../output'
import { headline } from './explain-headline'
import { answerText } from './explain-lines'

/** More answers than this say no more. */
const MOST_ANSWERS = 8

/** Whether a simulation leaves everybody out: of the feature, or of each of its experiments. */
export const isNobodyIn = ({ users, enabled, experiments }: SimulationReport): boolean =>
  users > 0 &&
  (enabled === 0 || (experiments.length > 0 && experiments.every(({ assigned }) => assigned === 0)))

/**
 * Explains why one user is out, whose outcome is that of most: the headline of `explain`, and what
 * the user was asked.
 */
export function whyNobody(
  feature: string,
  user: Facts,
  features: Features,
  output: Output,
): readonly string[] {
  const explanation = features.for(worldOf(user)).explain(feature)
  const asked = answersIn(explanation.steps)
  const isUnknown = asked.some(({ answer }) => answer === undefined || answer === null)
  const lines = new Set(
    asked.map(({ question, answer }) => `asked ${printable(question)} → ${answerText(answer)}`),
  )
  const name = user.user?.id === undefined ? 'one of them' : String(user.user.id)
  return [
    `Nobody is in. Why, for ${printable(name)}: ${headline(explanation, output)}`,
    ...[...lines].slice(0, MOST_ANSWERS).map((line) => `  ${line}`),
    ...(isUnknown
      ? ['What has no answer can be given to all with --world, or to each with --population.']
      : []),
  ]
}

const answersIn = (steps: readonly ExplainedStep[]): ExplainedStep['asked'] =>
  steps.flatMap(({ asked, steps: inner }) => [...asked, ...answersIn(inner)])
