import { isScript } from './files'
import { type CodeFile, Project } from './project'
import { parser, type TS } from './parser'
import { type Question, questionsIn } from './script/questions'
import { textOf, withoutTypes } from './script/names'
import { Script } from './script/script'
import { templateQuestions } from './templates/questions'

/** A place that asks for a feature. Lines and columns count from 1. */
export interface Usage {
  /** Null: the name is known only when the code runs, or all features are meant. */
  readonly feature: string | null
  readonly file: string
  readonly line: number
  readonly column: number
  /** What asks: `isEnabled`, `variant`, `<Feature>`, `@Feature`, `feature` of a template. */
  readonly method: string
  /** The variants that the answer is compared with there. */
  readonly variants: readonly string[]
  /** Whether the file is one of tests. */
  readonly inTest: boolean
}

const MAY_ASK =
  /\b(?:isEnabled|variant|value|decide|explain|details|allEnabled|get(?:Boolean|String|Number|Object)Value|useFeature\w*|useVariant|useValue|Feature)\b/
const TEST = /(?:^|\/)(?:tests?|__tests__|specs?|e2e|cypress)\/|\.(?:test|spec|cy|stories)\.\w+$/

export const isTest = (path: string): boolean => TEST.test(path)

/**
 * Every place of the code that asks for a feature, by file and place.
 *
 * @param asks functions of the application that take a name and ask, such as `isOn`
 * @throws {LiveflagError} LIVEFLAG_MISSING_PACKAGE without ts-morph, when there are scripts
 */
export function usagesOf(
  files: readonly CodeFile[],
  asks: readonly string[] = [],
): readonly Usage[] {
  const project = new Project(files, asks)
  return files.flatMap((file) =>
    isScript(file.path) ? usagesOfScript(file, project) : usagesOfTemplate(file),
  )
}

function usagesOfScript({ path, text }: CodeFile, project: Project): readonly Usage[] {
  // Reading takes much longer than searching, and most files ask nothing.
  if (!MAY_ASK.test(text) && !project.asks.some((name) => text.includes(name))) return []
  // Not the project's, which holds what others import: thousands of trees would fill the memory.
  const script = new Script(path, text)
  return questionsIn(script, project).map((question) => {
    const { node, method, feature } = question
    const start = node.getStart(script.tree)
    const { line, character } = script.tree.getLineAndCharacterOfPosition(start)
    return {
      feature: feature ?? null,
      file: path,
      line: line + 1,
      column: character + 1,
      method,
      variants: variantsAt(question, script, project),
      inTest: isTest(path),
    }
  })
}

/** What an answer is compared with: `=== 'new'`, the cases of a switch, `variant="new"`. */
function variantsAt({ node }: Question, script: Script, project: Project): readonly string[] {
  const ts = parser()
  const outer = outermost(node)
  const { parent } = outer
  if (ts.isBinaryExpression(parent) && /^[!=]==?$/.test(parent.operatorToken.getText())) {
    const other = parent.left === outer ? parent.right : parent.left
    const text = textOf(other, script, project)
    return text === undefined ? [] : [text]
  }
  if (!ts.isSwitchStatement(parent) || parent.expression !== outer) return []
  return parent.caseBlock.clauses.flatMap((clause) =>
    ts.isCaseClause(clause) ? (textOf(clause.expression, script, project) ?? []) : [],
  )
}

function outermost(node: TS.Node): TS.Node {
  return withoutTypes(node.parent) === withoutTypes(node) ? outermost(node.parent) : node
}

function usagesOfTemplate({ path, text }: CodeFile): readonly Usage[] {
  return templateQuestions(path, text).map(({ start, method, feature, variants }) => {
    const before = text.slice(0, start).split('\n')
    return {
      feature: feature ?? null,
      file: path,
      line: before.length,
      column: (before.at(-1)?.length ?? 0) + 1,
      method,
      variants,
      inTest: isTest(path),
    }
  })
}
