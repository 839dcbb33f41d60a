import { parser, type TS } from '../parser'
import type { Project } from '../project'
import type { Script } from '../script/script'
import type { Forced } from './answer'
import { Answers, BREAK } from './answers'
import { Expressions } from './expressions'
import { Elements } from './elements'
import { open, placed, written } from './result'
import type { Rewriting } from './rewriting'
import { Statements } from './statements'

/** Writes a file anew, with a feature forced. Everything that this does not touch stays as it is, byte for byte. */
export class Rewriter implements Rewriting {
  readonly answers: Answers
  readonly expressions: Expressions
  private readonly statements: Statements
  private readonly elements: Elements

  constructor(
    readonly script: Script,
    project: Project,
    readonly forced: Forced,
  ) {
    this.answers = new Answers(script, project, forced, (node, use) =>
      this.expressions.rewritten(node, use),
    )
    this.expressions = new Expressions(
      this.answers,
      (node) => this.elements.replaced(node) ?? this.composed(node),
    )
    this.statements = new Statements(this)
    this.elements = new Elements(this)
  }

  rewritten(): string {
    const { tree } = this.script
    const text = this.statements.list(tree.statements, 0, tree.end, tree).text
    const whole = text === this.answers.slice(0, tree.end) ? text : text.replace(/^\s*\n/, '')
    return whole.replaceAll(BREAK, '\n')
  }

  /** The new text of any node. */
  text(node: TS.Node): string {
    const ts = parser()
    if (ts.isBlock(node) || ts.isModuleBlock(node)) {
      const start = node.getStart(this.script.tree)
      return `{${this.statements.list(node.statements, start + 1, node.end - 1, node).text}}`
    }
    if (ts.isCaseOrDefaultClause(node)) return this.clause(node)
    if (ts.isStatement(node)) return this.statements.alone(node)
    const element = this.elements.replaced(node)
    if (element !== undefined) return element
    if (!ts.isExpression(node)) return this.composed(node)
    if (isOpenPlace(node)) return this.openText(node)
    return this.expressions.placed(node, useAt(node))
  }

  /** A place in which any expression may be needs no parentheses. */
  openText(node: TS.Node): string {
    const ts = parser()
    const result = this.expressions.rewritten(node, useAt(node))
    if (!result.isChanged) return result.text
    // Parentheses of the author stay around what they have put there.
    const whole = ts.isParenthesizedExpression(node) ? written(result) : open(written(result))
    const isBody = ts.isArrowFunction(node.parent) && node.parent.body === node
    return isBody && whole.text.startsWith('{') ? `(${whole.text})` : placed(whole, node)
  }

  private clause(node: TS.CaseOrDefaultClause): string {
    const { statements } = node
    const start = node.getStart(this.script.tree)
    const isCase = parser().isCaseClause(node)
    const head = isCase
      ? this.answers.slice(start, node.expression.getStart()) + this.text(node.expression)
      : ''
    const from = isCase ? node.expression.end : start
    const colon = this.answers.slice(from, statements.pos)
    return head + colon + this.statements.list(statements, statements.pos, node.end, node).text
  }

  /** The old text of a node with its parts rewritten. */
  composed(node: TS.Node): string {
    const ts = parser()
    let text = ''
    let done = node.getStart(this.script.tree)
    const children: TS.Node[] = []
    ts.forEachChild(node, (child) => void children.push(child))
    for (const child of children) {
      const start = child.getStart(this.script.tree)
      if (start < done || child.end <= start) continue
      text += this.answers.slice(done, start) + this.partOf(node, child)
      done = child.end
    }
    return text + this.answers.slice(done, node.end)
  }

  private partOf(node: TS.Node, child: TS.Node): string {
    const ts = parser()
    if (ts.isShorthandPropertyAssignment(node) && child === node.name) {
      const result = this.expressions.rewritten(child, 'value')
      return result.known ? `${node.name.text}: ${placed(result, child)}` : node.name.text
    }
    return this.text(child)
  }

  /** The old text, if nothing of it changes. */
  isSame(node: TS.Node, text: string): boolean {
    return text === this.answers.sourceOf(node)
  }
}

/** What the place of an expression does with it. */
function useAt(node: TS.Node): 'value' | 'test' {
  const ts = parser()
  const { parent } = node
  const isTest =
    ts.isIfStatement(parent) || ts.isWhileStatement(parent) || ts.isDoStatement(parent)
      ? parent.expression === node
      : ts.isConditionalExpression(parent) || ts.isForStatement(parent)
        ? parent.condition === node
        : ts.isPrefixUnaryExpression(parent) && parent.operator === ts.SyntaxKind.ExclamationToken
  return isTest ? 'test' : 'value'
}

function isOpenPlace(node: TS.Node): boolean {
  const ts = parser()
  const { parent } = node
  if (ts.isIfStatement(parent) || ts.isWhileStatement(parent) || ts.isDoStatement(parent))
    return true
  if (ts.isReturnStatement(parent) || ts.isSwitchStatement(parent) || ts.isTemplateSpan(parent))
    return true
  if (ts.isArrowFunction(parent)) return parent.body === node
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent))
    return parent.initializer === node
  return ts.isCallExpression(parent) && parent.expression !== node
}
