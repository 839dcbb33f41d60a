import type { Decision } from '../core/decision'
import type { Position, Problem } from '../core/problem'
import type { Draw } from '../core/trace'
import type { ExplainedStep, Explanation } from '../explain'
import { linesOf } from './excerpt'
import type { Text } from './live-config-file'
import { clipped, type Output, printable } from './output'
import { placeOf, problemLines } from './problems'
import { StepLines } from './step-lines'

/** An explanation for people: the answer and why, its details, and each selector in order of precedence. */
export function explanationLines(explanation: Explanation, problems: readonly Problem[], file: Pick<Text, 'name' | 'text'>, output: Output): readonly string[] {
  const text = linesOf(file.text)
  const steps = new StepLines(text, explanation.decision.enabled, output)
  const faults = problems.flatMap((problem) => problemLines(problem, text, output))
  return [
    headline(explanation, output),
    ...details(explanation, file.name),
    ...(explanation.steps.length > 0 ? ['', ...steps.of(explanation.steps)] : []),
    ...(faults.length > 0 ? ['', ...faults] : []),
  ]
}

function headline({ decision, decidedAt, position, steps }: Explanation, { paint }: Output): string {
  const state = decision.enabled ? paint.green('ON') : paint.red('OFF')
  return `${paint.bold(`${printable(decision.feature)} is ${state}`)} ${because(decision, steps)}${lineOf(decidedAt ?? position)}`
}

const lineOf = (position: Position | undefined): string => (position ? ` (line ${position.line})` : '')

function because(decision: Decision, steps: readonly ExplainedStep[]): string {
  const { error, selector, reason, enabled } = decision
  if (error) return `because ${printable(error.message)}`
  if (selector !== undefined) return `because of ${selector}${circumstance(decision, drawOf(steps))}`
  return reason === 'DEFAULT' ? 'because no selector claims the visitor' : `because the entry says ${enabled ? 'on' : 'off'}`
}

/** What there is to say of the selector that decided. */
function circumstance({ variant, forced, reason }: Decision, draw: Draw | undefined): string {
  if (variant !== undefined) return `, ${forced ? 'which forces' : 'with'} variant ${printable(variant)}`
  if (reason === 'DISABLED') return ', which is off'
  if (reason === 'DEFAULT') return ', which has nothing to bucket'
  return draw?.passed === false ? ', whose bucket belongs to no variant' : ''
}

function details({ decision, source = '', position, steps }: Explanation, name: string): readonly string[] {
  const { variant, assignment, reason, generation, forced, heldBack, warning, value } = decision
  const draw = drawOf(steps)
  const id = assignment?.experimentId
  const said: readonly (readonly [string, string | undefined])[] = [
    ['variant', variant],
    ['value', value === undefined ? undefined : JSON.stringify(value)],
    ['experiment', id === undefined ? undefined : JSON.stringify(id)],
    ['bucket', draw && `${draw.bucket} of ${JSON.stringify(draw.unit)}`],
    ['reason', reason],
    ['generation', String(generation)],
    ['forced', forced && 'yes: not an assignment, so no exposure'],
    ['held back', heldBack && 'yes: the newest text was refused, and this is what its last good version answers'],
    ['warning', warning],
    ['entry', placeOf({ source: source === '' ? name : source, ...position })],
  ]
  return said.flatMap(([word, text]) => (text === undefined ? [] : [`  ${word.padEnd(10)}  ${clipped(printable(text), 200)}`]))
}

const drawOf = (steps: readonly ExplainedStep[]): Draw | undefined => steps.find((step) => step.outcome === 'claimed')?.draw
