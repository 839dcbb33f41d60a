import type { ExplainedStep } from '../explain'
import { clipped, type Output, printable } from './output'

/** More of a line of the file than this would hide the rest. */
const WIDTH = 72
const INDENT = '    '
/** The longest word for what became of a selector. */
const OUTCOME = 'ended its stage'.length

/** The selectors of an explanation, line by line: what became of each, its line of the file, what was asked and drawn. */
export class StepLines {
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
    return [first, ...this.answers(step, below), ...this.of(step.steps, depth + 1), ...this.draw(step, below)]
  }

  private mark({ outcome }: ExplainedStep, depth: number): string {
    const { green, red, yellow, dim } = this.output.paint
    if (outcome === 'claimed') return depth > 0 || this.enabled ? green('✔') : red('✘')
    return outcome === 'ended its stage' ? yellow('↷') : dim(outcome === 'not reached' ? ' ' : '·')
  }

  /** Each question once: what stands within a selector makes it ask again. */
  private answers({ asked }: ExplainedStep, indent: string): readonly string[] {
    const { dim } = this.output.paint
    return [...new Set(asked.map(({ question, answer }) => `${indent}${dim('asked')} ${printable(question)} ${dim('→')} ${shown(answer)}`))]
  }

  private draw({ draw }: ExplainedStep, indent: string): readonly string[] {
    const { dim } = this.output.paint
    if (!draw) return []
    const verdict = draw.passed ? 'yes' : 'no'
    return [`${indent}${dim('drew')} bucket ${draw.bucket} for ${shown(draw.unit)}: ${printable(draw.test)} ${dim('→')} ${verdict}`]
  }

  /** What the file says there; a list that stands below its key is read with it. */
  private source({ line, column }: ExplainedStep): string {
    const first = this.text[line - 1] ?? ''
    const items = this.text.slice(line)
    const end = items.findIndex((item) => !/^\s*- /.test(item))
    const whole = [first.slice(column - 1), ...(/:\s*$/.test(first) ? items.slice(0, end < 0 ? items.length : end) : [])]
    return clipped(printable(whole.map((part) => part.trim()).join(' ')), WIDTH)
  }
}

function shown(answer: unknown): string {
  if (answer === undefined || answer === null) return 'none'
  if (typeof answer === 'boolean') return answer ? 'yes' : 'no'
  return clipped(printable(JSON.stringify(answer)), WIDTH)
}
