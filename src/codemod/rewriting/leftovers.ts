import { nodesIn, parser, type TS } from '../parser'
import { isReceiver } from '../script/questions'
import { Script } from '../script/script'
import { isPure } from './result'
import { DROPPED, ListText } from './statement-list'

/** How often what is dropped may leave something else unused. */
const MOST_ROUNDS = 20

/**
 * Drops what nobody uses any more: imports, variables and functions of the file that had a use
 * before. Parameters stay, and so does what does something when it is evaluated.
 */
export function tidied(before: Script, text: string): string {
  const unusedBefore = new Set(unusedIn(before, () => true).map(({ name }) => name))
  let current = text
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const script = new Script(before.path, current)
    const unused = unusedIn(script, isDroppable).filter(({ name }) => !unusedBefore.has(name))
    const next = withoutDeclarations(script, new Set(unused.map(({ node }) => node)))
    if (next === current) return current
    current = next
  }
  return current
}

interface Declared {
  readonly name: string
  readonly node: TS.Declaration
}

function unusedIn(
  script: Script,
  isWanted: (node: TS.Declaration, script: Script) => boolean,
): readonly Declared[] {
  const ts = parser()
  const used = new Set<TS.Symbol>()
  const declared: (Declared & { readonly symbol: TS.Symbol })[] = []
  for (const node of nodesIn(script.tree)) {
    if (!ts.isIdentifier(node)) continue
    const symbol = script.symbolOf(node)
    if (!symbol) continue
    const declaration = declarationNamedBy(node)
    if (!declaration) used.add(symbol)
    else if (isWanted(declaration, script))
      declared.push({ name: node.text, node: declaration, symbol })
  }
  return declared.filter(({ symbol }) => !used.has(symbol) && symbol.declarations?.length === 1)
}

function declarationNamedBy(name: TS.Identifier): TS.Declaration | undefined {
  const ts = parser()
  const { parent } = name
  const isName = 'name' in parent && parent.name === name
  return isName &&
    (ts.isImportSpecifier(parent) ||
      ts.isImportClause(parent) ||
      ts.isNamespaceImport(parent) ||
      ts.isVariableDeclaration(parent) ||
      ts.isBindingElement(parent) ||
      ts.isFunctionDeclaration(parent))
    ? parent
    : undefined
}

function isDroppable(node: TS.Declaration, script: Script): boolean {
  const ts = parser()
  if (ts.isFunctionDeclaration(node)) return !node.modifiers?.length
  if (ts.isImportSpecifier(node) || ts.isImportClause(node) || ts.isNamespaceImport(node))
    return true
  if (ts.isBindingElement(node)) {
    const list = node.parent.parent
    return (
      ts.isObjectBindingPattern(node.parent) &&
      !node.parent.elements.some(({ dotDotDotToken }) => dotDotDotToken) &&
      ts.isVariableDeclaration(list) &&
      isDroppableValue(list, script)
    )
  }
  return (
    ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && isDroppableValue(node, script)
  )
}

function isDroppableValue(
  { initializer, parent }: TS.VariableDeclaration,
  script: Script,
): boolean {
  const ts = parser()
  if (!ts.isVariableDeclarationList(parent) || !ts.isVariableStatement(parent.parent)) return false
  if (parent.parent.modifiers?.length) return false
  if (!initializer || isPure(initializer) || isReceiver(initializer, script)) return true
  return ts.isCallExpression(initializer) && initializer.expression.getText() === 'require'
}

function withoutDeclarations(script: Script, gone: ReadonlySet<TS.Declaration>): string {
  if (gone.size === 0) return script.text
  const rendered = new Without(script, gone).text(script.tree)
  return rendered.replace(/^\s*\n/, '')
}

/** The text of a file without some of its declarations. */
class Without {
  constructor(
    private readonly script: Script,
    private readonly gone: ReadonlySet<TS.Node>,
  ) {}

