import { existsSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import ts from 'typescript'
import { filesBelow, root } from './files'

/** One file of src/, its path as the rules write it: `core/json.ts`. */
export interface SourceFile {
  readonly path: string
  readonly tree: ts.SourceFile
}

/** One import or re-export, however it is written. */
export interface Import {
  readonly specifier: string
  readonly line: number
  readonly typeOnly: boolean
  /** `import()` or `require()`: happens when the code is reached, not when the file is loaded. */
  readonly onUse: boolean
  /** The file of src/ that is meant; missing for packages. */
  readonly target?: string
}

export function parse(path: string, text: string): SourceFile {
  const options = {
    languageVersion: ts.ScriptTarget.ES2022,
    jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
  }
  return { path, tree: ts.createSourceFile(path, text, options, true) }
}

/** Every file of code in src/: those of the page, which has tags in its code, end in `.tsx`. */
export function sourceFiles(): SourceFile[] {
  return [...filesBelow('src', '.ts'), ...filesBelow('src', '.tsx')].map((path) =>
    parse(path, readFileSync(join(root, 'src', path), 'utf8')),
  )
}

export function lineOf(file: SourceFile, node: ts.Node): number {
  return file.tree.getLineAndCharacterOfPosition(node.getStart()).line + 1
}

/** Every node of the tree, outermost first. */
export function nodesOf(node: ts.Node): readonly ts.Node[] {
  const nodes: ts.Node[] = []
  const visit = (one: ts.Node): void => {
    nodes.push(one)
    one.forEachChild(visit)
  }
  visit(node)
  return nodes
}

/**
 * What a file of src/ means by a relative specifier: `../core/json` in `sources/file.ts` is
 * `core/json.ts`.
 */
function targetOf(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined
  const path = posix.join(posix.dirname(from), specifier).replace(/\.js$/, '')
  const found = [`${path}/index.ts`, `${path}.tsx`].find((one) =>
    existsSync(join(root, 'src', one)),
  )
  return found ?? `${path}.ts`
}

const isTypeOnlyClause = (clause: ts.ImportClause | undefined): boolean =>
  clause !== undefined &&
  (clause.isTypeOnly ||
    (clause.name === undefined &&
      clause.namedBindings !== undefined &&
      ts.isNamedImports(clause.namedBindings) &&
      clause.namedBindings.elements.every((element) => element.isTypeOnly)))

const isLoadingCall = (node: ts.CallExpression): boolean =>
  node.expression.kind === ts.SyntaxKind.ImportKeyword ||
  (ts.isIdentifier(node.expression) && node.expression.text === 'require')

/** The specifier of an importing node, and how it imports; undefined for every other node. */
function importedBy(
  node: ts.Node,
): { specifier: ts.Node | undefined; typeOnly: boolean; onUse: boolean } | undefined {
  if (ts.isImportDeclaration(node)) {
    return {
      specifier: node.moduleSpecifier,
      typeOnly: isTypeOnlyClause(node.importClause),
      onUse: false,
    }
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
    return { specifier: node.moduleSpecifier, typeOnly: node.isTypeOnly, onUse: false }
  }
  if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) {
    return { specifier: node.moduleReference.expression, typeOnly: node.isTypeOnly, onUse: false }
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return { specifier: node.argument.literal, typeOnly: true, onUse: false }
  }
  if (ts.isCallExpression(node) && isLoadingCall(node)) {
    return { specifier: node.arguments[0], typeOnly: false, onUse: true }
  }
  return undefined
}

export function importsOf(file: SourceFile): Import[] {
  return nodesOf(file.tree).flatMap((node) => {
    const found = importedBy(node)
    if (found?.specifier === undefined || !ts.isStringLiteralLike(found.specifier)) return []
    const specifier = found.specifier.text
    const target = targetOf(file.path, specifier)
    const { typeOnly, onUse } = found
    return [
      {
        specifier,
        line: lineOf(file, node),
        typeOnly,
        onUse,
        ...(target === undefined ? {} : { target }),
      },
    ]
  })
}

/** True when a file only passes on what others declare. */
export function isBarrel(file: SourceFile): boolean {
  const statements = file.tree.statements
  return (
    statements.length > 0 &&
    statements.every((statement) => ts.isExportDeclaration(statement) && statement.moduleSpecifier)
  )
}
