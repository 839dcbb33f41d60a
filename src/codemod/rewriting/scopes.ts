import { nodesIn, parser, type TS } from '../parser'

/** Names that exist only in the block: of let, const, class, functions, types. */
function ownNames({ statements }: TS.Block): readonly string[] {
  const ts = parser()
  return statements.flatMap((statement) => {
    if (ts.isVariableStatement(statement))
      return statement.declarationList.flags & ts.NodeFlags.BlockScoped
        ? statement.declarationList.declarations.flatMap(({ name }) => namesIn(name))
        : []
    const isNamed =
      ts.isFunctionDeclaration(statement) ||
      ts.isClassDeclaration(statement) ||
      ts.isEnumDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement) ||
      ts.isInterfaceDeclaration(statement)
    return isNamed && statement.name ? [statement.name.text] : []
  })
}

const namesIn = (node: TS.Node): readonly string[] =>
  [...nodesIn(node)].flatMap((one) => (parser().isIdentifier(one) ? [one.text] : []))

/** Whether a block has names of its own. */
export const declaresNames = (block: TS.Block): boolean => ownNames(block).length > 0

/**
 * Whether the names of a block mean something else where it would be unwrapped into. Judged by what
 * the names are called: a block too many does no harm.
 */
export function hasClash(
  block: TS.Block,
  replaced: TS.Node,
  holder: TS.Node,
  exits: boolean,
): boolean {
  const own = ownNames(block)
  if (own.length === 0) return false
  const ts = parser()
  const container = ts.isCaseOrDefaultClause(holder) ? holder.parent : holderOf(holder)
  const isOutside = (node: TS.Node): boolean =>
    node.end <= replaced.pos || (!exits && node.pos >= replaced.end)
  return [...nodesIn(container)].some(
    (node) =>
      ts.isIdentifier(node) && own.includes(node.text) && isOutside(node) && !isMember(node),
  )
}

/** The parameters of a function share the scope of its body. */
const holderOf = (holder: TS.Node): TS.Node =>
  holder.parent && parser().isFunctionLike(holder.parent) ? holder.parent : holder

function isMember(name: TS.Identifier): boolean {
  const ts = parser()
  const { parent } = name
  return (
    (ts.isPropertyAccessExpression(parent) && parent.name === name) ||
    (ts.isPropertyAssignment(parent) && parent.name === name)
  )
}

/** Variables of `var` that are declared in what is dropped and used elsewhere. */
export function hoistedFrom(
  dropped: TS.Node,
  around: TS.Node,
  file: TS.SourceFile,
): readonly string[] {
  const names = new Set(varsIn(dropped))
  if (names.size === 0) return []
  const ts = parser()
  const isOutside = (node: TS.Node): boolean => node.end <= dropped.pos || node.pos >= dropped.end
  const isDeclared = new Set<string>()
  const used = new Set<string>()
  for (const node of nodesIn(file)) {
    if (!ts.isIdentifier(node) || !names.has(node.text) || !isOutside(node) || isMember(node))
      continue
    used.add(node.text)
    if (ts.isVariableDeclaration(node.parent) && node.parent.name === node)
      isDeclared.add(node.text)
  }
  void around
  return [...used].filter((name) => !isDeclared.has(name))
}

function varsIn(node: TS.Node): readonly string[] {
  const ts = parser()
  if (ts.isFunctionLike(node)) return []
  const own =
    ts.isVariableDeclarationList(node) && !(node.flags & ts.NodeFlags.BlockScoped)
      ? node.declarations.flatMap(({ name }) => namesIn(name))
      : []
  const inner: string[] = []
  ts.forEachChild(node, (child) => void inner.push(...varsIn(child)))
  return [...own, ...inner]
}

/** Whether what is after an exit declares something that is used before it: functions and `var`. */
export function isNeededLater(rest: readonly TS.Statement[], holder: TS.Node): boolean {
  const ts = parser()
  const names = new Set(
    rest.flatMap((statement) =>
      ts.isFunctionDeclaration(statement) && statement.name
        ? [statement.name.text]
        : varsIn(statement),
    ),
  )
  const [first] = rest
  if (names.size === 0 || first === undefined) return false
  return [...nodesIn(holder)].some(
    (node) => ts.isIdentifier(node) && names.has(node.text) && node.end <= first.pos,
  )
}
