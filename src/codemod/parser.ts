import type { ts as TS } from 'ts-morph'
import { loadOptional } from '../runtime/optional-package'

export type { TS }

let loaded: typeof TS | undefined

/**
 * The compiler that ts-morph brings, whatever compiler the application has or lacks. Loaded when it
 * is first asked for.
 *
 * @throws {LiveflagError} LIVEFLAG_MISSING_PACKAGE
 */
export function parser(): typeof TS {
  loaded ??= loadOptional(
    'reading code',
    'ts-morph',
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- an optional peer, loaded on use
    () => (require('ts-morph') as { readonly ts: typeof TS }).ts,
  )
  return loaded
}

/** Reads a file of TypeScript, JavaScript or JSX. A text that is not valid has `problemsOf` it. */
export function parsed(path: string, text: string): TS.SourceFile {
  const ts = parser()
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, kindOf(path))
}

/** Files of JavaScript may hold JSX whatever they are called. */
function kindOf(path: string): TS.ScriptKind {
  const { ScriptKind } = parser()
  if (/\.[cm]?ts$/.test(path)) return ScriptKind.TS
  return path.endsWith('.tsx') ? ScriptKind.TSX : ScriptKind.JSX
}

/** What the parser says is wrong with a text; empty when it is valid. */
export const problemsOf = (tree: TS.SourceFile): readonly string[] =>
  // Not in the types of the package, though every version has it.
  (tree as unknown as { readonly parseDiagnostics: readonly TS.Diagnostic[] }).parseDiagnostics.map(
    ({ messageText }) => parser().flattenDiagnosticMessageText(messageText, ' '),
  )

/** A node and all below it, in the order of the text. */
export function* nodesIn(node: TS.Node): Generator<TS.Node> {
  yield node
  const children: TS.Node[] = []
  parser().forEachChild(node, (child) => void children.push(child))
  for (const child of children) yield* nodesIn(child)
}
