import type { Forced } from '../rewriting/answer'
import { type Block, type Branch, stepOf } from './blocks'
import { CodeProgram } from './code-program'
import type { Change } from './draft'
import type { Outcome } from './outcome'
import { type PugLine, pugLines, tagOfLine } from './pug-lines'
import { outdented } from './spans'
import { textOfToken, tokensOf } from './tokens'

const HEAD = /^(if|else if|else|unless|case|when|default|while)\b[ \t]*/

/** The next step to take a feature out of a template of Pug. */
export function pugStep(text: string, forced: Forced): readonly Change[] | undefined {
  const lines = pugLines(text)
  const pug = new PugSteps(text, lines, forced)
  for (const at of lines.keys()) {
    const step = pug.conditional(at) ?? pug.selection(at)
    if (step) return step
  }
  // A constant is used below its line: its uses come first, while it is still a question.
  for (const line of lines.toReversed()) {
    const step = pug.inLine(line)
    if (step) return step
  }
  return undefined
}

class PugSteps {
  private readonly constants: readonly string[]

  constructor(
    private readonly text: string,
    private readonly lines: readonly PugLine[],
    private readonly forced: Forced,
  ) {
    const written = lines.flatMap(
      ({ code }) => /^-\s*(const\s+[\w$]+\s*=.*)$/.exec(code)?.[1] ?? [],
    )
    this.constants = CodeProgram.ofExpression('0', written, forced).isValid ? written : []
  }

  /** `if a`, `else if b`, `else` */
  conditional(at: number): readonly Change[] | undefined {
    const first = this.lines[at]
    const word = first && wordOf(first)
    if (!first || (word !== 'if' && word !== 'unless')) return undefined
    const heads = [at]
    let after = this.bodyEnd(at)
    while (
      this.lines[after]?.indent === first.indent &&
      /^else\b/.test(this.lines[after]?.code ?? '')
    ) {
      heads.push(after)
      after = this.bodyEnd(after)
    }
    const branches = heads.flatMap((head) => this.branch(head))
    const block: Block = {
      branches,
      end: { ...tagOfLine(first), start: this.startOf(after) },
      only: (kept) => {
        const head = kept === undefined ? undefined : heads[kept]
        return this.only(at, head === undefined ? undefined : [head + 1, this.bodyEnd(head)], after)
      },
    }
    return stepOf(this.text, block)
  }

  private branch(at: number): Branch[] {
    const line = this.lines[at]
    if (!line) return []
    const tag = tagOfLine(line)
    const word = wordOf(line)
    if (word === 'else')
      return [{ tag, condition: { text: '', isChanged: false, known: { value: true } } }]
    const start = tag.codeStart + (HEAD.exec(line.code)?.[0].length ?? 0)
    const end = tag.codeStart + line.code.length
    const outcome = this.outcomeOf(this.text.slice(start, end), 'test')
    return [
      {
        tag,
        condition: word === 'unless' ? negated(outcome) : outcome,
        withCondition: (text) => ({ start, end, text }),
        asFirst: () => [{ start: tag.codeStart, end: start, text: 'if ' }],
        asElse: () => [{ start: tag.codeStart, end, text: 'else' }],
      },
    ]
  }

  /** `case variant('x')` */
  selection(at: number): readonly Change[] | undefined {
    const line = this.lines[at]
    if (!line || wordOf(line) !== 'case') return undefined
    const { known, isChanged } = this.outcomeOf(line.code.replace(HEAD, ''), 'value')
    if (!isChanged || !known) return undefined
    const end = this.bodyEnd(at)
    const inside = this.lines[at + 1]?.indent
    const cases = [...this.lines.keys()].filter(
      (one) => one > at && one < end && this.lines[one]?.indent === inside,
    )
    const chosen = this.chosen(cases, known.value)
    if (chosen === undefined) return undefined
    // One without lines below it goes on with the next.
    const shown = cases.find((one) => one >= chosen && this.bodyEnd(one) > one + 1)
    return this.only(at, shown === undefined ? undefined : [shown + 1, this.bodyEnd(shown)], end)
  }

