import fc from 'fast-check'
import type { JsonValue } from '../../src/core/json'
import { anyText } from '../support/any-text'

const word = fc.constantFrom(
  'on',
  'off',
  'gary',
  'team-a',
  '5',
  '0.5',
  'true',
  'null',
  '~',
  'a b',
  "it's",
  'x:y',
  'é😀',
  'R & D',
)
const name = fc.constantFrom(
  'a',
  'b',
  'percent_loggedin',
  'users',
  '5',
  '"q k"',
  "'s'",
  '__proto__',
  'constructor',
)
const key = fc.oneof(
  fc.integer({ min: 0, max: 9 }).map((i) => `feature_${i}`),
  fc.constantFrom(
    'feature_x',
    '"feature_q"',
    "'s'",
    '5',
    '__proto__',
    'note',
    '-dash',
    '.dot',
    '&anchored feature_y',
  ),
)
const blank = fc.constantFrom(
  '',
  '\n',
  '  \n',
  '# a note\n',
  '  # indented: note\n',
  '\n\n# two\n\n',
)

const flow = fc.constantFrom(
  '[a, b, "c d"]',
  '{a: 1, b: [x, y]}',
  '{"a":5,"b":{"c":null}}',
  '{\n  a: 1,\n  b: 2 # note\n  }',
  '[\n  a,\n\n  b\n]',
  '{\n  a: 1\n}',
  '[]',
  '{}',
  '{a: 1, a: 2}',
)
const quoted = fc.constantFrom(
  '"a\\tb"',
  '"over\n  two lines"',
  "'it''s'",
  "'over\n\n  lines'",
  '"esc\\\n  aped"',
  '"{\\"users\\": 5}"',
  '\'{"users": [1]}\'',
  '"# no note"',
)
const block = fc
  .tuple(
    fc.constantFrom('|', '>', '|-', '>-', '|+', '>+', '|2', '|1-'),
    fc.array(
      fc.constantFrom(
        '  text',
        '  # text',
        '   more',
        '',
        '  ',
        '    ',
        '  key: value',
        '  - item',
      ),
      { minLength: 1, maxLength: 5 },
    ),
  )
  .map(([header, lines]) => `${header}\n${lines.join('\n')}`)
const list = fc
  .array(word, { minLength: 1, maxLength: 3 })
  .chain((items) =>
    fc
      .constantFrom('', '  ')
      .map((indent) => `\n${items.map((item) => `${indent}- ${item}`).join('\n')}`),
  )
const mapping = fc
  .array(fc.tuple(name, fc.oneof(word, flow)), { minLength: 1, maxLength: 3 })
  .map((pairs) => `\n${pairs.map(([k, v]) => `  ${k}: ${v.replaceAll('\n', '\n   ')}`).join('\n')}`)
const tied = fc.constantFrom(
  '&n [a, b]',
  '*n',
  '&m {a: *n}',
  '[*m, *n]',
  '!!str 5',
  '!custom x',
  '.inf',
)

/** One top-level key with its value, in any of YAML's styles. */
export const yamlEntry = fc
  .tuple(key, fc.oneof(word, word, flow, quoted, block, list, mapping, tied))
  .map(([k, v]) => `${k}:${v.startsWith('\n') ? '' : ' '}${v}\n`)

/** A YAML file that is good or nearly so, with notes and empty lines in all places. */
export const yamlText = fc
  .tuple(
    fc.constantFrom('', '', '---\n', '# head\n', '\n# head\n---\n'),
    fc.array(fc.tuple(yamlEntry, blank), { minLength: 1, maxLength: 6 }),
    fc.constantFrom('', '', '...\n', '...\n# end\n'),
  )
  .map(([head, entries, tail]) => head + entries.map((parts) => parts.join('')).join('') + tail)

const damage = fc.constantFrom(
  '',
  ' ',
  '\n',
  '\t',
  ':',
  ': ',
  '- ',
  '#',
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  ',',
  '|',
  '>',
  '&a ',
  '*a',
  '!',
  '%',
  '?',
  '---\n',
  '...\n',
  '\r',
  '\r\n',
  '\u0000',
  '\ud800',
  '\u2028',
  '\uFEFF',
  '\\',
  '=',
  '0',
  '[live_config]\n',
)

/** A text with a few pieces cut out or put in. */
export function damaged(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(
      text,
      fc.array(fc.tuple(fc.nat(), fc.nat({ max: 3 }), damage), { minLength: 1, maxLength: 3 }),
    )
    .map(([whole, edits]) =>
      edits.reduce((now, [at, cut, put]) => {
        const place = at % (now.length + 1)
        return now.slice(0, place) + put + now.slice(place + cut)
      }, whole),
    )
}

export const jsonKey = fc.oneof(
  fc.constantFrom(
    'feature_x',
    '__proto__',
    'constructor',
    '',
    '5',
    'null',
    'on',
    '?',
    '- a',
    '#',
    'a: b',
    'x'.repeat(1100),
  ),
  anyText(),
)

/** Values as a live config holds them, with the keys and texts that trip parsers. */
export const jsonValue: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<JsonValue>(
      null,
      true,
      false,
      'on',
      'off',
      'null',
      'yes',
      '~',
      '',
      ' ',
      '5',
      '0x1f',
      '1e3',
      '# no',
      '- x',
      'a: b',
      'a #b',
      '\n',
      'x\n',
      ' x',
      '\t',
      '\u0085',
      '\u2028',
      '\uFEFF',
      '\ud800',
      "'",
      '"',
      '[',
      '---',
      '...',
    ),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
    fc.integer(),
    anyText(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(jsonKey, tie('value')), { maxLength: 4 })
      .map((pairs) => Object.fromEntries(pairs)),
  ),
})).value
