import ts from 'typescript'
import { declarationsOf } from '../../src/export/declarations'
import type { TypedFeature } from '../../src/export/typed-feature'

const feature = (name: string, rest: Partial<TypedFeature> = {}): TypedFeature => ({
  name,
  metadata: {},
  variants: [],
  values: [],
  ...rest,
})

test('the order of the features changes no byte', () => {
  const [a, b] = [feature('a'), feature('b')]
  expect(declarationsOf([b, a], 'live.yaml')).toBe(declarationsOf([a, b], 'live.yaml'))
})

test('JsonValue is imported when a type needs it, not when a comment says it', () => {
  const described = feature('a', { metadata: { description: 'a JsonValue' } })
  expect(declarationsOf([described], 'x')).not.toContain('import')
  expect(declarationsOf([feature('a', { values: [{}] })], 'x')).toContain(
    "import type { JsonValue } from 'liveflag'",
  )
})

test('names, variants and notes of somebody hostile stay texts', () => {
  const hostile = "*/ } x: any; '\n\u2028`${"
  const text = declarationsOf(
    [
      feature(hostile, {
        metadata: { description: hostile, owner: [hostile], expires: { a: hostile } },
        variants: [hostile],
        values: [{ [hostile]: hostile }],
      }),
      feature('__proto__'),
      feature('constructor'),
    ],
    hostile,
  )
  const source = ts.createSourceFile('x.d.ts', text, ts.ScriptTarget.ES2022, true)
  const [, module] = source.statements
  const members: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isInterfaceDeclaration(node))
      members.push(...node.members.map(({ name }) => (name as ts.StringLiteral).text))
    ts.forEachChild(node, visit)
  }
  visit(source)
  expect(source.statements).toHaveLength(2)
  expect(module && ts.isModuleDeclaration(module)).toBe(true)
  expect(members).toEqual([hostile, '__proto__', 'constructor'])
  expect(ts.transpileModule(text, { reportDiagnostics: true }).diagnostics).toEqual([])
})
