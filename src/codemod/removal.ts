import { posix } from 'node:path'
import { isScript } from './files'
import { nodesIn, parser, problemsOf } from './parser'
import { type CodeFile, Project } from './project'
import { Script } from './script/script'
import { removedFromTemplate } from './templates/removed'
import { type Forced, forcedAs } from './rewriting/answer'
import { removedFromScript } from './rewriting/script'

/** A file that changes. */
export interface ChangedFile {
  readonly path: string
  readonly before: string
  readonly after: string
}

/** A place that stays, with its line and column from 1. */
export interface LeftPlace {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly why: string
  /** Whether it certainly asks for the feature; else it may, and only running the code tells. */
  readonly isCertain: boolean
}

/** What a removal does to the code. */
export interface Removal {
  readonly changed: readonly ChangedFile[]
  readonly left: readonly LeftPlace[]
  /** Files that were imported before, and are not any more. */
  readonly unimported: readonly string[]
}

/**
 * Takes a feature out of code: every question is replaced by its answer, and what becomes of no use
 * goes with it. Where that is not certain the place stays, and is reported. Nothing is written.
 *
 * @param as `on`, `off`, or the name of the variant that everybody has from now on
 * @param asks functions of the application that take a name and ask, such as `isOn`
 * @example removal(files, 'new_cart', 'on').changed[0]?.after
 * @throws {LiveflagError} LIVEFLAG_MISSING_PACKAGE without ts-morph, when there are scripts
 */
export function removal(
  files: readonly CodeFile[],
  feature: string,
  as: string,
  asks: readonly string[] = [],
): Removal {
  const project = new Project(files, asks)
  const forced = forcedAs(feature, as)
  const changed: ChangedFile[] = []
  const left: LeftPlace[] = []
  for (const file of files.filter(mayAsk)) {
    const result = isScript(file.path) ? inScript(file, project, forced) : inTemplate(file, forced)
    left.push(...result.left)
    if (result.after !== undefined && result.after !== file.text)
      changed.push({ path: file.path, before: file.text, after: result.after })
  }
  return { changed, left, unimported: unimported(changed, files, project) }
}

interface InFile {
  readonly after?: string
  readonly left: readonly LeftPlace[]
}

function inScript(file: CodeFile, project: Project, forced: Forced): InFile {
  const { text, left, script } = removedFromScript(file, project, forced)
  const places = left.map(({ node, why, isCertain }) => {
    const { line, character } = script.tree.getLineAndCharacterOfPosition(node.getStart())
    return { file: file.path, line: line + 1, column: character + 1, why, isCertain }
  })
  const [problem] = text === file.text ? [] : problemsOf(new Script(file.path, text).tree)
  if (problem === undefined) return { after: text, left: places }
  const why = `the file cannot be read as code (${problem}); it stays as it is`
  return { left: [...places, { file: file.path, line: 1, column: 1, why, isCertain: true }] }
}

const MAY_ASK =
  /\b(?:isEnabled|variant|value|decide|explain|details|allEnabled|get(?:Boolean|String|Number|Object)Value|useFeature\w*|useVariant|useValue|[Ff]eatures?|flags)\b/

const mayAsk = ({ text }: CodeFile): boolean => MAY_ASK.test(text)

function inTemplate({ path, text }: CodeFile, forced: Forced): InFile {
  const removed = removedFromTemplate(path, text, forced)
  const left = removed.left.map(({ at, why, isCertain }) => {
    const before = text.slice(0, at).split('\n')
    const column = (before.at(-1)?.length ?? 0) + 1
    return { file: path, line: before.length, column, why, isCertain }
  })
  return { after: removed.text, left }
}

/** Files of the project that changed files imported before and that nobody imports now. */
function unimported(
  changed: readonly ChangedFile[],
  files: readonly CodeFile[],
  project: Project,
): readonly string[] {
  const scripts = changed.filter(({ path }) => isScript(path))
  const candidates = new Set(
    scripts.flatMap(({ path, before }) => importsOf(path, before, project)),
  )
  for (const { path, after } of scripts)
    for (const kept of importsOf(path, after, project)) candidates.delete(kept)
  const changedPaths = new Set(changed.map(({ path }) => path))
  for (const { path, text } of files) {
    if (candidates.size === 0) break
    if (changedPaths.has(path) || !isScript(path)) continue
    for (const used of importsOf(path, text, project)) candidates.delete(used)
  }
  return [...candidates].sort()
}

/** The files that a script imports, by any way to write that. */
function importsOf(path: string, text: string, project: Project): readonly string[] {
  const ts = parser()
  const { tree } = new Script(posix.normalize(path), text)
  return [...nodesIn(tree)].flatMap((node) => {
    if (!ts.isStringLiteralLike(node) || !node.text.startsWith('.')) return []
    const { parent } = node
    const isImport =
      ts.isImportDeclaration(parent) ||
      ts.isExportDeclaration(parent) ||
      ts.isExternalModuleReference(parent) ||
      ts.isCallExpression(parent)
    return (isImport && project.imported(path, node.text)) || []
  })
}
