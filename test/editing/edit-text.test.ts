import type { Format } from '../../src/core/source'
import type { EntryChange } from '../../src/editing/change'
import { editText, entryTexts } from '../../src/editing/edit-text'

const FILE = `# head
feature_a:
  # who
  users: [gary, "spez"] # two
  percent_loggedin: 5   # slowly

feature_b: 'on'
feature_c: {percent_loggedin: 5, admin: true} # flow
feature_d:
  experiment:
    variants:
      - name: red
        weight: 1 # r
      # above blue
      - name: blue
        weight: 2
feature_e: &x {gold: true}
feature_f: *x
feature_g: '{"users": ["a"], "admin": true}'
# tail
`

/** The lines that went and came. */
function changeOf(change: EntryChange, text = FILE, format: Format = 'yaml'): string[] {
  const before = text.split('\n')
  const after = editText(text, format, [change]).split('\n')
  let start = 0
  while (start < before.length && before[start] === after[start]) start++
  let end = 0
  while (
    end < before.length - start &&
    end < after.length - start &&
    before.at(-1 - end) === after.at(-1 - end)
  )
    end++
  return [
    ...before.slice(start, before.length - end).map((line) => `-${line}`),
    ...after.slice(start, after.length - end).map((line) => `+${line}`),
  ]
}

test.each<[string, EntryChange, string[]]>([
  [
    'a number keeps the comment beside it and its column',
    { kind: 'set', feature: 'a', path: ['percent_loggedin'], value: 12.5 },
    ['-  percent_loggedin: 5   # slowly', '+  percent_loggedin: 12.5   # slowly'],
  ],
  [
    'a name is put into a list in brackets, whose other items keep their quotes',
    { kind: 'set', feature: 'a', path: ['users'], value: ['gary', 'bob: x', 'spez'] },
    ['-  users: [gary, "spez"] # two', '+  users: [gary, "bob: x", "spez"] # two'],
  ],
  [
    'a list that loses its last item loses the comma',
    { kind: 'set', feature: 'a', path: ['users'], value: ['gary'] },
    ['-  users: [gary, "spez"] # two', '+  users: [gary] # two'],
  ],
  [
    'a new key comes last',
    { kind: 'set', feature: 'a', path: ['gold'], value: true },
    ['+  gold: true'],
  ],
  [
    'a key that goes takes its line with it',
    { kind: 'unset', feature: 'a', path: ['users'] },
    ['-  users: [gary, "spez"] # two'],
  ],
  [
    'a key in brackets goes with its comma',
    { kind: 'unset', feature: 'c', path: ['percent_loggedin'] },
    ['-feature_c: {percent_loggedin: 5, admin: true} # flow', '+feature_c: {admin: true} # flow'],
  ],
  [
    'an item is put between two others, which stay as they are',
    {
      kind: 'set',
      feature: 'd',
      path: ['experiment', 'variants'],
      value: [
        { name: 'red', weight: 1 },
        { name: 'green', weight: 1 },
        { name: 'blue', weight: 2 },
      ],
    },
    ['+      - name: green', '+        weight: 1'],
  ],
  [
    'a whole entry is written anew where nothing of it stays',
    { kind: 'set', feature: 'a', value: 'off' },
    [
      '-feature_a:',
      '-  # who',
      '-  users: [gary, "spez"] # two',
      '-  percent_loggedin: 5   # slowly',
      '+feature_a: off',
    ],
  ],
  [
    'a mapping takes the place of a text',
    { kind: 'set', feature: 'b', value: { users: ['a', 'b'], experiment: { variants: { x: 1 } } } },
    [
      "-feature_b: 'on'",
      '+feature_b:',
      '+  users: [a, b]',
      '+  experiment:',
      '+    variants:',
      '+      x: 1',
    ],
  ],
  [
    'an alias is replaced by what it stands for, with the change',
    { kind: 'set', feature: 'f', path: ['admin'], value: true },
    ['-feature_f: *x', '+feature_f:', '+  gold: true', '+  admin: true'],
  ],
  [
    'JSON in a text stays a text in its layout',
    { kind: 'set', feature: 'g', path: ['users', 1], value: "it's" },
    [
      `-feature_g: '{"users": ["a"], "admin": true}'`,
      `+feature_g: '{"users": ["a", "it''s"], "admin": true}'`,
    ],
  ],
  [
    'a name that needs quotes gets them',
    { kind: 'rename', feature: 'b', to: 'h i: j' },
    ["-feature_b: 'on'", `+"feature_h i: j": 'on'`],
  ],
  [
    'an entry that is deleted leaves the comments around it',
    { kind: 'delete', feature: 'c' },
    ['-feature_c: {percent_loggedin: 5, admin: true} # flow'],
  ],
  [
    'an entry is added after the last one, before the comments at the end',
    { kind: 'add', feature: 'z', value: { percent_loggedin: 5, users: ['a'] } },
    ['+feature_z:', '+  percent_loggedin: 5', '+  users: [a]'],
  ],
  [
    'the lines of an entry are replaced by the lines that somebody wrote',
    { kind: 'text', feature: 'c', text: 'feature_c:\n  admin: true # me\n' },
    ['-feature_c: {percent_loggedin: 5, admin: true} # flow', '+feature_c:', '+  admin: true # me'],
  ],
  [
    'lines that are no YAML are written, too: the check of the text shows what is wrong',
    { kind: 'text', feature: 'b', text: 'feature_b: [x' },
    ["-feature_b: 'on'", '+feature_b: [x'],
  ],
])('YAML: %s', (_, change, lines) => {
  expect(changeOf(change)).toEqual(lines)
})

