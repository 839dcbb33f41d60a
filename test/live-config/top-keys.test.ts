import { checkText, type Format } from '../../src/index'

const warningsOf = (text: string, format: Format = 'yaml') =>
  checkText(text, { format }).problems.map(({ code, severity, line, column, message }) => ({
    code,
    severity,
    at: `${line}:${column}`,
    message,
  }))

describe('a key of an entry that has lost its indentation', () => {
  test.each<[text: string, key: string, at: string, hint: RegExp]>([
    ['feature_a: on\nenabled: off\n', 'enabled', '2:1', /belongs to feature_a on line 1/],
    [
      'feature_a:\n  gold: true\npercent_loggedin: 5\n',
      'percent_loggedin',
      '3:1',
      /feature_a on line 1/,
    ],
    [
      'feature_a: on\nfeature_b:\n  gold: true\nusers: [gary]\n',
      'users',
      '4:1',
      /feature_b on line 2/,
    ],
    ['feature_a: on\nexperiment: {variants: {}}\n', 'experiment', '2:1', /feature_a/],
    [
      'feature_a: on\npercent_logged_in: 5\n',
      'percent_logged_in',
      '2:1',
      /did you mean percent_loggedin\?/,
    ],
    ['feature_a: on\nenabeld: off\n', 'enabeld', '2:1', /did you mean enabled\?/],
    ['feature_a: on\nuser: [gary]\n', 'user', '2:1', /did you mean users\?/],
    ['feature_a: on\nrule: []\n', 'rule', '2:1', /did you mean rules\?/],
  ])('in %j is named, with the entry before it', (text, key, at, hint) => {
    expect(warningsOf(text)).toEqual([
      {
        code: 'unknown-key',
        severity: 'warning',
        at,
        message: expect.stringMatching(new RegExp(`^"${key}".*${hint.source}`)) as string,
      },
    ])
  })

  test('in JSON and ini alike', () => {
    expect(warningsOf('{"feature_a": "on",\n "enabled": "off"}', 'json')).toMatchObject([
      { at: '2:2' },
    ])
    expect(warningsOf('[live_config]\nfeature_a = on\nenabled = off\n', 'ini')).toMatchObject([
      { at: '3:1' },
    ])
  })

  test.each(['enabled: off\nfeature_a: on\n', 'feature_a: on\nnote: 1\ndb_url: x\n'])(
    'is not seen where %j has none',
    (text) => {
      expect(warningsOf(text)).toEqual([])
    },
  )
})

describe('a key that looks like one that is read, and is another', () => {
  const keys = [
    ['\u200Bfeature_a', 'U+200B', 'feature_a'],
    ['\uFEFFfeature_a', 'U+FEFF', 'feature_a'],
    ['\u00A0feature_a', 'U+00A0', 'feature_a'],
    ['fe\u0430ture_a', 'U+0430', 'feature_a'],
    ['\u201Cfeature_a\u201D', 'U+201C', 'feature_a'],
    ['feature_a\u200D', 'U+200D', 'feature_a'],
    ['segments\u00A0', 'U+00A0', 'segments'],
    ['\u00A0enabled', 'U+00A0', 'enabled'],
    ['feature_a\u2013b', 'U+2013', 'feature_a-b'],
    ['feature_\u3164a', 'U+3164', 'feature_a'],
  ] as const

  test.each(
    keys.flatMap(([key, codePoint, seen]) =>
      (
        [
          ['yaml', `feature_x: on\n"${key}": on\n`],
          ['json', `{"feature_x": "on",\n"${key}": "on"}`],
          ['ini', `[live_config]\n${key} = on\n`],
        ] as const
      ).map(([format, text]) => ({ format, text, codePoint, seen })),
    ),
  )(
    'in $format is named with $codePoint: it should be $seen',
    ({ format, text, codePoint, seen }) => {
      const problems = warningsOf(text, format)
      expect(problems).toContainEqual({
        code: 'hidden-character',
        severity: 'warning',
        at: '2:1',
        message: expect.stringContaining(codePoint) as string,
      })
      expect(problems.at(0)?.message).toMatch(new RegExp(`write ${seen}$`))
    },
  )

  test('where two files were joined, the second begins with a byte-order mark', () => {
    expect(warningsOf('feature_a: on\n\uFEFFfeature_b: on\n')).toMatchObject([
      { code: 'hidden-character', at: '2:1', message: expect.stringContaining('joined') as string },
    ])
  })

  test('within an entry, the error says which character it is', () => {
    expect(warningsOf('feature_a: {go\u200Bld: true}\n')).toMatchObject([
      {
        code: 'unknown-key',
        severity: 'error',
        message: expect.stringMatching(
          /U\+200B, a character of no width; did you mean gold/,
        ) as string,
      },
    ])
  })

  test.each(['users', 'subreddits', 'oauth_clients'])('a name in %s is named as well', (key) => {
    expect(warningsOf(`feature_a: {${key}: [spez, “gary”]}\n`)).toMatchObject([
      {
        code: 'hidden-character',
        severity: 'warning',
        message: expect.stringMatching(
          /U\+201C, a typographic quote, so it is not the same as "gary"/,
        ) as string,
      },
    ])
  })
})

