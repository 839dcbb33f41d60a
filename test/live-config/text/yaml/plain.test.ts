import fc from 'fast-check'
import type { JsonValue } from '../../../../src/core/json'
import type { Path } from '../../../../src/core/problem'
import { Anchors, readPiece } from '../../../../src/live-config/text/yaml/value'
import { PlainReader } from '../../../../src/live-config/text/yaml/plain'
import { atOnce, TimeSlice } from '../../../../src/runtime/time-slice'
import { yamlEntry } from '../../parse-arbitraries'
import { parseNow } from '../../../support/parse-now'
import { sized } from '../../../support/long-run'

const parse = (text: string) => parseNow(text, 'yaml')

/** What is read without the library; undefined when anything is not plain. */
function plain(text: string) {
  const reader = new PlainReader(text, new TimeSlice(), () => undefined)
  const members = atOnce(reader.members(0))
  return members && { members, problems: reader.problems.map(({ code, offset }) => [code, offset]) }
}

function byLibrary(text: string) {
  const { members, problems, fatal } = readPiece(text, new Anchors())
  return fatal ?? { members, problems: problems.map(({ code, offset }) => [code, offset]) }
}

const indent = fc.constantFrom('', ' ', '  ', '    ', '\t')
const piece = fc.constantFrom(
  'a: 1\n',
  'b:\n',
  '- x\n',
  '- a: 1\n',
  '- - y\n',
  '-\n',
  "'k k': v\n",
  '"q": [a, b]\n',
  'c: {a: 1, b: }\n',
  'd: [\n',
  'e, f]\n',
  ']\n',
  '}\n',
  'x, "y" ,\n',
  'g: a b # note\n',
  '# note\n',
  '\n',
  'h: 0x1f\n',
  'i: -5\n',
  'j: 1e3\n',
  'k: .5\n',
  'l: "a\\n\\u0041"\n',
  "m: 'it''s'\n",
  'n: a: b\n',
  'o: a#b\n',
  'p: http://x.y/z?q=1#f\n',
  'q: [a:b, c#d, e f, http://x]\n',
  'r: |\n',
  's: "x\n',
  'y"\n',
  't: ~\n',
  'u: [1, -2, 0.5, null, true, ~]\n',
  'w: {"a":1,b:2}\n',
  'x: &a b\n',
  '? z\n',
  'a:\n',
  'text\n',
  'v: [a,\n',
  'w: {a: [b, {c: d}]}\n',
  'x: -\n',
  'y: - a\n',
  'z: [- a]\n',
  'a: 017\n',
  'b: +5\n',
  'c: [a b , c]\n',
  'd: [a, b,]\n',
  'e: [a,, b]\n',
  'f: a,b]\n',
  '<<: {a: 1}\n',
  '__proto__: 1\n',
)
const jumble = fc
  .array(fc.tuple(indent, piece), { maxLength: 8 })
  .map((lines) => `feature_a:\n${lines.map(([space, line]) => `  ${space}${line}`).join('')}`)

