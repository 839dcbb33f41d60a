import fc from 'fast-check'
import type { Format } from '../../../src/live-config/text/entry'
import { LocatedEntry } from '../../../src/live-config/text/located-entry'
import { parseNow } from '../../support/parse-now'

type Case = readonly [
  format: Format,
  text: string,
  path: readonly (string | number)[],
  value: string,
  key: string,
]

/** Lines and columns of the value and of the key that the path ends with. */
const cases: readonly Case[] = [
  ['yaml', 'a: 1\nfeature_x: {users: 5}\n', [], '2:12', '2:1'],
  ['yaml', 'a: 1\nfeature_x: {users: 5}\n', ['users'], '2:20', '2:13'],
  ['yaml', '# n\n\nfeature_x:\n  users:\n    - a\n    - b\n', ['users', 1], '6:7', '6:7'],
  ['yaml', 'feature_x:\n  url:\n    "k": [a, {b: c}]\n', ['url', 'k', 1, 'b'], '3:18', '3:15'],
  ['yaml', 'feature_x:\n- a: 1\n- a: 2\n', [1, 'a'], '3:6', '3:3'],
  ['yaml', 'feature_x:\n  a: 1\n  a: 2\n', ['a'], '3:6', '3:3'],
  ['yaml', 'feature_x:\n  5: a\n', [5], '2:6', '2:3'],
  ['yaml', 'feature_x: &n\n  a: !!str 5\n', ['a'], '2:12', '2:3'],
  ['yaml', 'n: &n {a: 1}\nfeature_x: {b: *n}\n', ['b', 'a'], '2:13', '2:13'],
  ['yaml', 'feature_x:\n', [], '1:1', '1:1'],
  ['yaml', 'feature_x: {a: }\n', ['a'], '1:13', '1:13'],
  ['yaml', 'feature_x: on\n', ['users'], '1:1', '1:1'],
  ['yaml', 'feature_x: {a: {b: 1}}\n', ['a', 'c', 'd'], '1:13', '1:13'],
  ['yaml', 'feature_x: {a: [1]}\n', ['a', 7], '1:13', '1:13'],
  ['yaml', 'feature_x: {é😀: 1, b: 2}\n', ['b'], '1:24', '1:21'],
  ['yaml', '{feature_w: on, feature_x: {a: 1}}', ['a'], '1:32', '1:29'],
  ['yaml', '{"feature_w": "on",\n "feature_x": {"a": 1}}', ['a'], '2:21', '2:16'],
  ['yaml', 'feature_x: \'{"users": 5}\'\n', ['users'], '1:23', '1:14'],
  ['yaml', 'feature_x: \'{"it\'\'s": 1, "users": 5}\'\n', ['users'], '1:35', '1:26'],
  [
    'yaml',
    'feature_x: "{\\"a\\": \\"\\u00e9\\U0001F600\\", \\"users\\": 5}"\n',
    ['users'],
    '1:54',
    '1:43',
  ],
  ['yaml', 'feature_x: |\n  {"a": 1,\n\n    "users": [5, 6]}\n', ['users', 1], '4:18', '4:18'],
  ['yaml', 'feature_x: >- # folded\n  {"a": 1,\n   "users": 5}\n', ['users'], '3:13', '3:4'],
  ['yaml', 'feature_x: \'{"a": 1,\n\n   "users": 5}\'\n', ['users'], '3:13', '3:4'],
  ['yaml', 'feature_x:\n  inner: \'{"users": 5}\'\n', ['inner', 'users'], '2:21', '2:12'],
  ['json', '{"a": 1,\n "feature_x": {"users": 5}}', [], '2:15', '2:2'],
  ['json', '{"a": 1,\n "feature_x": {"users": 5}}', ['users'], '2:25', '2:16'],
  ['json', '{"feature_x": {"users": ["a",\n  "b"]}}', ['users', 1], '2:3', '2:3'],
  ['json', '{"feature_x": {"a": 1, "a": {"b": 2}}}', ['a', 'b'], '1:35', '1:30'],
  ['json', '{"feature_x": {"a": {"b": 1}}}', ['a', 'c'], '1:16', '1:16'],
  ['json', '{"feature_x": {"a": 1}}', ['z'], '1:2', '1:2'],
  ['json', '{"feature_x": 5}', ['z'], '1:2', '1:2'],
  ['json', '{"feature_x": "{\\"a\\": \\"\\u00e9\\", \\"users\\": 5}"}', ['users'], '1:47', '1:36'],
  ['json', '{"feature_x": "not json"}', ['users'], '1:2', '1:2'],
  ['ini', '[live_config]\nfeature_x = {"users": 5}\n', [], '2:13', '2:1'],
  ['ini', '[live_config]\nfeature_x = {"users": 5}\n', ['users'], '2:23', '2:14'],
  [
    'ini',
    '[live_config]\nfeature_x = {"a": 1,\n# note\n    "users": [5,\n  6]}\n',
    ['users', 1],
    '5:3',
    '5:3',
  ],
  ['ini', '[live_config]\nfeature_x =\n  {"users": 5}\n', ['users'], '3:13', '3:4'],
  ['ini', '[live_config]\nfeature_x =\n  {"users": 5}\n', [], '3:3', '2:1'],
  ['ini', '[live_config]\nfeature_x = on\n', ['users'], '2:1', '2:1'],
  ['ini', '[live_config]\nfeature_x =\n', [], '2:1', '2:1'],
  ['ini', '[live_config]\nfeature_x = {"a": "{\\"users\\": 5}"}\n', ['a', 'users'], '2:32', '2:21'],
]

