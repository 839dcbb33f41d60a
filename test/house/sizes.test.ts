/** Sizes in lines of code: neither blank lines nor comments count, so explaining costs nothing. */
import ts from 'typescript'
import { nodesOf, sourceFiles } from './source-tree'
import type { SourceFile } from './source-tree'

const longestFile = 250
const medianFile = 80
const longestFunction = 40

/**
 * Functions that may be longer, and why splitting them would make them worse: `hash/sha1.ts
 * compress`.
 */
const longOnPurpose: Readonly<Record<string, string>> = {
  'hash/sha1.ts hashBlock':
    'its words are locals: handing them from function to function would double its time',
}

type Span = readonly [first: number, last: number]

/** The lines that hold at least a part of a token. */
function linesOfCode(file: SourceFile, node: ts.Node): Set<number> {
  const lines = new Set<number>()
  const lineAt = (position: number): number =>
    file.tree.getLineAndCharacterOfPosition(position).line
  const visit = (part: ts.Node): void => {
    if (ts.isJSDoc(part)) return
    const children = part.getChildren(file.tree)
    if (children.length > 0) return children.forEach(visit)
    const [first, last]: Span = [lineAt(part.getStart()), lineAt(part.getEnd())]
    if (part.getWidth() > 0) for (let line = first; line <= last; line++) lines.add(line)
  }
  visit(node)
  return lines
}

const hasBody = (node: ts.Node): node is ts.FunctionLikeDeclaration =>
  ts.isFunctionLike(node) && 'body' in node && node.body !== undefined

function nameOf(node: ts.FunctionLikeDeclaration): string {
  if (node.name) return node.name.getText()
  if (ts.isConstructorDeclaration(node)) return 'constructor'
  return 'name' in node.parent && node.parent.name
    ? (node.parent.name as ts.Node).getText()
    : '(unnamed)'
}

const files = sourceFiles()
const sizes = files.map((file) => ({ path: file.path, lines: linesOfCode(file, file.tree).size }))
const functions = files.flatMap((file) =>
  nodesOf(file.tree)
    .filter(hasBody)
    .map((node) => ({ name: `${file.path} ${nameOf(node)}`, lines: linesOfCode(file, node).size })),
)

test(`no file of src has more than ${longestFile} lines of code`, () => {
  expect(sizes.filter(({ lines }) => lines > longestFile)).toEqual([])
})

test(`half of the files of src have at most ${medianFile} lines of code`, () => {
  const sorted = sizes.map(({ lines }) => lines).sort((a, b) => a - b)
  expect(sorted[Math.floor((sorted.length - 1) / 2)]).toBeLessThanOrEqual(medianFile)
})

test(`no function has more than ${longestFunction} lines of code, unless a reason is given here`, () => {
  expect(
    functions.filter(({ name, lines }) => lines > longestFunction && !(name in longOnPurpose)),
  ).toEqual([])
})

test('every function that may be long still is', () => {
  const long = new Set(
    functions.filter(({ lines }) => lines > longestFunction).map(({ name }) => name),
  )
  expect(Object.keys(longOnPurpose).filter((name) => !long.has(name))).toEqual([])
})
