import { nodesIn, parser, type TS } from '../parser'
import type { Project } from '../project'
import { isConst } from '../script/names'
import { type Question, questionAt } from '../script/questions'
import type { Script } from '../script/script'
import { answerOf, type Forced } from './answer'
import { literalAt, type Literal, type Use } from './literals'
import { isPure, knownAs, type Result } from './result'

/** A place that stays as it is, and why. */
export interface Left {
  readonly node: TS.Node
  readonly why: string
  /** Whether it certainly asks for the feature; else it may. */
  readonly isCertain: boolean
}

function whyItMayBe({ method, name }: Question): string {
  if (method === 'allEnabled') return 'it has every feature, so this one may be read from it'
  return name === undefined
    ? 'the method is handed to other code, which may ask for this feature'
    : 'the name is known only when the code runs, so it may be this one'
}

/** Which expressions of a file have a value that is certain once the feature is forced. */
export class Answers {
  private readonly leftAt = new Map<TS.Node, Left>()
  private readonly ofSymbols = new Map<TS.Symbol, Result | undefined>()
  private readonly ofFunctions = new Map<TS.Declaration, Result | undefined>()
  private readonly uses = new Map<TS.Symbol, TS.Identifier[]>()
  private readonly source: string

  constructor(
    readonly script: Script,
    readonly project: Project,
    private readonly forced: Forced,
    private readonly rewritten: (node: TS.Node, use: Use) => Result,
  ) {
    this.source = maskedText(script)
    for (const node of nodesIn(script.tree)) {
      if (!parser().isIdentifier(node)) continue
      const symbol = script.symbolOf(node)
      if (symbol) this.uses.set(symbol, [...(this.uses.get(symbol) ?? []), node])
    }
  }

  /** The old text of a node. Line breaks inside of texts are marked. */
  sourceOf(node: TS.Node): string {
    return this.source.slice(node.getStart(this.script.tree), node.end)
  }

  slice(start: number, end: number): string {
    return this.source.slice(start, end)
  }

  literalAt(node: TS.Node): Literal | undefined {
    return literalAt(node, this)
  }

  get left(): readonly Left[] {
    return [...this.leftAt.values()].sort((a, b) => a.node.pos - b.node.pos)
  }

  leave(node: TS.Node, why: string, isCertain = true): void {
    this.leftAt.set(node, { node, why, isCertain })
  }

  knownAt(node: TS.Node): Result | undefined {
    const ts = parser()
    if (ts.isIdentifier(node) || ts.isPropertyAccessExpression(node)) {
      this.questionAt(node)
      return ts.isIdentifier(node) ? this.knownName(node) : this.partOfDecision(node)
    }
    if (!ts.isCallExpression(node)) return undefined
    const question = this.questionAt(node)
    return question ? this.answerTo(question) : this.knownCall(node)
  }

  /** A question about the feature; one that may be about it is left, and reported. */
  questionAt(node: TS.Node): Question | undefined {
    const question = questionAt(node, this.script, this.project)
    if (question === undefined) return undefined
    if (question.feature === this.forced.feature) return question
    if (question.feature === undefined) this.leave(node, whyItMayBe(question), false)
    return undefined
  }

  private answerTo(question: Question): Result | undefined {
    const answer = answerOf(question, this.forced)
    const why = 'why' in answer ? answer.why : whyNot(question)
    if (why === undefined) return 'value' in answer ? knownAs(answer.value) : undefined
    const { parent } = question.node
    // `decide('x').enabled` is answered with what holds it.
    if (
      question.method === 'decide' &&
      parser().isPropertyAccessExpression(parent) &&
      this.partOf(parent.name.text)
    )
      return undefined
    this.leave(question.node, why)
    return undefined
  }

  /** `decide('x').enabled` and `decide('x').variant`. */
  private partOfDecision(node: TS.PropertyAccessExpression): Result | undefined {
    const ts = parser()
    if (node.questionDotToken || !ts.isCallExpression(node.expression)) return undefined
    const method = this.partOf(node.name.text)
    const question = this.questionAt(node.expression)
    if (method === undefined || question?.method !== 'decide' || whyNot(question) !== undefined)
      return undefined
    const answer = answerOf({ method }, this.forced)
    return 'value' in answer ? knownAs(answer.value) : undefined
  }

  private partOf(name: string): string | undefined {
    const method = name === 'enabled' ? 'isEnabled' : name === 'variant' ? 'variant' : undefined
    return method !== undefined && 'value' in answerOf({ method }, this.forced) ? method : undefined
  }

  /** A variable that holds an answer, and nothing else at any time. */
  private knownName(name: TS.Identifier): Result | undefined {
    if (!isRead(name)) return undefined
    const symbol = this.script.symbolOf(name)
    if (symbol === undefined) return undefined
    if (!this.ofSymbols.has(symbol)) {
      // One that leads to itself has no value that is certain.
      this.ofSymbols.set(symbol, undefined)
      this.ofSymbols.set(symbol, this.stored(symbol))
    }
    return this.ofSymbols.get(symbol)
  }

