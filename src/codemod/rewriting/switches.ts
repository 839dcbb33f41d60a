import { nodesIn, parser, type TS } from '../parser'
import type { Value } from './answer'
import type { Answers } from './answers'

/**
 * The statements that a switch runs for a value, through the cases that fall through; or why they
 * cannot be said.
 */
export function clauseStatements(
  node: TS.SwitchStatement,
  value: Value,
  answers: Answers,
): readonly TS.Statement[] | string {
  const ts = parser()
  const { clauses } = node.caseBlock
  const values = clauses.map((clause) =>
    ts.isCaseClause(clause) ? answers.literalAt(clause.expression) : undefined,
  )
  if (clauses.some((clause, index) => ts.isCaseClause(clause) && !values[index]))
    return 'a case of it is not a constant'
  const found = values.findIndex((one) => one !== undefined && !one.isNull && one.value === value)
  const from = found >= 0 ? found : clauses.findIndex((clause) => ts.isDefaultClause(clause))
  if (from < 0) return []
  const statements: TS.Statement[] = []
  for (const statement of clauses.slice(from).flatMap((clause) => withoutBlock(clause))) {
    if (ts.isBreakStatement(statement) && !statement.label) break
    statements.push(statement)
    if (
      ts.isReturnStatement(statement) ||
      ts.isThrowStatement(statement) ||
      ts.isContinueStatement(statement)
    )
      break
  }
  if (statements.some((statement) => hasBreak(statement)))
    return 'a break inside of a statement ends it, so its cases cannot be unwrapped'
  const dropped = clauses
    .flatMap((clause) => clause.statements)
    .filter((one) => !statements.includes(one))
  return declaresFor(dropped, statements) ? 'its cases share variables' : statements
}

/** `case 'x': { … break }`: the block ends with the break of the switch. */
function withoutBlock({ statements }: TS.CaseOrDefaultClause): readonly TS.Statement[] {
  const ts = parser()
  const [only, another] = statements
  if (!only || another || !ts.isBlock(only)) return statements
  const last = only.statements.at(-1)
  const ends = last !== undefined && ts.isBreakStatement(last) && !last.label
  const isPlain = only.statements.every(
    (one) =>
      !ts.isVariableStatement(one) && !ts.isFunctionDeclaration(one) && !ts.isClassDeclaration(one),
  )
  return ends && isPlain ? only.statements : statements
}

/** Whether a break in there is of the switch. */
function hasBreak(node: TS.Node): boolean {
  const ts = parser()
  if (ts.isBreakStatement(node)) return !node.label
  if (ts.isFunctionLike(node) || ts.isIterationStatement(node, false) || ts.isSwitchStatement(node))
    return false
  return ts.forEachChild(node, (child) => (hasBreak(child) ? true : undefined)) === true
}

function declaresFor(dropped: readonly TS.Statement[], kept: readonly TS.Statement[]): boolean {
  const ts = parser()
  const names = new Set(
    dropped.flatMap((statement) =>
      ts.isVariableStatement(statement)
        ? statement.declarationList.declarations.map(({ name }) => name.getText())
        : [],
    ),
  )
  return (
    names.size > 0 &&
    kept.some((statement) =>
      [...nodesIn(statement)].some((node) => ts.isIdentifier(node) && names.has(node.text)),
    )
  )
}