test.each<[string, EntryChange, RegExp]>([
  [
    'an entry whose anchor others use',
    { kind: 'set', feature: 'e', value: 'off' },
    /feature_e has the anchor &x, which other lines of the file use/,
  ],
  [
    'a name that is taken',
    { kind: 'add', feature: 'b', value: 1 },
    /feature_b is in the file already/,
  ],
  [
    'a feature that is not there',
    { kind: 'delete', feature: 'quite' },
    /the file has no feature_quite; add it first$/,
  ],
  [
    'a feature that is nearly there',
    { kind: 'delete', feature: 'q' },
    /the file has no feature_q; did you mean [a-z]\?$/,
  ],
  [
    'a place below a number',
    { kind: 'set', feature: 'a', path: ['percent_loggedin', 'x'], value: 1 },
    /feature_a has no percent_loggedin.x that could be changed/,
  ],
  [
    'lines that define another feature, too',
    { kind: 'text', feature: 'c', text: 'feature_c: on\nfeature_y: on' },
    /the text changes more than feature_c/,
  ],
  [
    'lines that define another feature instead',
    { kind: 'text', feature: 'c', text: 'feature_y: on' },
    /the text must define feature_c once/,
  ],
  ['a name with a line break', { kind: 'rename', feature: 'a', to: 'x\ny' }, /cannot be called/],
])('%s is refused, and the message says what to do', (_, change, message) => {
  expect(() => editText(FILE, 'yaml', [change])).toThrow(message)
  expect(() => editText(FILE, 'yaml', [change])).toThrow(
    expect.objectContaining({ code: 'LIVEFLAG_CANNOT_EDIT' }),
  )
})

test('a file that cannot be read, or has the feature twice, is not edited', () => {
  const off: EntryChange = { kind: 'set', feature: 'a', value: 'off' }
  expect(() => editText('feature_a: [\n', 'yaml', [off])).toThrow(/line 1: .*; fix that first/)
  expect(() => editText('feature_a: on\nfeature_a: off\n', 'yaml', [off])).toThrow(
    /has feature_a 2 times; keep one/,
  )
})

