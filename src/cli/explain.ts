import { openText, type Reading } from './live-config-file'
import { explanationLines } from './explanation-lines'
import { Output } from './output'
import { printedExplanation } from './printed-explanation'
import { type ExitCode, OK, PROBLEMS, type Terminal } from './terminal'
import { unknownFeature } from './unknown-feature'
import { readWorld } from './world-argument'
import { LiveflagError } from '../core/errors'

export interface ExplainFlags extends Reading {
  readonly json?: boolean
  readonly world?: string
}

/** `liveflag explain`: the Decision on one feature for one World and, selector by selector, why. */
export async function explain(path: string, name: string, flags: ExplainFlags, terminal: Terminal): Promise<ExitCode> {
  if (path === '-' && flags.world === '-') throw new LiveflagError('LIVEFLAG_BAD_OPTION', 'stdin (-) can be read only once')
  const output = new Output(terminal)
  const world = await readWorld(flags.world, terminal.stdin)
  const { texts, features } = await openText(path, flags, terminal.stdin)
  const explanation = features.for(world).explain(name)
  const file = texts.find((text) => text.name === explanation.source) ?? { name: path, text: '' }
  const problems = features.snapshot.problems.filter(({ feature }) => feature === name)
  const isUnknown = explanation.decision.error?.code === 'FLAG_NOT_FOUND'
  if (flags.json) output.document(printedExplanation(explanation, problems))
  else if (!isUnknown) output.lines(explanationLines(explanation, problems, file, output))
  if (isUnknown) output.complain(unknownFeature(name, path, features))
  return explanation.decision.error ? PROBLEMS : OK
}
