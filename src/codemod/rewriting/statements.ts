import { parser, type TS } from '../parser'
import { isPure, open, written } from './result'
import type { Rewriting } from './rewriting'
import { DROPPED, indentAt, indented, ListText, onLines, type Piece } from './statement-list'
import { clauseStatements } from './switches'
import { declaresNames, hasClash, hoistedFrom, isNeededLater } from './scopes'

/** Rewrites statements: drops those that never run, and unwraps those that always do. */
export class Statements {
  constructor(private readonly rewriter: Rewriting) {}

  /** The text of a list of statements, with what is before the first and after the last. */
  list(statements: readonly TS.Statement[], start: number, end: number, holder: TS.Node): Piece {
    const { answers, script } = this.rewriter
    const text = new ListText()
    let done = start
    let exits = false
    for (const [index, statement] of statements.entries()) {
      const from = statement.getStart(script.tree)
      const piece: Piece = exits ? DROPPED : this.statement(statement, holder)
      text.add(answers.slice(done, from), piece)
      done = statement.end
      const rest = statements.slice(index + 1)
      // What could not be reached before is not for us to drop.
      exits ||= piece.isChanged && piece.exits && !isNeededLater(rest, holder)
    }
    const whole = text.ended(answers.slice(done, end))
    const last = statements.at(-1)
    const exitsAtEnd = exits || (last !== undefined && isExit(last))
    return { text: whole, isChanged: whole !== answers.slice(start, end), exits: exitsAtEnd }
  }

  /** A statement where exactly one may be: the body of a loop, a branch. */
  alone(statement: TS.Statement): string {
    const ts = parser()
    if (ts.isBlock(statement)) return this.rewriter.text(statement)
    const piece = this.statement(statement, undefined)
    return piece.text.trim() === '' && piece.isChanged ? '{}' : piece.text
  }

  /** `holder`: what has the list that it is in; undefined where one statement alone may be. */
  private statement(node: TS.Statement, holder: TS.Node | undefined): Piece {
    const ts = parser()
    if (ts.isIfStatement(node)) return this.conditional(node, holder)
    if (ts.isExpressionStatement(node)) return this.expression(node, holder)
    if (ts.isSwitchStatement(node)) return this.selection(node, holder)
    if (ts.isWhileStatement(node) || ts.isForStatement(node)) return this.loop(node, holder)
    if (ts.isBlock(node)) {
      const start = node.getStart(this.rewriter.script.tree)
      const list = this.list(node.statements, start + 1, node.end - 1, node)
      return { ...list, text: `{${list.text}}` }
    }
    return this.asItIs(node)
  }

  private asItIs(node: TS.Statement): Piece {
    const text = this.rewriter.composed(node)
    return { text, isChanged: !this.rewriter.isSame(node, text), exits: isExit(node) }
  }

  private conditional(node: TS.IfStatement, holder: TS.Node | undefined): Piece {
    const test = this.rewriter.expressions.rewritten(node.expression, 'test')
    if (!test.known) return this.branches(node)
    const chosen = test.known.value ? node.thenStatement : node.elseStatement
    const dropped = test.known.value ? node.elseStatement : node.thenStatement
    return this.instead(node, test.effects, chosen, dropped, holder)
  }

  /** Effects and a branch in the place of a statement. */
  private instead(
    node: TS.Statement,
    effects: readonly string[],
    chosen: TS.Statement | undefined,
    dropped: TS.Node | undefined,
    holder: TS.Node | undefined,
  ): Piece {
    const ts = parser()
    const indent = indentAt(this.rewriter.script.text, node.getStart())
    const hoisted = dropped ? hoistedFrom(dropped, node, this.rewriter.script.tree) : []
    const first = [
      ...(hoisted.length > 0 ? [`var ${hoisted.join(', ')}${this.semicolon}`] : []),
      ...effects.map((effect) => `${effect}${this.semicolon}`),
    ]
    // What runs first must not see the names of the branch.
    const isApart = first.length > 0 && chosen && ts.isBlock(chosen) && declaresNames(chosen)
    const branch = !chosen
      ? DROPPED
      : isApart
        ? this.statement(chosen, undefined)
        : this.unwrapped(chosen, node, holder)
    const parts = [...first, ...(branch.text.trim() === '' ? [] : [branch.text])]
    const text = parts.length === 0 ? '' : onLines(parts, indent)
    const isWrapped = holder === undefined && first.length > 0 && parts.length > 1
    return {
      text: isWrapped ? `{\n${indent}  ${onLines(parts, `${indent}  `)}\n${indent}}` : text,
      isChanged: true,
      exits: branch.exits,
    }
  }

