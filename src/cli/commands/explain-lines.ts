import type { Problem } from '../../core/problem'
import type { ExplainedStep, Explanation } from '../../engine/explain'
import type { Text } from '../live-config-file'
import { clipped, type Output, printable } from '../output'
import { linesOf, placeOf, problemLines } from '../problems'
import { drawOf, headline } from './explain-headline'

/** The most characters of a line of the file that are shown. */
const WIDTH = 72
const INDENT = '    '
/** The width of the column of outcomes. */
const OUTCOME = 'ended its stage'.length

/**
 * The selectors of an explanation, line by line: the outcome of each, its line of the file, the
 * questions and the draw.
 */
class StepLines {
  constructor(
    private readonly text: readonly string[],
    private readonly enabled: boolean,
    private readonly output: Output,
  ) {}

  of(steps: readonly ExplainedStep[], depth = 0): readonly string[] {
    const width = Math.max(...steps.map(({ path }) => path.length))
    return steps.flatMap((step) => this.step(step, depth, width))
  }

  private step(step: ExplainedStep, depth: number, width: number): readonly string[] {
    const { dim } = this.output.paint
    const outcome = depth > 0 && step.outcome === 'claimed' ? 'eligible' : step.outcome
    const indent = INDENT.repeat(depth)
    const place = dim(`line ${step.line}:`)
    const head = `${indent}${this.mark(step, depth)} ${outcome.padEnd(OUTCOME)}  ${printable(step.path).padEnd(width)}  ${place} ${this.source(step)}`
    const below = `${indent}${INDENT}`
    const first = step.outcome === 'not reached' ? dim(head) : head
    return [
      first,
      ...this.answers(step, below),
      ...this.of(step.steps, depth + 1),
      ...this.draw(step, below),
    ]
  }

  private mark({ outcome }: ExplainedStep, depth: number): string {
    const { green, red, yellow, dim } = this.output.paint
    if (outcome === 'claimed') return depth > 0 || this.enabled ? green('✔') : red('✘')
    return outcome === 'ended its stage' ? yellow('↷') : dim(outcome === 'not reached' ? ' ' : '·')
  }

  /** Prints each question once: a selector within this one asks some again. */
  private answers({ asked }: ExplainedStep, indent: string): readonly string[] {
    const { dim } = this.output.paint
    return [
      ...new Set(
        asked.map(
          ({ question, answer }) =>
            `${indent}${dim('asked')} ${printable(question)} ${dim('→')} ${answerText(answer)}`,
        ),
      ),
    ]
  }

  private draw({ draw }: ExplainedStep, indent: string): readonly string[] {
    const { dim } = this.output.paint
    if (!draw) return []
    const verdict = draw.passed ? 'yes' : 'no'
    return [
      `${indent}${dim('drew')} bucket ${draw.bucket} for ${answerText(draw.unit)}: ${printable(draw.test)} ${dim('→')} ${verdict}`,
    ]
  }

  /** The line of the file; with a list below its key, that line too. */
  private source({ line, column }: ExplainedStep): string {
    const first = this.text[line - 1] ?? ''
    const items = this.text.slice(line)
    const end = items.findIndex((item) => !/^\s*- /.test(item))
    const whole = [
      first.slice(column - 1),
      ...(/:\s*$/.test(first) ? items.slice(0, end < 0 ? items.length : end) : []),
    ]
    return clipped(printable(whole.map((part) => part.trim()).join(' ')), WIDTH)
  }
}

export function answerText(answer: unknown): string {
  if (answer === undefined || answer === null) return 'none'
  if (typeof answer === 'boolean') return answer ? 'yes' : 'no'
  return clipped(printable(JSON.stringify(answer)), WIDTH)
}

/**
 * An explanation as lines: the answer and its reason, its details, and each selector in order of
 * precedence.
 */
export function explanationLines(
  explanation: Explanation,
  problems: readonly Problem[],
  file: Pick<Text, 'name' | 'text'>,
  output: Output,
): readonly string[] {
  const text = linesOf(file.text)
  const steps = new StepLines(text, explanation.decision.enabled, output)
  const lines = problems.flatMap((problem) => problemLines(problem, text, output))
  return [
    headline(explanation, output),
    ...details(explanation, file.name),
    ...(explanation.steps.length > 0 ? ['', ...steps.of(explanation.steps)] : []),
    ...(lines.length > 0 ? ['', ...lines] : []),
  ]
}

function details(
  { decision, source = '', position, steps }: Explanation,
  name: string,
): readonly string[] {
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
    [
      'held back',
      heldBack &&
        'yes: the newest text was refused, and this is what its last good version answers',
    ],
    ['warning', warning],
    ['entry', placeOf({ source: source === '' ? name : source, ...position })],
  ]
  return said.flatMap(([word, text]) =>
    text === undefined ? [] : [`  ${word.padEnd(10)}  ${clipped(printable(text), 200)}`],
  )
}