  private stored(symbol: TS.Symbol): Result | undefined {
    const ts = parser()
    const [declaration, another] = symbol.declarations ?? []
    if (!declaration || another || !ts.isVariableDeclaration(declaration)) return undefined
    const { initializer, name } = declaration
    if (!initializer || !ts.isIdentifier(name) || !ts.isVariableDeclarationList(declaration.parent))
      return undefined
    const uses = (this.uses.get(symbol) ?? []).filter((use) => use !== name)
    const isWritten =
      !isConst(declaration) && uses.some((use) => !isRead(use) || use.pos < name.pos)
    if (isWritten || uses.some((use) => ts.isTypeQueryNode(use.parent))) return undefined
    return this.valueOf(initializer)
  }

  /** A call of a function of this file that only returns an answer. */
  private knownCall(node: TS.CallExpression): Result | undefined {
    const ts = parser()
    if (!ts.isIdentifier(node.expression) || node.questionDotToken) return undefined
    const declaration = this.script.declarationOf(node.expression)
    if (declaration === undefined || !node.arguments.every(isPure)) return undefined
    if (!this.ofFunctions.has(declaration)) {
      // One that calls itself, or another that calls it, has no answer that is certain.
      this.ofFunctions.set(declaration, undefined)
      this.ofFunctions.set(declaration, this.valueOf(returnedBy(declaration)))
    }
    return this.ofFunctions.get(declaration)
  }

  /** The value of an expression that is certain, and does nothing when it is evaluated. */
  private valueOf(expression: TS.Expression | undefined): Result | undefined {
    const result = expression && this.rewritten(expression, 'value')
    return result?.known && !result.known.isDerived && result.effects.length === 0
      ? knownAs(result.known.value)
      : undefined
  }
}

/** Why a question cannot be replaced by its answer. */
function whyNot({ node, isSure, rest, method }: Question): string | undefined {
  const ts = parser()
  if (!isSure)
    return 'it is not certain that this asks liveflag; name the function with --asks, or replace it by hand'
  if (!ts.isCallExpression(node)) return undefined
  if (
    node.questionDotToken ||
    (ts.isPropertyAccessExpression(node.expression) && node.expression.questionDotToken)
  )
    return 'it is asked only when there is something to ask (?.), so the answer may be undefined'
  if (!rest.every(isPure)) return 'its overrides do something when they are evaluated'
  if (
    ts.isPropertyAccessExpression(node.expression) &&
    !isPure(node.expression.expression) &&
    !/\bfor\(|\bget\(|useFeatures\(/.test(node.expression.expression.getText())
  )
    return `what ${method} is asked of is the result of a call`
  return undefined
}

/** What a function returns, when that is all that it does. */
function returnedBy(declaration: TS.Declaration): TS.Expression | undefined {
  const ts = parser()
  const made = ts.isVariableDeclaration(declaration)
    ? isConst(declaration)
      ? declaration.initializer
      : undefined
    : declaration
  if (
    !made ||
    !(ts.isFunctionDeclaration(made) || ts.isArrowFunction(made) || ts.isFunctionExpression(made))
  )
    return undefined
  const isPlain =
    !made.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) &&
    !made.asteriskToken &&
    made.parameters.every(({ initializer, name }) => !initializer && ts.isIdentifier(name))
  if (!isPlain || !made.body) return undefined
  if (!ts.isBlock(made.body)) return made.body
  const [only, another] = made.body.statements
  return only && !another && ts.isReturnStatement(only) ? only.expression : undefined
}

/** Whether a name is read there: it is no declaration, no member of something, and not written. */
export function isRead(name: TS.Identifier): boolean {
  const ts = parser()
  const { parent } = name
  if (!ts.isExpression(name) || ts.isTypeNode(parent)) return false
  if ('name' in parent && parent.name === name && !ts.isShorthandPropertyAssignment(parent))
    return false
  if (ts.isBindingElement(parent)) return parent.initializer === name
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent) || ts.isImportClause(parent))
    return false
  if (
    ts.isLabeledStatement(parent) ||
    ts.isBreakOrContinueStatement(parent) ||
    ts.isJsxAttribute(parent)
  )
    return false
  if (ts.isJsxOpeningLikeElement(parent) || ts.isJsxClosingElement(parent)) return false
  return !isTarget(name)
}

/** Whether something is assigned to it, by any way to write that. */
function isTarget(node: TS.Node): boolean {
  const ts = parser()
  const { parent } = node
  if (ts.isBinaryExpression(parent))
    return parent.left === node && /^(?!.*[=!]=)(?!<=|>=).*=$/.test(parent.operatorToken.getText())
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent))
    return /\+\+|--/.test(parent.getText().replace(node.getText(), ''))
  if (ts.isForInStatement(parent) || ts.isForOfStatement(parent)) return parent.initializer === node
  if (ts.isArrayLiteralExpression(parent) || ts.isSpreadElement(parent)) return isTarget(parent)
  if (ts.isShorthandPropertyAssignment(parent) || ts.isPropertyAssignment(parent))
    return isTarget(parent.parent)
  return false
}

/** A mark in the place of line breaks inside of texts, which no indentation may touch. */
export const BREAK = '\uE00A'

/** The text of a file, as long as it was. */
function maskedText({ tree, text }: Script): string {
  const ts = parser()
  const parts: string[] = []
  let done = 0
  for (const node of nodesIn(tree)) {
    const isText =
      ts.isStringLiteralLike(node) ||
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddleOrTemplateTail(node)
    if (!isText) continue
    const start = node.getStart(tree)
    parts.push(text.slice(done, start), text.slice(start, node.end).replaceAll('\n', BREAK))
    done = node.end
  }
  return parts.join('') + text.slice(done)
}