test.each([
  ['feature_a: on\n<<: {feature_b: on}\n', /<< merges nothing/],
  ['{"feature_a": "on", // for all\n"feature_b": "on"}', /a comment begins with #/],
  ['feature_a: on\nmore: {feature_b: on}\n', /feature_b is below "more"/],
  ['feature_a: on\nFeature_b: on\n', /did you mean feature_b/],
  ['feature_a: on\nSegments: {}\n', /in small letters/],
])('of %j, the key that brings nothing is named', (text, message) => {
  expect(warningsOf(text)).toMatchObject([
    { code: 'unknown-key', severity: 'warning', message: expect.stringMatching(message) as string },
  ])
})

test("to r2, keys of others are nobody's concern", () => {
  expect(checkText('feature_a: on\nenabled: off\n', { compat: 'r2' }).problems).toEqual([])
})

test.each<[format: Format, text: string]>([
  ['ini', '[live_config]\rfeature_a = on\rfeature_b = {\r'],
  ['yaml', 'note: 1\rfeature_a: on\rfeature_b: {gold: 5}\r'],
  ['json', '{"note": 1,\r"feature_a": "on",\r"feature_b": 5}'],
])('in %s, a carriage return alone ends a line', (format, text) => {
  const { features, problems } = checkText(text, { format })
  expect([features, problems.map(({ feature, line }) => [feature, line])]).toEqual([1, [['b', 3]]])
})

describe('what is not read at the top is named', () => {
  test.each<[text: string, message: RegExp]>([
    ['feature_: on\nfeature_a: on\n', /"feature_" has no name/],
    ['feature_a: on\nsavedgroups: {s: [x]}\n', /the key is savedGroups/],
    ['feature_b: on\nfeatures: {a: {defaultValue: true}}\n', /features is not read, because/],
    ['message: not found\n', /no key begins with feature_.*"message" is passed over/],
    ['x-owner: search\nsegments: {s: [a]}\n', /no key begins with feature_/],
  ])('in %j', (text, message) => {
    expect(warningsOf(text)).toEqual([
      {
        code: 'unknown-key',
        severity: 'warning',
        at: expect.stringMatching(/^[12]:1$/) as string,
        message: expect.stringMatching(message) as string,
      },
    ])
  })

  test.each(['{}', 'feature_b: on\nfeatures: {a: 1}\n'])('in %j nothing is', (text) => {
    expect(warningsOf(text)).toEqual([])
  })
})

test.each([
  ['feature_a: on\nfeature_b:\u00A0off\n', 2, 'U+00A0, a no-break space'],
  ['feature_a:\u00A0off\n', 1, 'U+00A0, a no-break space'],
  ['\u201Cfeature_a\u201D on\n', 1, 'U+201C, a typographic quote'],
])('the reason why %j cannot be read is named', (text, line, character) => {
  expect(checkText(text).problems).toMatchObject([
    { line, message: expect.stringContaining(`; the line has ${character}`) as string },
  ])
})

test('an entry with a hidden character says which', () => {
  expect(warningsOf('feature_a: off\u200B\n')).toMatchObject([
    {
      code: 'unparsable-config',
      message: expect.stringMatching(/has U\+200B, .*; write off anew$/) as string,
    },
  ])
})

test('an entry below another entry is to be indented less', () => {
  expect(warningsOf('feature_a:\n  gold: true\n  feature_b: on\n')).toMatchObject([
    { severity: 'error', at: '3:3', message: expect.stringContaining('indent it less') as string },
  ])
})
