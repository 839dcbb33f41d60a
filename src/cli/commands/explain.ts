import { LiveflagError } from '../../core/errors'
import type { Problem } from '../../core/problem'
import type { ExplainedStep, Explanation } from '../../engine/explain'
import { openText, type Reading } from '../live-config-file'
import { namesOf, plainName, unknownFeature } from '../named-experiment'
import { Output } from '../output'
import { type PrintedProblem, printedProblem } from '../problems'
import { type ExitCode, OK, PROBLEMS, type Terminal } from '../terminal'
import { readWorld } from '../world-argument'
import { explanationLines } from './explain-lines'

type PrintedStep = Omit<ExplainedStep, 'asked' | 'steps'> & {
  readonly asked: readonly { readonly question: string; readonly answer: unknown }[]
  readonly steps: readonly PrintedStep[]
}

/**
 * An explanation as `--json` prints it: the Explanation, and the problems of the feature's entry.
 */
export type PrintedExplanation = Omit<Explanation, 'steps'> & {
  readonly steps: readonly PrintedStep[]
  readonly problems: readonly PrintedProblem[]
}

/** The explanation as JSON can say it. */
export const printedExplanation = (
  { steps, ...rest }: Explanation,
  problems: readonly Problem[],
): PrintedExplanation => ({
  ...rest,
  steps: steps.map(printedStep),
  problems: problems.map(printedProblem),
})

/** JSON has no `undefined`, so a question without an answer is printed as null. */
const printedStep = (step: ExplainedStep): PrintedStep => ({
  ...step,
  asked: step.asked.map(({ question, answer }) => ({ question, answer: answer ?? null })),
  steps: step.steps.map(printedStep),
})

export interface ExplainFlags extends Reading {
  readonly json?: boolean
  readonly world?: string
}

/** `liveflag explain`: the Decision on one feature for one World and, selector by selector, why. */
export async function explain(
  path: string,
  given: string,
  flags: ExplainFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  if (path === '-' && flags.world === '-')
    throw new LiveflagError('LIVEFLAG_BAD_OPTION', 'stdin (-) can be read only once')
  const output = new Output(terminal)
  const world = await readWorld(flags.world, terminal.stdin)
  const now = (): number => terminal.now().getTime()
  const { texts, features } = await openText(path, { ...flags, now }, terminal.stdin)
  const name = plainName(given, namesOf(features))
  const explanation = features.for(world).explain(name)
  const file = texts.find((text) => text.name === explanation.source) ?? { name: path, text: '' }
  const problems = features.snapshot.problems.filter(({ feature }) => feature === name)
  const isUnknown = explanation.decision.error?.code === 'FLAG_NOT_FOUND'
  if (flags.json) output.document(printedExplanation(explanation, problems))
  else if (!isUnknown) output.lines(explanationLines(explanation, problems, file, output))
  if (isUnknown) output.complain(unknownFeature(name, path, features))
  return explanation.decision.error ? PROBLEMS : OK
}