const shown = ({ line, column }: { readonly line: number; readonly column: number }): string =>
  `${line}:${column}`

function entryOf(text: string, format: Format): LocatedEntry {
  const entry = parseNow(text, format).entries.find(({ key }) => key === 'feature_x')
  if (!(entry instanceof LocatedEntry)) throw new Error(`no feature_x in ${text}`)
  return entry
}

describe('the place of a part of an entry', () => {
  test.each(cases)(
    'in %s: %j, path %j: the value at %s, the key at %s',
    (format, text, path, value, key) => {
      const entry = entryOf(text, format)
      expect([
        shown(entry.locate(path)),
        shown(entry.locate(path, 'value')),
        shown(entry.locate(path, 'key')),
      ]).toEqual([value, value, key])
    },
  )

  test.each(cases)(
    'in %s with CRLF and a byte-order mark is the same: %j, path %j',
    (format, text, path, value) => {
      expect(shown(entryOf(`\uFEFF${text.replaceAll('\n', '\r\n')}`, format).locate(path))).toBe(
        value,
      )
    },
  )

  test('is right after lines above it came and went', () => {
    const lines = fc.array(
      fc.constantFrom('# note', '', 'feature_o: {a: [1,\n   2]}', 'feature_p: |\n  x\n\n  y'),
      { maxLength: 5 },
    )
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const text = (above: readonly string[]): string =>
          [...above, 'feature_x: {users: 5}', ''].join('\n')
        const previous = parseNow(text(before), 'yaml')
        const entry = parseNow(text(after), 'yaml', { previous }).entries.find(
          ({ key }) => key === 'feature_x',
        )
        const line = after.join('\n').split('\n').length + (after.length > 0 ? 1 : 0)
        expect(entry?.position).toEqual({ line, column: 1 })
        expect(entry?.locate(['users'])).toEqual({ line, column: 20 })
      }),
    )
  })
})

describe('the place where the JSON in a text is broken', () => {
  test.each([
    ['yaml', 'feature_x: \'{"users": 5\'\n', '1:24', 'the "{" of line 1 is not closed'],
    ['yaml', 'feature_x: |\n  {"a": 1,\n   "users" 5}\n', '3:12', 'the colon after the key'],
    ['yaml', 'feature_x: "{\\"a\\": tru}"\n', '1:21', 'found "tru"'],
    ['json', '{"feature_x": "{\\"a\\": [1,]}"}', '1:27', 'remove the comma'],
    ['ini', '[live_config]\nfeature_x = {"a": 1,\n  "b" 2}\n', '3:7', 'the colon after the key'],
    [
      'ini',
      '[live_config]\nfeature_x = {"a": {"b": 1}\n  \n',
      '2:27',
      'the "{" of line 2 is not closed',
    ],
  ] as const)('in %s: %j is %s', (format, text, place, message) => {
    const { json } = entryOf(text, format)
    const problem = json?.kind === 'not-json' ? json.problem() : undefined
    expect(`${problem?.line}:${problem?.column}`).toBe(place)
    expect(problem?.message).toContain(message)
  })

  test.each(["feature_x: '{}'", 'feature_x: {a: 1}', 'feature_x: "5"'])(
    'is nowhere in %j',
    (text) => {
      expect(entryOf(text, 'yaml').json?.kind).not.toBe('not-json')
    },
  )
})
