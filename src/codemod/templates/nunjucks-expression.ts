import type { Value } from '../rewriting/answer'
import type { Outcome } from './outcome'
import { textOfToken, type Token, tokensOf, topLevel } from './tokens'

/** The question that begins with a token of a list, and what it answers from now on. */
export type FindAnswer = (tokens: readonly Token[], at: number) => FoundAnswer | undefined

export interface FoundAnswer {
  readonly value: Value
  /** How many tokens it takes. */
  readonly length: number
}

type Operator = 'or' | 'and'
const COMPARED = /^[=!]==?$/

/** An expression of Nunjucks, with a feature forced. */
export class NunjucksExpression {
  constructor(
    private readonly code: string,
    private readonly findAnswer: FindAnswer,
  ) {}

  /** @param isTest whether only its truth counts */
  whole(isTest: boolean): Outcome {
    const tokens = tokensOf(this.code)
    const [first] = tokens
    const last = tokens.at(-1)
    if (!first || !last) return { text: this.code, isChanged: false }
    const outcome = this.inline(tokens, isTest)
    const text = this.code.slice(0, first.start) + outcome.text + this.code.slice(last.end)
    return { ...outcome, text: outcome.isChanged ? text : this.code }
  }

  /** `a if b else c` */
  private inline(tokens: readonly Token[], isTest: boolean): Outcome {
    const [at] = topLevel(tokens, (text) => text === 'if')
    if (at === undefined || at === 0) return this.logical(tokens, isTest)
    const [other = tokens.length] = topLevel(tokens, (text) => text === 'else')
    const test = this.logical(tokens.slice(at + 1, other), true)
    if (test.known) {
      if (test.known.value) return changed(this.logical(tokens.slice(0, at), isTest))
      return other < tokens.length
        ? changed(this.inline(tokens.slice(other + 1), isTest))
        : { text: '""', isChanged: true, known: { value: '' } }
    }
    return this.joined(tokens, [
      [0, at, this.logical(tokens.slice(0, at), isTest)],
      [at + 1, other, test],
      [other + 1, tokens.length, this.inline(tokens.slice(other + 1), isTest)],
    ])
  }

  private logical(tokens: readonly Token[], isTest: boolean): Outcome {
    const operators = topLevel(tokens, (text) => text === 'or' || text === 'and')
    const ors = operators.filter((at) => tokens[at]?.text === 'or')
    // What binds least is taken apart first.
    const at = ors.at(-1) ?? operators.at(-1)
    if (at === undefined) return this.negated(tokens, isTest)
    const operator: Operator = tokens[at]?.text === 'or' ? 'or' : 'and'
    const left = this.logical(tokens.slice(0, at), isTest)
    const right = this.logical(tokens.slice(at + 1), isTest)
    const decides = (value: Value): boolean => Boolean(value) === (operator === 'or')
    if (left.known) return decides(left.known.value) ? left : changed(right)
    if (right.known && isTest) return decides(right.known.value) ? right : changed(left)
    return this.joined(tokens, [
      [0, at, left],
      [at + 1, tokens.length, right],
    ])
  }

  private negated(tokens: readonly Token[], isTest: boolean): Outcome {
    if (tokens[0]?.text !== 'not') return this.compared(tokens, isTest)
    const inner = this.negated(tokens.slice(1), true)
    if (inner.known) return literal(!inner.known.value)
    return this.joined(tokens, [[1, tokens.length, inner]])
  }

  private compared(tokens: readonly Token[], isTest: boolean): Outcome {
    const [at, another] = topLevel(tokens, (text) => COMPARED.test(text))
    if (at === undefined || another !== undefined) return this.operand(tokens, isTest)
    const sides = [tokens.slice(0, at), tokens.slice(at + 1)]
    const [left, right] = sides.map((side) => this.operand(side, false))
    if (!left || !right || !(left.known || right.known)) return this.operand(tokens, isTest)
    const [one, other] = [left, right].map(
      (side, index) => side.known ?? literalOf(sides[index] ?? []),
    )
    if (!one || !other)
      return this.joined(tokens, [
        [0, at, left],
        [at + 1, tokens.length, right],
      ])
    return literal((one.value === other.value) === (tokens[at]?.text ?? '').startsWith('='))
  }

  private operand(tokens: readonly Token[], isTest: boolean): Outcome {
    const found = this.findAnswer(tokens, 0)
    if (found?.length === tokens.length) return literal(found.value)
    if (tokens[0]?.text === '(' && closedAt(tokens) === tokens.length - 1) {
      const inner = this.inline(tokens.slice(1, -1), isTest)
      const left = tokensOf(inner.text)
      if (inner.known || left.length === 1) return inner
      if (inner.isChanged && left[0]?.text === '(' && closedAt(left) === left.length - 1)
        return inner
      return this.joined(tokens, [[1, tokens.length - 1, inner]])
    }
    return this.withAnswers(tokens)
  }

  /** What is not understood keeps its form; only the questions in it become literals. */
  private withAnswers(tokens: readonly Token[]): Outcome {
    const parts: Part[] = []
    for (let at = 0; at < tokens.length; at++) {
      const found = this.findAnswer(tokens, at)
      const group = found ? 0 : this.groupAt(tokens, at)
      if (group > 0)
        parts.push([at + 1, at + group, this.inline(tokens.slice(at + 1, at + group), false)])
      at += group
      if (!found) continue
      parts.push([at, at + found.length, literal(found.value)])
      at += found.length - 1
    }
    return this.joined(tokens, parts)
  }

  /** How long the brackets are that begin there around an expression, and no arguments; else 0. */
  private groupAt(tokens: readonly Token[], at: number): number {
    const isGroup = tokens[at]?.text === '(' && !/[\w$)\]]$/.test(tokens[at - 1]?.text ?? '')
    return isGroup ? Math.max(closedAt(tokens.slice(at)), 0) : 0
  }

  /** The text of tokens, of which some parts are new. */
  private joined(tokens: readonly Token[], parts: readonly Part[]): Outcome {
    const [first] = tokens
    const last = tokens.at(-1)
    if (!first || !last) return { text: '', isChanged: false }
    let text = ''
    let done = first.start
    for (const [from, to, outcome] of parts) {
      const [start, end] = [tokens[from]?.start, tokens[to - 1]?.end]
      if (start === undefined || end === undefined || from >= to) continue
      text += this.code.slice(done, start) + outcome.text
      done = end
    }
    const isChanged = parts.some(([, , outcome]) => outcome.isChanged)
    return { text: text + this.code.slice(done, last.end), isChanged }
  }
}

/** Tokens from one to another, and what becomes of them. */
type Part = readonly [from: number, to: number, outcome: Outcome]

const changed = (outcome: Outcome): Outcome => ({ ...outcome, isChanged: true })

const literal = (value: Value): Outcome => ({
  text: typeof value === 'string' ? `"${value}"` : value === undefined ? 'none' : String(value),
  isChanged: true,
  known: { value },
})

/** What a single token is worth. */
function literalOf(tokens: readonly Token[]): { readonly value: Value } | undefined {
  const [only, another] = tokens
  if (!only || another) return undefined
  const value = textOfToken(only)
  if (value !== undefined) return { value }
  if (only.text === 'true' || only.text === 'false') return { value: only.text === 'true' }
  return undefined
}

/** Where the bracket closes that the first token opens. */
function closedAt(tokens: readonly Token[]): number {
  let depth = 0
  return tokens.findIndex(({ text }) => {
    if (/^[([{]$/.test(text)) depth++
    if (/^[)\]}]$/.test(text)) depth--
    return depth === 0
  })
}