  text(node: TS.Node): string {
    const ts = parser()
    if (ts.isSourceFile(node)) return this.list(node.statements, 0, node.end)
    // The blanks that it begins with are a part of it.
    if (ts.isJsxText(node)) return this.script.text.slice(node.pos, node.end)
    if (ts.isBlock(node) || ts.isModuleBlock(node))
      return `{${this.list(node.statements, node.getStart() + 1, node.end - 1)}}`
    if (ts.isCaseOrDefaultClause(node)) {
      const start = node.statements.pos
      return (
        this.script.text.slice(node.getStart(), start) + this.list(node.statements, start, node.end)
      )
    }
    const parts = partsOf(node)
    return parts?.some((part) => this.isGone(part)) ? this.fewer(node, parts) : this.composed(node)
  }

  private list(statements: readonly TS.Statement[], start: number, end: number): string {
    const text = new ListText()
    let done = start
    for (const statement of statements) {
      const from = statement.getStart(this.script.tree)
      const before = this.script.text.slice(done, from)
      text.add(
        before,
        this.isGone(statement)
          ? DROPPED
          : { text: this.text(statement), isChanged: false, exits: false },
      )
      done = statement.end
    }
    return text.ended(this.script.text.slice(done, end))
  }

  private isGone(node: TS.Node): boolean {
    const ts = parser()
    if (this.gone.has(node) && !ts.isImportClause(node)) return true
    if (ts.isVariableStatement(node))
      return node.declarationList.declarations.every((one) => this.isGone(one))
    if (ts.isVariableDeclaration(node))
      return ts.isObjectBindingPattern(node.name) && this.areAllGone(node.name.elements)
    if (ts.isImportDeclaration(node)) return this.isClauseGone(node.importClause)
    return ts.isNamedImports(node) && this.areAllGone(node.elements)
  }

  private areAllGone(nodes: readonly TS.Node[]): boolean {
    return nodes.length > 0 && nodes.every((one) => this.isGone(one))
  }

  private isClauseGone(clause: TS.ImportClause | undefined): boolean {
    if (!clause) return false
    const isNameGone = !clause.name || this.gone.has(clause)
    return (
      isNameGone &&
      (!clause.namedBindings || this.isGone(clause.namedBindings)) &&
      Boolean(clause.name ?? clause.namedBindings)
    )
  }

  /** A list in braces or of declarators without some of its parts. */
  private fewer(node: TS.Node, parts: readonly TS.Node[]): string {
    const { text } = this.script
    const start = node.getStart()
    const kept = parts.filter((part) => !this.isGone(part))
    const [first] = parts
    const last = parts.at(-1)
    if (!first || !last) return this.composed(node)
    const glue = parts[1] ? text.slice(first.end, parts[1].getStart()) : ', '
    return (
      text.slice(start, first.getStart()) +
      kept.map((part) => this.text(part)).join(glue) +
      text.slice(last.end, node.end)
    )
  }

  private composed(node: TS.Node): string {
    let text = ''
    let done = node.getStart(this.script.tree)
    const ts = parser()
    const children: TS.Node[] = []
    ts.forEachChild(node, (child) => void children.push(child))
    if (ts.isImportClause(node)) return this.clause(node)
    for (const child of children) {
      const start = ts.isJsxText(child) ? child.pos : child.getStart(this.script.tree)
      if (start < done) continue
      text += this.script.text.slice(done, start) + this.text(child)
      done = child.end
    }
    return text + this.script.text.slice(done, node.end)
  }

  private clause(node: TS.ImportClause): string {
    const { name, namedBindings } = node
    const type = /^type\s+/.exec(node.getText())?.[0] ?? ''
    const shown = [
      ...(name && !this.gone.has(node) ? [name.text] : []),
      ...(namedBindings && !this.isGone(namedBindings) ? [this.text(namedBindings)] : []),
    ]
    return type + shown.join(', ')
  }
}

function partsOf(node: TS.Node): readonly TS.Node[] | undefined {
  const ts = parser()
  if (ts.isNamedImports(node) || ts.isObjectBindingPattern(node)) return node.elements
  return ts.isVariableDeclarationList(node) ? node.declarations : undefined
}
