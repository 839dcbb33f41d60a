/**
 * docs/errors.md has a row for every code that liveflag reports or throws, and for nothing else.
 */
import ts from 'typescript'
import { codeWords, rowsOf } from './markdown'
import { sourceFiles } from './source-tree'

const page = 'docs/errors.md'

/** The members of a union of texts that a file of src/ declares. */
function membersOf(path: string, union: string): string[] {
  const file = sourceFiles().find((candidate) => candidate.path === path)
  const declared = file?.tree.statements.find(
    (statement) => ts.isTypeAliasDeclaration(statement) && statement.name.text === union,
  )
  if (declared === undefined || !ts.isTypeAliasDeclaration(declared))
    throw new Error(`src/${path} declares no type ${union}`)
  const members = ts.isUnionTypeNode(declared.type) ? declared.type.types : [declared.type]
  return members.map((member) => {
    if (ts.isLiteralTypeNode(member) && ts.isStringLiteral(member.literal))
      return member.literal.text
    throw new Error(`${union} has a member that is no text: ${member.getText()}`)
  })
}

describe.each([
  ['problem', 'core/problem.ts', 'ProblemCode'],
  ['error', 'core/errors.ts', 'ErrorCode'],
])('the %s codes of src/%s', (heading, path, union) => {
  const rows = rowsOf(page, heading)
  const documented = rows.flatMap(([cell]) => codeWords(cell))

  test(`are the rows of the tables headed "${heading}", each once`, () => {
    expect([...documented].sort()).toEqual(membersOf(path, union).sort())
  })

  test('have every cell of their row filled', () => {
    expect(rows.filter((cells) => cells.some((cell) => cell === ''))).toEqual([])
  })
})

test('a problem is an error, a warning, or either', () => {
  const severities = rowsOf(page, 'problem').map(([code, severity]) => [code, severity])
  expect(
    severities.filter(([, severity]) => !/^(error|warning|error or warning)$/.test(severity ?? '')),
  ).toEqual([])
})