test('line ends, the byte-order mark and a missing last line break stay as they are', () => {
  const change: EntryChange = { kind: 'set', feature: 'a', path: ['users'], value: ['x', 'y'] }
  const text = '\uFEFF# é\r\nfeature_a:\r\n  users:\r\n    - x\r\nfeature_b: on'
  expect(editText(text, 'yaml', [change])).toBe(
    '\uFEFF# é\r\nfeature_a:\r\n  users:\r\n    - x\r\n    - y\r\nfeature_b: on',
  )
})

const JSON_FILE = `{
  "feature_a": {
    "users": ["gary"],
    "percent_loggedin": 5
  },
  "feature_b": "on"
}
`

test.each<[string, EntryChange, string[]]>([
  [
    'a value',
    { kind: 'set', feature: 'a', path: ['percent_loggedin'], value: 6 },
    ['-    "percent_loggedin": 5', '+    "percent_loggedin": 6'],
  ],
  [
    'a new key',
    { kind: 'set', feature: 'a', path: ['url'], value: { x: 'y' } },
    [
      '-    "percent_loggedin": 5',
      '+    "percent_loggedin": 5,',
      '+    "url": {',
      '+      "x": "y"',
      '+    }',
    ],
  ],
  [
    'the last key gone',
    { kind: 'unset', feature: 'a', path: ['percent_loggedin'] },
    ['-    "users": ["gary"],', '-    "percent_loggedin": 5', '+    "users": ["gary"]'],
  ],
  [
    'the last entry gone',
    { kind: 'delete', feature: 'b' },
    ['-  },', '-  "feature_b": "on"', '+  }'],
  ],
  [
    'an entry more',
    { kind: 'add', feature: 'c', value: { admin: true } },
    [
      '-  "feature_b": "on"',
      '+  "feature_b": "on",',
      '+  "feature_c": {',
      '+    "admin": true',
      '+  }',
    ],
  ],
])('JSON: %s', (_, change, lines) => {
  expect(changeOf(change, JSON_FILE, 'json')).toEqual(lines)
})

test('a payload of GrowthBook is edited below its features', () => {
  const text = '{"status":200,"features":{"x":{"defaultValue":true},"y":{"defaultValue":1}}}'
  expect(
    editText(text, 'json', [{ kind: 'set', feature: 'x', path: ['defaultValue'], value: false }]),
  ).toBe('{"status":200,"features":{"x":{"defaultValue":false},"y":{"defaultValue":1}}}')
})

const INI = `[other]
feature_a = no
[live_config]
# a
feature_a = {"users": ["x"],
    "admin": true}
feature_b = on ; everybody
`

test.each<[string, EntryChange, string[]]>([
  [
    'JSON over several lines keeps its lines',
    { kind: 'set', feature: 'a', path: ['users'], value: ['x', 'y'] },
    ['-feature_a = {"users": ["x"],', '+feature_a = {"users": ["x", "y"],'],
  ],
  [
    'a comment after the value stays',
    { kind: 'set', feature: 'b', value: 'off' },
    ['-feature_b = on ; everybody', '+feature_b = off ; everybody'],
  ],
  [
    'all lines of an entry go',
    { kind: 'delete', feature: 'a' },
    ['-feature_a = {"users": ["x"],', '-    "admin": true}'],
  ],
  [
    'an entry is added to the section',
    { kind: 'add', feature: 'c', value: { admin: true } },
    ['+feature_c = {"admin":true}'],
  ],
])('ini: %s', (_, change, lines) => {
  expect(changeOf(change, INI, 'ini')).toEqual(lines)
})

test('the lines of each entry can be read, without the comments around them', () => {
  expect(Object.fromEntries(entryTexts(INI, 'ini'))).toEqual({
    a: 'feature_a = {"users": ["x"],\n    "admin": true}',
    b: 'feature_b = on ; everybody',
  })
  expect(entryTexts(FILE, 'yaml').get('c')).toBe(
    'feature_c: {percent_loggedin: 5, admin: true} # flow',
  )
})
