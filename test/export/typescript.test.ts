import ts from 'typescript'
import type { JsonValue } from '../../src/core/json'
import { comment, keyText, literal, typeOfValues } from '../../src/export/typescript'

test.each<[JsonValue[], string]>([
  [[], 'never'],
  [[1, 2.5], 'number'],
  [['a', 1, true, null], 'boolean | number | string | null'],
  [[[]], 'readonly JsonValue[]'],
  [[[1], ['a']], 'readonly (number | string)[]'],
  [[{}], '{ readonly [key: string]: JsonValue }'],
  [[{ a: 1 }, { a: 'x', b: null }], '{ readonly a: number | string; readonly b?: null }'],
  [[{ 'odd key': [{ a: 1 }] }], "{ readonly 'odd key': readonly { readonly a: number }[] }"],
])('%j has the type %s', (values, type) => {
  expect(typeOfValues(values)).toBe(type)
})

test('what is too deep or too large is JSON', () => {
  const deep = JSON.parse('{"a":'.repeat(40) + '1' + '}'.repeat(40)) as JsonValue
  expect(typeOfValues([deep])).toMatch(/readonly a: JsonValue( })+$/)
  const many = Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`k${i}`, i]))
  expect(typeOfValues([many])).toBe('{ readonly [key: string]: JsonValue }')
})

const HOSTILE = [
  `it's "quoted" \\ and \\" so on`,
  '\\',
  "'; declare const x: any; '",
  'line\nbreak\u2028and\u2029more',
  '\u202eright to left',
  '${a} `b`',
  '*/ export const x = 1 /*',
  '\ud800',
]

test.each(HOSTILE)('a literal is the text itself: %j', (text) => {
  const source = ts.createSourceFile('x.ts', `type X = ${literal(text)}`, ts.ScriptTarget.ES2022)
  const [statement] = source.statements
  if (!statement || !ts.isTypeAliasDeclaration(statement)) throw new Error('no type')
  const { type } = statement
  if (!ts.isLiteralTypeNode(type) || !ts.isStringLiteral(type.literal)) throw new Error('no text')
  expect(source.statements).toHaveLength(1)
  expect(type.literal.text).toBe(text)
})

test.each([
  ['plain_1', 'plain_1'],
  ['odd-name', "'odd-name'"],
  ['1st', "'1st'"],
  ['', "''"],
  ['класс', "'класс'"],
])('the key %s is written %s', (key, written) => {
  expect(keyText(key)).toBe(written)
})

test.each([
  [[], []],
  [['one'], ['/** one */']],
  [
    ['one\r\ntwo', ' ', '@deprecated'],
    ['/**', ' * one', ' * two', ' * \\@deprecated', ' */'],
  ],
  [['a */ b'], ['/** a *\\/ b */']],
  [['\u202eturned'], ['/** \\u{202e}turned */']],
])('the lines %j are the comment %j', (lines, written) => {
  expect(comment(lines, '')).toEqual(written)
})
