import { parser, type TS } from '../parser'
import type { Project } from '../project'
import type { Script } from './script'

/** How many constants may lead to each other. */
const DEEPEST = 8

/**
 * The text that an expression always is: a literal, a constant, a member of an enum or of an object
 * of constants, also of another file. Undefined when that cannot be known without running it.
 */
export function textOf(
  node: TS.Node,
  script: Script,
  project: Project,
  depth = 0,
): string | undefined {
  const ts = parser()
  if (depth > DEEPEST) return undefined
  const inner = withoutTypes(node)
  if (ts.isStringLiteralLike(inner)) return inner.text
  if (ts.isIdentifier(inner)) {
    const found = constantOf(inner, script, project)
    return found && textOf(found.node, found.script, project, depth + 1)
  }
  const member = memberOf(inner, script, project)
  return member && textOf(member.node, member.script, project, depth + 1)
}

interface Found {
  readonly node: TS.Node
  readonly script: Script
}

/** The expression without parentheses, `as const` and the like. */
export function withoutTypes(node: TS.Node): TS.Node {
  const ts = parser()
  const isWrapped =
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isTypeAssertionExpression(node)
  return isWrapped ? withoutTypes(node.expression) : node
}

/** What a name is declared as: the value of a constant, an enum, or the same of the file it is imported from. */
function constantOf(name: TS.Identifier, script: Script, project: Project): Found | undefined {
  const ts = parser()
  const declaration = script.declarationOf(name)
  if (declaration === undefined) return undefined
  if (ts.isEnumDeclaration(declaration)) return { node: declaration, script }
  if (ts.isImportSpecifier(declaration)) return importedConstant(declaration, script, project)
  if (!ts.isVariableDeclaration(declaration) || !isConst(declaration)) return undefined
  return declaration.initializer && { node: declaration.initializer, script }
}

export function isConst(declaration: TS.VariableDeclaration): boolean {
  const ts = parser()
  return (
    ts.isVariableDeclarationList(declaration.parent) &&
    (declaration.parent.flags & ts.NodeFlags.Const) !== 0
  )
}

function importedConstant(
  specifier: TS.ImportSpecifier,
  script: Script,
  project: Project,
): Found | undefined {
  const ts = parser()
  const from = specifier.parent.parent.parent.moduleSpecifier
  const path = ts.isStringLiteral(from) ? project.imported(script.path, from.text) : undefined
  if (path === undefined) return undefined
  const other = project.script(path)
  const name = (specifier.propertyName ?? specifier.name).text
  for (const statement of other.tree.statements) {
    if (ts.isEnumDeclaration(statement) && statement.name.text === name)
      return { node: statement, script: other }
    if (!ts.isVariableStatement(statement)) continue
    const [found] = statement.declarationList.declarations.filter(
      (one) => ts.isIdentifier(one.name) && one.name.text === name && isConst(one),
    )
    if (found?.initializer) return { node: found.initializer, script: other }
  }
  return undefined
}

/** `FLAGS.search` and `FLAGS['search']` of an enum, or of an object that is written `as const`. */
function memberOf(node: TS.Node, script: Script, project: Project): Found | undefined {
  const ts = parser()
  const isAccess = ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)
  if (!isAccess || node.questionDotToken) return undefined
  const key = ts.isPropertyAccessExpression(node)
    ? node.name.text
    : textOf(node.argumentExpression, script, project, 1)
  const owner = ts.isIdentifier(node.expression)
    ? constantOf(node.expression, script, project)
    : memberOf(node.expression, script, project)
  if (key === undefined || owner === undefined) return undefined
  const value = valueAt(owner.node, key)
  return value && { node: value, script: owner.script }
}

function valueAt(owner: TS.Node, key: string): TS.Node | undefined {
  const ts = parser()
  const named = (name: TS.PropertyName | undefined): boolean =>
    name !== undefined && (ts.isIdentifier(name) || ts.isStringLiteral(name)) && name.text === key
  if (ts.isEnumDeclaration(owner)) return owner.members.find(({ name }) => named(name))?.initializer
  const object = frozenObject(owner)
  const property = object?.properties.find((one) => named(one.name))
  return property && ts.isPropertyAssignment(property) ? property.initializer : undefined
}

/** The object of `{ … } as const` or `Object.freeze({ … })`: its members are never assigned anew. */
function frozenObject(node: TS.Node): TS.ObjectLiteralExpression | undefined {
  const ts = parser()
  if (ts.isAsExpression(node) && node.type.getText() === 'const') return objectOf(node.expression)
  if (ts.isSatisfiesExpression(node)) return frozenObject(node.expression)
  if (ts.isCallExpression(node) && node.expression.getText() === 'Object.freeze')
    return node.arguments[0] && objectOf(node.arguments[0])
  return objectOf(node, true)
}

function objectOf(node: TS.Node, mustBeNested = false): TS.ObjectLiteralExpression | undefined {
  const ts = parser()
  if (!ts.isObjectLiteralExpression(node)) return undefined
  // An object inside a frozen one.
  return mustBeNested && !ts.isPropertyAssignment(node.parent) ? undefined : node
}
