import type { Decision } from '../core/decision'
import { LiveflagError } from '../core/errors'
import type { Features } from '../features'
import { evalBatch } from './batch'
import { openText, type Reading } from './live-config-file'
import { Output, printable } from './output'
import { type ExitCode, OK, PROBLEMS, type Terminal } from './terminal'
import { unknownFeature } from './unknown-feature'
import { readWorld } from './world-argument'

export interface EvalFlags extends Reading {
  readonly json?: boolean
  readonly world?: string
  readonly batch?: string
}

/** `liveflag eval`: the Decisions on the named features, or on all, for one World or for each line of a batch. */
export async function evaluate(path: string, names: readonly string[], flags: EvalFlags, terminal: Terminal): Promise<ExitCode> {
  refuseContradictions(path, names, flags)
  const world = await readWorld(flags.world, terminal.stdin)
  const { features } = await openText(path, flags, terminal.stdin)
  if (flags.batch !== undefined) return evalBatch(flags.batch, features, terminal)
  const request = features.for(world)
  const decisions = (names.length > 0 ? names : namesOf(features)).map((name) => request.decide(name))
  const output = new Output(terminal)
  if (flags.json) output.document(Object.fromEntries(decisions.map((decision) => [decision.feature, decision])))
  else output.lines(table(decisions, output))
  for (const { feature, error } of decisions) {
    if (error?.code === 'FLAG_NOT_FOUND') output.complain(unknownFeature(feature, path, features))
  }
  return decisions.some(({ error }) => error) ? PROBLEMS : OK
}

function refuseContradictions(path: string, names: readonly string[], { world, batch, json }: EvalFlags): void {
  const refuse = (message: string): never => {
    throw new LiveflagError('LIVEFLAG_BAD_OPTION', message)
  }
  if ([path, world, batch].filter((given) => given === '-').length > 1) refuse('stdin (-) can be read only once')
  if (batch === undefined) return
  if (names.length > 0) refuse('with --batch, each line names its feature; leave out the features')
  if (world !== undefined) refuse('with --batch, each line has its world; leave out --world')
  if (json) refuse('--batch prints JSON lines in any case; leave out --json')
}

/** Those refused included: that a feature is broken is an answer too. */
const namesOf = ({ snapshot }: Features): readonly string[] => [...snapshot.names, ...snapshot.rejected].sort()

function table(decisions: readonly Decision[], { paint }: Output): readonly string[] {
  const width = Math.max(0, ...decisions.map(({ feature }) => printable(feature).length))
  return decisions.map(({ feature, enabled, variant, reason, selector, error, assignment, forced }) => {
    const state = enabled ? paint.green('ON ') : paint.red('OFF')
    const named = variant === undefined ? [] : [`variant ${variant}`]
    const drawn = assignment ? [`bucket ${assignment.bucket}`] : []
    const said = [selector ?? reason.toLowerCase(), ...named, ...drawn, ...(forced ? ['forced by the URL'] : []), ...(error ? [error.message] : [])]
    return `${paint.bold(printable(feature).padEnd(width))}  ${state}  ${printable(said.join(', '))}`
  })
}
