import { parser, type TS } from '../parser'
import type { Answers } from './answers'
import type { Literal, Use } from './literals'
import {
  isBoolean,
  isPure,
  knownAs,
  open,
  placed,
  rankOf,
  type Result,
  sequence,
  written,
} from './result'

/** Rewrites expressions. */
export class Expressions {
  /** Parts are asked for again by what holds them, at each level. */
  private readonly results: Readonly<Record<Use, WeakMap<TS.Node, Result>>> = {
    value: new WeakMap(),
    test: new WeakMap(),
    nothing: new WeakMap(),
  }

  constructor(
    private readonly answers: Answers,
    /** The text of a node whose parts are rewritten, and nothing else. */
    private readonly composed: (node: TS.Node) => string,
  ) {}

  rewritten(node: TS.Node, use: Use): Result {
    const memory = this.results[use]
    const result = memory.get(node) ?? this.rewrittenAnew(node, use)
    memory.set(node, result)
    return result
  }

  private rewrittenAnew(node: TS.Node, use: Use): Result {
    const ts = parser()
    const known = this.answers.knownAt(node)
    if (known) return known
    if (ts.isParenthesizedExpression(node)) return this.parenthesised(node, use)
    if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken)
      return this.negated(node)
    if (ts.isConditionalExpression(node)) return this.conditional(node, use)
    if (ts.isBinaryExpression(node)) return this.binary(node, use)
    if (ts.isNonNullExpression(node) || ts.isAwaitExpression(node))
      return this.passedOn(node, node.expression)
    if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) return this.typed(node)
    if (ts.isCallExpression(node) && node.expression.getText() === 'Boolean' && node.arguments[0])
      return this.converted(node, node.arguments[0])
    return this.asItIs(node)
  }

  /** The text of an expression in its place. */
  placed(node: TS.Node, use: Use): string {
    return placed(this.rewritten(node, use), node)
  }

  private asItIs(node: TS.Node): Result {
    const text = this.composed(node)
    const operator = parser().isBinaryExpression(node) ? node.operatorToken.getText() : undefined
    return {
      text,
      isChanged: text !== this.answers.sourceOf(node),
      rank: rankOf(node),
      operator,
      effects: [],
      node,
    }
  }

  private parenthesised(node: TS.ParenthesizedExpression, use: Use): Result {
    const inner = this.rewritten(node.expression, use)
    const isSelected = inner.isChanged && inner.node !== node.expression
    if (inner.known || (isSelected && written(inner).rank >= 14 && !spansLines(node))) return inner
    const { text } = written(inner)
    const source = this.answers.sourceOf(node)
    const old = this.answers.sourceOf(node.expression)
    const at = source.indexOf(old)
    return {
      text: source.slice(0, at) + text + source.slice(at + old.length),
      isChanged: inner.isChanged,
      rank: rankOf(node),
      effects: [],
      node: inner.node,
      inner: written(inner),
    }
  }

  private negated(node: TS.PrefixUnaryExpression): Result {
    const inner = this.rewritten(node.operand, 'test')
    if (inner.known) return knownAs(!inner.known.value, inner.effects, inner.known.isDerived)
    if (!inner.isChanged) return this.asItIs(node)
    return {
      text: `!${placed(inner, node.operand)}`,
      isChanged: true,
      rank: rankOf(node),
      effects: [],
    }
  }

  /** `x!` and `await x` are what x is, where that is known. */
  private passedOn(node: TS.Node, inner: TS.Node): Result {
    const result = this.rewritten(inner, 'value')
    return result.known ? result : this.asItIs(node)
  }

  /** The type that somebody asserted stays, unless the value decides something itself. */
  private typed(node: TS.AsExpression | TS.SatisfiesExpression): Result {
    const result = this.rewritten(node.expression, 'value')
    if (!result.known) return this.asItIs(node)
    const type = this.answers.sourceOf(node).slice(node.expression.end - node.getStart())
    return { ...result, text: result.text + type, rank: rankOf(node) }
  }

  private converted(node: TS.CallExpression, given: TS.Node): Result {
    const result = this.rewritten(given, 'test')
    if (!result.known) return this.asItIs(node)
    return knownAs(Boolean(result.known.value), result.effects, result.known.isDerived)
  }

  private conditional(node: TS.ConditionalExpression, use: Use): Result {
    const test = this.rewritten(node.condition, 'test')
    if (!test.known) return this.asItIs(node)
    const chosen = test.known.value ? node.whenTrue : node.whenFalse
    return this.after(test.effects, this.selected(chosen, use))
  }

  /** A part that an answer has selected; a literal has a value that is certain as well. */
  private selected(node: TS.Node, use: Use): Result {
    const result = this.rewritten(node, use)
    const value = result.known ? undefined : this.answers.literalAt(node)
    const marked = { ...result, isChanged: true }
    return value === undefined
      ? marked
      : { ...marked, known: { value: value.value, isDerived: true } }
  }

  private after(effects: readonly string[], result: Result): Result {
    if (result.known) return { ...result, effects: [...effects, ...result.effects] }
    return effects.length === 0 ? result : sequence(effects, open(result))
  }

  private binary(node: TS.BinaryExpression, use: Use): Result {
    const operator = node.operatorToken.getText()
    if (operator === '&&' || operator === '||' || operator === '??')
      return this.logical(node, operator, use)
    if (/^[!=]==?$/.test(operator)) return this.compared(node, operator)
    return operator === ',' ? this.inOrder(node, use) : this.asItIs(node)
  }

  private inOrder(node: TS.BinaryExpression, use: Use): Result {
    const last = this.rewritten(node.right, use)
    const first = this.rewritten(node.left, 'nothing')
    if (!first.known && !last.known) return this.asItIs(node)
    const effects = first.known ? first.effects : [placed(first, node.left)]
    return this.after(effects, { ...last, isChanged: true })
  }

  private logical(node: TS.BinaryExpression, operator: '&&' | '||' | '??', use: Use): Result {
    const left = this.rewritten(
      node.left,
      operator === '??' ? 'value' : use === 'nothing' ? 'test' : use,
    )
    if (left.known) {
      const { value } = left.known
      const goesOn =
        operator === '&&' ? Boolean(value) : operator === '||' ? !value : value === undefined
      return goesOn ? this.after(left.effects, this.selected(node.right, use)) : left
    }
    const right = this.rewritten(node.right, use)
    if (!right.known || operator === '??') return this.joined(node, left, right)
    return this.endingIn(node, left, right, operator, use)
  }

  /** `a() && true` and the like, of which only the right side is known. */
  private endingIn(
    node: TS.BinaryExpression,
    left: Result,
    right: Result,
    operator: '&&' | '||',
    use: Use,
  ): Result {
    const { known } = right
    if (known === undefined) return this.joined(node, left, right)
    if (right.effects.length > 0) {
      const [only] = right.effects
      const text = right.effects.length === 1 ? only : `(${right.effects.join(', ')})`
      return use === 'nothing'
        ? this.joined(node, left, {
            ...right,
            text: text ?? '',
            rank: 1,
            effects: [],
            known: undefined,
          })
        : this.joined(node, left, right)
    }
    if (use === 'nothing') return knownAs(undefined, effectsOf(node.left, left))
    const isTruth = use === 'test' || (typeof known.value === 'boolean' && isBoolean(node.left))
    if (!isTruth) return this.joined(node, left, right)
    const isNeutral = Boolean(known.value) === (operator === '&&')
    if (isNeutral) return { ...left, isChanged: true }
    return knownAs(operator === '||', effectsOf(node.left, left))
  }

  private joined(node: TS.BinaryExpression, left: Result, right: Result): Result {
    if (!left.isChanged && !right.isChanged) return this.asItIs(node)
    const source = this.answers.sourceOf(node)
    const start = node.getStart()
    const between = source.slice(node.left.end - start, node.right.getStart() - start)
    return {
      text: placed(left, node.left) + between + placed(right, node.right),
      isChanged: true,
      rank: rankOf(node),
      operator: node.operatorToken.getText(),
      effects: [],
      node,
    }
  }

  private compared(node: TS.BinaryExpression, operator: string): Result {
    const left = this.rewritten(node.left, 'value')
    const right = this.rewritten(node.right, 'value')
    const values = [this.valueOf(left, node.left), this.valueOf(right, node.right)]
    const [one, other] = values
    if (!left.known && !right.known) return this.asItIs(node)
    if (!one || !other) return this.joined(node, left, right)
    // null and undefined are the same for == alone.
    if (operator.length === 3 && (one.isNull || other.isNull))
      return knownAs(operator === '!==', [...left.effects, ...right.effects])
    const isEqual = one.value === other.value
    return knownAs(isEqual === operator.startsWith('='), [...left.effects, ...right.effects])
  }

  private valueOf(result: Result, node: TS.Node): Literal | undefined {
    return result.known ?? this.answers.literalAt(node)
  }
}

/** Parentheses over lines are there for the layout. */
const spansLines = (node: TS.Node): boolean => /^\(\s*\n/.test(node.getText())

/** What must still run of an expression whose value is not needed. */
const effectsOf = (node: TS.Node, result: Result): readonly string[] =>
  isPure(node) ? [] : [result.rank < 1 ? `(${result.text})` : result.text]