describe('plain YAML', () => {
  test('means what the library says it means, or is left to it', () => {
    fc.assert(
      fc.property(fc.oneof(jumble, yamlEntry), (text) => {
        const found = /^[\w"']/.test(text) ? plain(text) : undefined
        if (found) expect(found).toEqual(byLibrary(text))
      }),
      { numRuns: sized(1500, 30_000) },
    )
  })

  test.each<[string, JsonValue]>([
    [
      '[a, "b", \'c\', 5, -0.5, true, null, ~, a b, http://x.y/z, x#y]',
      ['a', 'b', 'c', 5, -0.5, true, null, null, 'a b', 'http://x.y/z', 'x#y'],
    ],
    ['{a: 1, "b":2, c: [x, {d: }]} # note', { a: 1, b: 2, c: ['x', { d: null }] }],
    ['\n  - a\n  - b: 1\n    c: 2\n  -\n    - d', ['a', { b: 1, c: 2 }, ['d']]],
    ['\n- a\n- b', ['a', 'b']],
    ['\n  a: [\n    x,\n    y # note\n  ]', { a: ['x', 'y'] }],
    ['\n  __proto__: 1\n  "x": 2', JSON.parse('{"__proto__": 1, "x": 2}') as JsonValue],
    ['"caf\\u00e9 \\"x\\""', 'café "x"'],
  ])('is read without the library: %j', (text, value) => {
    expect(plain(`feature_a: ${text}\n`)?.members.map((member) => member.value)).toEqual([value])
  })
})

/** A list so long that the entry is read by lines. */
const ids = Array.from({ length: 1000 }, (_, i) => `user${i}`)

describe('a long entry', () => {
  test.each([
    ['list', `feature_a:\n  users:\n${ids.map((id) => `    - ${id}\n`).join('')}`],
    ['flow list', `feature_a: {users: [${ids.join(', ')}]}\n`],
    [
      'flow list on many lines',
      `feature_a:\n  users: [\n${ids.map((id) => `    ${id},\n`).join('')}  ]\n`,
    ],
    ['list of quoted texts', `feature_a:\n  users:\n${ids.map((id) => `  - "${id}"\n`).join('')}`],
  ])('as a %s has the value that it has as JSON', (_how, text) => {
    expect(parse(text)).toMatchObject({ problems: [], entries: [{ value: { users: ids } }] })
  })

  test('leaves to the library what is not plain, and places its problems', () => {
    const text = `feature_a:\n  users: &u\n${ids.map((id) => `    - ${id}\n`).join('')}  note: |\n    text: x\n  bad: .inf\nfeature_b:\n  users: *u\n`
    const { entries, problems } = parse(text.replace(' &u', '').replace('*u', '[x]'))
    expect(entries[0]?.value).toEqual({ users: ids, note: 'text: x\n', bad: null })
    expect(problems).toMatchObject([{ feature: 'a', code: 'bad-type', line: 1005, column: 8 }])
  })

  test('is refused alone when it can be read by the library only, and with the place', () => {
    const text = `feature_a:\n  users: [${ids.map((id) => `!!str ${id}`).join(', ')}]\n`
    const long = `${text}${text.replaceAll('!!str', '!!str  ').slice('feature_a:\n'.length).replace('users', 'more')}`
    const { entries, problems, fatal } = parse(`${long}feature_b: on\n`)
    expect([fatal, entries.at(-1)]).toMatchObject([undefined, { key: 'feature_b', value: 'on' }])
    expect(problems).toMatchObject([
      {
        code: 'too-large',
        feature: 'a',
        line: 2,
        column: 11,
        message: expect.stringContaining('5000 words'),
      },
    ])
  })

  const rules = ids.map((id) => `    - condition: {id: ${id}}\n      force: [1, {a: 2}]\n`).join('')
  test.each<[Path, 'key' | 'value', string]>([
    [[], 'value', '2:3'],
    [['rules'], 'key', '2:3'],
    [['rules', 999], 'value', '2001:7'],
    [['rules', 999, 'condition'], 'key', '2001:7'],
    [['rules', 999, 'condition', 'id'], 'value', '2001:23'],
    [['rules', 999, 'force', 1, 'a'], 'key', '2002:19'],
    [['rules', 2000], 'value', '2:3'],
    [['note', 'x'], 'key', '2004:5'],
    [['note', 'x', 0], 'value', '2004:12'],
    [['nothing'], 'value', '1:1'],
  ])('knows the place of %j (%s)', (path, target, place) => {
    const { entries } = parse(`feature_a:\n  rules:\n${rules}  note: !!map\n    x: &y [1]\n`)
    const { line, column } = entries[0]?.locate(path, target) ?? {}
    expect(`${line}:${column}`).toBe(place)
  })
})
