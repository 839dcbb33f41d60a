/** Which entries two texts write in another way: found by the lines that differ, as if all were compared. */
import fc from 'fast-check'
import { changedEntries, entryTexts, readText } from '../../src/editing/edit-text'
import type { Format } from '../../src/index'
import { sized } from '../support/long-run'

/** Every entry of both texts compared. */
function compared(before: string, after: string, format: Format) {
  const [old, next] = [entryTexts(before, format), entryTexts(after, format)]
  return [...new Set([...old.keys(), ...next.keys()])].sort().flatMap((feature) => {
    const entry = { feature, before: old.get(feature) ?? null, after: next.get(feature) ?? null }
    return entry.before === entry.after ? [] : [entry]
  })
}

const changed = (before: string, after: string, format: Format = 'yaml') =>
  [...changedEntries(readText(before, format), readText(after, format))].sort((a, b) =>
    a.feature < b.feature ? -1 : 1,
  )

const BLOCKS = [
  'feature_a: on\n',
  'feature_b:\n  gold: true # why\n  # its own\n  percent_loggedin: 5\n',
  '# of the next\nfeature_c: {gold: true}\n\n',
  'feature_d: |\n  {"gold": true}\n',
  'note: mine\n',
  '\n# nothing\n',
  'feature_a: off\n',
  'feature_e: {}',
]
const text = fc.array(fc.constantFrom(...BLOCKS), { minLength: 1, maxLength: 8 })

test('the entries that differ are those of a comparison of all', () => {
  fc.assert(
    fc.property(text, fc.nat(8), fc.nat(3), text, (blocks, at, gone, put) => {
      const before = blocks.join('')
      const after = blocks.toSpliced(Math.min(at, blocks.length), gone, ...put).join('')
      expect(changed(before, after)).toEqual(compared(before, after, 'yaml'))
    }),
    { numRuns: sized(200, 5000) },
  )
})

test.each<[string, string, string, Format, readonly string[]]>([
  [
    'a line of an entry',
    'feature_a:\n  gold: true\n  beta: true\n',
    'feature_a:\n  gold: true\n  beta: false\n',
    'yaml',
    ['a'],
  ],
  [
    'the first character',
    'feature_a: on\nfeature_b: on\n',
    '\nfeature_a: on\nfeature_b: on\n',
    'yaml',
    [],
  ],
  ['the line break at the end', 'feature_a: on\n', 'feature_a: on', 'yaml', []],
  [
    'two neighbours, swapped',
    'feature_a: on\nfeature_b: on\n',
    'feature_b: on\nfeature_a: on\n',
    'yaml',
    [],
  ],
  [
    'another name',
    'feature_a: on\nfeature_b: on\n',
    'feature_a: on\nfeature_c: on\n',
    'yaml',
    ['b', 'c'],
  ],
  [
    'braces below a comment',
    '# c\n{\nfeature_a: on,\nfeature_b: on\n}\n',
    '# c\n{\nfeature_a: on,\nfeature_b: off\n}\n',
    'yaml',
    ['b'],
  ],
  [
    'JSON',
    '{\n  "feature_a": "on",\n  "feature_b": "on"\n}',
    '{\n  "feature_a": "on",\n  "feature_b": "off"\n}',
    'json',
    ['b'],
  ],
  [
    'ini',
    '[live_config]\nfeature_a = on\nfeature_b = on\n',
    '[live_config]\nfeature_a = off\nfeature_b = on\n',
    'ini',
    ['a'],
  ],
  ['everything', 'feature_a: on\n', '', 'yaml', ['a']],
])('of an edit of %s, the entries are found', (_, before, after, format, features) => {
  expect(changed(before, after, format).map(({ feature }) => feature)).toEqual(features)
})