  private unwrapped(chosen: TS.Statement, node: TS.Statement, holder: TS.Node | undefined): Piece {
    const ts = parser()
    const { script } = this.rewriter
    const indent = indentAt(script.text, node.getStart())
    const piece = this.statement(chosen, holder)
    const own = indentAt(script.text, chosen.getStart())
    if (!ts.isBlock(chosen)) return { ...piece, text: indented(piece.text, own, indent) }
    if (holder === undefined || hasClash(chosen, node, holder, piece.exits)) return piece
    // What is in it lands in the holder as well, so that is where its own blocks may clash.
    const inner = this.list(chosen.statements, chosen.getStart() + 1, chosen.end - 1, holder)
    const lines = inner.text.replace(/^[ \t]*\r?\n/, '').trimEnd()
    const from = /^[ \t]*/.exec(lines)?.[0] ?? ''
    const text = indented(lines.trimStart(), from, indent)
    return { ...inner, text, isChanged: true }
  }

  private branches(node: TS.IfStatement): Piece {
    const { rewriter } = this
    const { answers, script } = rewriter
    const start = node.getStart(script.tree)
    const test = rewriter.openText(node.expression)
    const head = answers.slice(start, node.expression.getStart()) + test
    const between = answers.slice(node.expression.end, node.thenStatement.getStart())
    const then = this.branch(node.thenStatement)
    const upToElse = head + between + then.text
    if (node.elseStatement === undefined)
      return { text: upToElse, isChanged: !rewriter.isSame(node, upToElse), exits: false }
    const other = this.branch(node.elseStatement)
    const isGone = other.isChanged && other.text.trim() === ''
    const text = isGone
      ? upToElse
      : upToElse + answers.slice(node.thenStatement.end, node.elseStatement.getStart()) + other.text
    const exits = then.exits && other.exits && !isGone
    return { text, isChanged: !rewriter.isSame(node, text), exits }
  }

  private branch(node: TS.Statement): Piece {
    const piece = this.statement(node, undefined)
    const isThen = parser().isIfStatement(node.parent) && node.parent.thenStatement === node
    return isThen && piece.isChanged && piece.text.trim() === '' ? { ...piece, text: '{}' } : piece
  }

  private expression(node: TS.ExpressionStatement, holder: TS.Node | undefined): Piece {
    const { answers, expressions } = this.rewriter
    const result = expressions.rewritten(node.expression, 'nothing')
    if (!result.isChanged) return { text: answers.sourceOf(node), isChanged: false, exits: false }
    // A name by itself, such as 'use strict', asks nothing.
    if (result.known) return this.instead(node, result.effects, undefined, undefined, holder)
    const whole = open(written(result))
    if (whole.node && isPure(whole.node)) return DROPPED
    const isBlockLike = /^(?:\{|function\b|class\b|let\s*\[|async\s+function\b)/.test(whole.text)
    const text = isBlockLike ? `(${whole.text})` : whole.text
    return {
      text: text + answers.slice(node.expression.end, node.end),
      isChanged: true,
      exits: false,
    }
  }

  private loop(node: TS.WhileStatement | TS.ForStatement, holder: TS.Node | undefined): Piece {
    const ts = parser()
    const condition = ts.isForStatement(node) ? node.condition : node.expression
    const test = condition && this.rewriter.expressions.rewritten(condition, 'test')
    if (!test?.known || test.known.value) return this.asItIs(node)
    if (ts.isWhileStatement(node))
      return this.instead(node, test.effects, undefined, node.statement, holder)
    const isPlain = node.initializer === undefined || isPure(node.initializer)
    if (!isPlain || test.effects.length > 0) return this.asItIs(node)
    return this.instead(node, [], undefined, node.statement, holder)
  }

  private selection(node: TS.SwitchStatement, holder: TS.Node | undefined): Piece {
    const { answers, expressions, script } = this.rewriter
    const asked = expressions.rewritten(node.expression, 'value')
    if (!asked.known || asked.known.isDerived) return this.asItIs(node)
    const found = clauseStatements(node, asked.known.value, answers)
    if (typeof found === 'string') {
      answers.leave(node, found)
      return { text: answers.sourceOf(node), isChanged: false, exits: false }
    }
    const indent = indentAt(script.text, node.getStart())
    const texts = found.map((one) => this.unwrapped(one, node, holder))
    const parts = texts.map(({ text }) => text).filter((text) => text.trim() !== '')
    const effects = asked.effects.map((effect) => effect + this.semicolon)
    const lines = [...effects, ...parts]
    const all = lines.length === 0 ? '' : onLines(lines, indent)
    const text = holder === undefined && all !== '' ? `{\n${indent}${all}\n${indent}}` : all
    return { text, isChanged: true, exits: texts.some(({ exits }) => exits) }
  }

  /** As the file ends its statements. */
  private get semicolon(): string {
    return /;[ \t]*(?:\/\/.*)?$/m.test(this.rewriter.script.text) ? ';' : ''
  }
}

/** Whether a statement always leaves the list that it is in. */
function isExit(node: TS.Statement): boolean {
  const ts = parser()
  if (ts.isBlock(node)) return node.statements.some(isExit)
  if (ts.isIfStatement(node))
    return (
      isExit(node.thenStatement) && node.elseStatement !== undefined && isExit(node.elseStatement)
    )
  return (
    ts.isReturnStatement(node) || ts.isThrowStatement(node) || ts.isBreakOrContinueStatement(node)
  )
}