  /** Infinity: no case has the value. Undefined: that is not certain. */
  private chosen(cases: readonly number[], value: unknown): number | undefined {
    let otherwise = Infinity
    for (const at of cases) {
      const code = this.lines[at]?.code ?? ''
      if (/^default$/.test(code)) otherwise = at
      else {
        const [literal, more] = tokensOf(/^when[ \t]+(.*)$/.exec(code)?.[1] ?? '')
        const text = literal && textOfToken(literal)
        if (text === undefined || more) return undefined
        if (text === value) return at
      }
    }
    return otherwise
  }

  /** Lines become some of them, which move to where the first is. */
  private only(
    from: number,
    kept: readonly [number, number] | undefined,
    to: number,
  ): readonly Change[] {
    const [start, end] = [this.startOf(from), this.startOf(to)]
    if (!kept) return [{ start, end }]
    const [bodyStart, bodyEnd] = [this.startOf(kept[0]), this.startOf(kept[1])]
    const outer = this.lines[from]?.indent ?? ''
    return [
      { start, end: bodyStart },
      ...outdented(this.text, bodyStart, bodyEnd, outer, true),
      { start: bodyEnd, end },
    ]
  }

  /** The line behind those that are below a line. */
  private bodyEnd(at: number): number {
    const { indent = '' } = this.lines[at] ?? {}
    const next = this.lines.findIndex((line, i) => i > at && line.indent.length <= indent.length)
    return next < 0 ? this.lines.length : next
  }

  private startOf(at: number): number {
    return this.lines[at]?.start ?? this.text.length
  }

  /** Expressions of a line in which a question is: conditions, `p= a`, attributes, `#{a}`. */
  inLine({ start, end, isText }: PugLine): readonly Change[] | undefined {
    const code = this.text.slice(start, end)
    for (const { index, 0: begin } of code.matchAll(isText ? SHOWN : BEGINNINGS)) {
      const from = start + index + begin.length
      const found = this.longestFrom(from, end)
      if (found?.isChanged) return [{ start: from, end: from + found.length, text: found.text }]
    }
    return undefined
  }

  /** The longest text that is an expression, and what becomes of it. */
  private longestFrom(
    start: number,
    end: number,
  ): (Outcome & { readonly length: number }) | undefined {
    const code = this.text.slice(start, end)
    if (!code.includes(this.forced.feature) && this.constants.length === 0) return undefined
    for (const token of tokensOf(code).toReversed()) {
      const expression = code.slice(0, token.end)
      const program = CodeProgram.ofExpression(expression, this.constants, this.forced)
      const outcome = program.isValid ? program.whole('value') : undefined
      if (outcome) return { ...outcome, length: expression.length }
    }
    return undefined
  }

  private outcomeOf(code: string, use: 'value' | 'test'): Outcome {
    const program = CodeProgram.ofExpression(code, this.constants, this.forced)
    const outcome = program.isValid ? program.whole(use) : undefined
    return outcome ?? { text: code, isChanged: false }
  }
}

/** Where an expression may begin: after the keyword, `=` or `#{` before it, or in brackets. */
const BEGINNINGS =
  /^[ \t]*(?:-[ \t]*|(?:if|else if|unless|case|while)[ \t]+|each[ \t].*?[ \t]in[ \t]+)|(?<![=!<>])!?=(?![=>])[ \t]*|[#!]\{|[(,][ \t]*/g

const SHOWN = /[#!]\{/g

const wordOf = ({ code, isText }: PugLine): string | undefined =>
  isText ? undefined : HEAD.exec(code)?.[1]

const negated = (outcome: Outcome): Outcome =>
  outcome.known ? { ...outcome, known: { value: !outcome.known.value } } : outcome
