import { parser, type TS } from '../parser'
import { literalOf, type Value } from './answer'

/** What becomes of an expression. */
export interface Result {
  readonly text: string
  readonly isChanged: boolean
  /** How tightly it holds together; a looser one needs parentheses where it replaces a tighter one. */
  readonly rank: number
  readonly operator?: string | undefined
  /** Its value is certain. `isDerived`: a constant that only the answer has selected. */
  readonly known?: { readonly value: Value; readonly isDerived: boolean } | undefined
  /** What must still run before it, in order. */
  readonly effects: readonly string[]
  /** The node of the old code that is left of it, without parentheses. */
  readonly node?: TS.Node | undefined
  /** The same without its parentheses. */
  readonly inner?: Result | undefined
}

const PRIMARY = 20
const UNARY = 14

/** How tightly an expression holds together. */
export function rankOf(node: TS.Node): number {
  const ts = parser()
  if (ts.isBinaryExpression(node)) return rankOfOperator(node.operatorToken.getText())
  if (ts.isConditionalExpression(node) || ts.isArrowFunction(node) || ts.isYieldExpression(node))
    return 1
  if (ts.isPrefixUnaryExpression(node) || ts.isAwaitExpression(node) || ts.isTypeOfExpression(node))
    return UNARY
  if (ts.isVoidExpression(node) || ts.isDeleteExpression(node)) return UNARY
  return ts.isAsExpression(node) || ts.isSatisfiesExpression(node) ? 7 : PRIMARY
}

const RANKS: Readonly<Record<string, number>> = {
  ',': 0,
  '??': 2,
  '||': 2,
  '&&': 3,
  '|': 4,
  '^': 5,
  '&': 5.5,
  '+': 9,
  '-': 9,
  '*': 10,
  '/': 10,
  '%': 10,
  '**': 11,
}

function rankOfOperator(operator: string): number {
  if (/^[!=]==?$/.test(operator)) return 6
  if (/^(?:[<>]=?|in|instanceof)$/.test(operator)) return 7
  if (/^(?:<<|>>>?)$/.test(operator)) return 8
  return RANKS[operator] ?? 1
}

export const knownAs = (
  value: Value,
  effects: readonly string[] = [],
  isDerived = false,
): Result => ({
  text: literalOf(value),
  isChanged: true,
  rank: PRIMARY,
  known: { value, isDerived },
  effects,
})

/** An expression that begins with effects, as one text. */
export function written(result: Result): Result {
  if (result.effects.length === 0) return result
  return sequence(result.effects, result)
}

/** What runs first and then an expression, in parentheses. */
export const sequence = (effects: readonly string[], last: Result): Result =>
  effects.length === 0
    ? last
    : {
        text: `(${[...effects, last.text].join(', ')})`,
        isChanged: true,
        rank: PRIMARY,
        effects: [],
      }

/** The text in the place of `old`, in parentheses where others would take a part of it. */
export function placed(result: Result, old: TS.Node): string {
  const whole = written(result)
  if (!whole.isChanged) return whole.text
  const isLooser = whole.rank < rankOf(old)
  return isLooser || mixes(whole, old) ? `(${whole.text})` : whole.text
}

/** `a ?? b || c` is an error of syntax. */
function mixes({ operator }: Result, { parent }: TS.Node): boolean {
  const ts = parser()
  if (operator === undefined || !ts.isBinaryExpression(parent)) return false
  const around = parent.operatorToken.getText()
  return operator === '??'
    ? around === '||' || around === '&&'
    : around === '??' && operator !== '??'
}

/** Without the parentheses around it, for a place in which any expression may be. */
export const open = (result: Result): Result => (result.inner ? open(result.inner) : result)

/** Whether evaluating an expression can do nothing but return its value. */
export function isPure(node: TS.Node): boolean {
  const ts = parser()
  if (ts.isFunctionLike(node)) return true
  if (
    ts.isCallExpression(node) ||
    ts.isNewExpression(node) ||
    ts.isTaggedTemplateExpression(node) ||
    ts.isAwaitExpression(node) ||
    ts.isYieldExpression(node) ||
    ts.isDeleteExpression(node) ||
    ts.isPostfixUnaryExpression(node) ||
    ts.isClassExpression(node) ||
    ts.isSpreadElement(node)
  )
    return false
  if (ts.isPrefixUnaryExpression(node) && /^(\+\+|--)/.test(node.getText())) return false
  if (ts.isBinaryExpression(node) && rankOf(node) === 1) return false
  return ts.forEachChild(node, (child) => (isPure(child) ? undefined : true)) !== true
}

/** Whether an expression is true or false and nothing else. */
export function isBoolean(node: TS.Node): boolean {
  const ts = parser()
  if (ts.isParenthesizedExpression(node)) return isBoolean(node.expression)
  if (ts.isPrefixUnaryExpression(node)) return node.operator === ts.SyntaxKind.ExclamationToken
  if (!ts.isBinaryExpression(node)) return false
  const operator = node.operatorToken.getText()
  if (operator === '&&' || operator === '||') return isBoolean(node.left) && isBoolean(node.right)
  return /^(?:[!=]==?|[<>]=?|in|instanceof)$/.test(operator)
}
