import { nodesIn, parser, type TS } from '../parser'
import type { Forced } from '../rewriting/answer'
import { type Block, type Branch, stepOf } from './blocks'
import { CodeProgram } from './code-program'
import type { Change } from './draft'
import type { Engine, Tag } from './engines'
import { isPlain, shownAs } from './outcome'
import { cut } from './spans'

/** The next step to take a feature out of a template of EJS or Eta. */
export function codeStep(
  text: string,
  tags: readonly Tag[],
  engine: Engine,
  forced: Forced,
): readonly Change[] | undefined {
  const program = CodeProgram.ofTags(tags, forced)
  if (!program.isValid) return undefined
  const ts = parser()
  const nodes = [...nodesIn(program.tree)]
  for (const node of nodes) {
    if (!ts.isIfStatement(node) || isElseIf(node)) continue
    const step = blockStep(text, tags, node, program)
    if (step) return step
  }
  const outputs = outputStep(tags, program, engine)
  if (outputs) return outputs
  const changes = changedNodes(program.tree, program)
  return changes.length > 0 ? changes : undefined
}

const isElseIf = ({ parent }: TS.IfStatement): boolean => parser().isIfStatement(parent)

function blockStep(
  text: string,
  tags: readonly Tag[],
  node: TS.IfStatement,
  program: CodeProgram,
): readonly Change[] | undefined {
  const block = blockOf(tags, node, program)
  return block && stepOf(text, block)
}

/** An `if` whose braces are tags of their own; undefined of others. */
function blockOf(
  tags: readonly Tag[],
  node: TS.IfStatement,
  program: CodeProgram,
): Block | undefined {
  const ts = parser()
  const branches: Branch[] = []
  let tag = tagAt(tags, program.rangeOf(node.expression)?.start, FIRST)
  let statement: TS.Statement | undefined = node
  while (statement && ts.isIfStatement(statement)) {
    if (!tag || !ts.isBlock(statement.thenStatement)) return undefined
    branches.push(branchOf(tag, statement.expression, program))
    const after = program.lastOf(statement.thenStatement)
    statement = statement.elseStatement
    tag = tagAt(tags, after, !statement ? END : ts.isIfStatement(statement) ? ELSE_IF : ELSE)
  }
  if (!tag) return undefined
  if (!statement) return { branches, end: tag }
  const end = tagAt(tags, program.lastOf(statement), END)
  const otherwise = { tag, condition: { text: '', isChanged: false, known: { value: true } } }
  return end && { branches: [...branches, otherwise], end }
}

const FIRST = /^if\s*\([\s\S]*\)\s*\{$/
const ELSE_IF = /^\}\s*else\s+if\s*\([\s\S]*\)\s*\{$/
const ELSE = /^\}\s*else\s*\{$/
const END = /^\}\s*;?$/

/** The tag at a place of the template, if it is nothing but what it is to be. */
function tagAt(tags: readonly Tag[], at: number | undefined, form: RegExp): Tag | undefined {
  const tag = tags.find(({ start, end }) => at !== undefined && start < at && at < end)
  return tag && !tag.isOutput && form.test(tag.code.trim()) ? tag : undefined
}

function branchOf(tag: Tag, node: TS.Expression, program: CodeProgram): Branch {
  const range = program.rangeOf(node) ?? { start: tag.codeStart, end: tag.codeStart }
  const start = tag.codeStart + (/^\s*/.exec(tag.code)?.[0].length ?? 0)
  const end = tag.codeStart + tag.code.trimEnd().length
  const lead = /^\}\s*else\s+/.exec(tag.code.trim())?.[0].length ?? 0
  return {
    tag,
    condition: program.outcomeOf(node, 'test'),
    withCondition: (text) => ({ ...range, text }),
    asFirst: () => [{ start, end: start + lead }],
    asElse: () => [{ start, end, text: '} else {' }],
  }
}

/** `<%= variant('x') %>` */
function outputStep(
  tags: readonly Tag[],
  program: CodeProgram,
  engine: Engine,
): readonly Change[] | undefined {
  const changes = tags.flatMap((tag): Change[] => {
    const node = tag.isOutput ? program.outputOf(tag) : undefined
    const outcome = node && program.outcomeOf(node, 'value')
    const range = node && program.rangeOf(node)
    if (!outcome?.isChanged || !range) return []
    const { known, text } = outcome
    const isBare = tag.trimsBefore === 'nothing' && tag.trimsAfter !== 'all'
    return isBare && known && isPlain(known.value)
      ? [{ start: tag.start, end: tag.end, text: shownAs(known.value, undefinedIn(engine)) }]
      : [{ ...range, text }]
  })
  return changes.length > 0 ? changes : undefined
}

const undefinedIn = ({ name }: Engine): string => (name === 'Eta' ? 'undefined' : '')

/** The outermost expressions and statements of one tag each that change. */
function changedNodes(node: TS.Node, program: CodeProgram): readonly Change[] {
  const ts = parser()
  const range = program.rangeOf(node)
  if (range && (ts.isExpression(node) || ts.isStatement(node))) {
    const text = unwrapped(program.textOf(node), node)
    return text === node.getText(program.tree) ? [] : [{ ...range, text }]
  }
  const children: TS.Node[] = []
  ts.forEachChild(node, (child) => void children.push(child))
  return children.flatMap((child) => changedNodes(child, program))
}

/** What is left of an `if` without its braces, where no name of it may clash. */
const unwrapped = (text: string, node: TS.Node): string =>
  parser().isIfStatement(node) &&
  text.startsWith('{') &&
  !/\b(?:const|let|class|function)\b/.test(text)
    ? text.slice(1, -1).trim()
    : text

const CONSTANT =
  /^\s*-?\s*(?:const|let|var)\s+([\w$]+)\s*=\s*(?:true|false|undefined|'[^'\n]*')\s*;?\s*$/

/** Tags that only hold an answer that nothing uses any more. */
export function unusedConstant(
  text: string,
  tags: readonly Tag[],
  before: ReadonlySet<string>,
): readonly Change[] | undefined {
  for (const tag of tags) {
    const [, name] = CONSTANT.exec(tag.code) ?? []
    if (name === undefined || before.has(tag.code.trim())) continue
    const uses = tags.filter(({ code }) =>
      new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(code),
    )
    if (uses.length === 1) return [cut(text, { first: tag, last: tag })]
  }
  return undefined
}
