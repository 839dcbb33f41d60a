import fc from 'fast-check'
import { checkText, type Format } from '../../src/index'
import { closeEngines, openEngine } from '../support/engine'
import { sized } from '../support/long-run'
import { anyText } from '../support/any-text'

const COMPARED = sized(125, 500)
const HOSTILE = sized(600, 3000)

afterEach(closeEngines)

const FORMATS: readonly Format[] = ['yaml', 'json', 'ini']

test('counts the good features, and lists what is wrong in the order of the text', () => {
  const text =
    'feature_a: on\nfeature_b: {gold: 5}\nfeature_c: {beta: true, percent_loggedin: 200}\nfeature_d: off\n'
  expect(checkText(text, { source: 'live.yaml' })).toEqual({
    features: 2,
    problems: [
      {
        code: 'bad-type',
        severity: 'error',
        source: 'live.yaml',
        feature: 'b',
        path: 'gold',
        line: 2,
        column: 19,
        message: 'gold is a number (5); write true or false, without quotes',
      },
      {
        code: 'out-of-range',
        severity: 'error',
        source: 'live.yaml',
        feature: 'c',
        path: 'percent_loggedin',
        line: 3,
        column: 43,
        message: 'percent_loggedin is 200; a percentage is from 0 to 100',
      },
    ],
  })
})

test('counts a feature with a warning as good', () => {
  expect(checkText('feature_x: {experiment: {variants: {a: 10}}}\n')).toMatchObject({
    features: 1,
    problems: [{ severity: 'warning' }],
  })
})

test.each<[Format, string]>([
  ['yaml', 'feature_x: [\n'],
  ['json', '{"feature_x": "on",}'],
  ['ini', '[live_config]\nfeature_x\n'],
])('a %s that cannot be read is one problem with its place', (format, text) => {
  const { features, problems } = checkText(text, { format })
  expect([features, problems.map(({ code, severity }) => `${severity} ${code}`)]).toEqual([
    0,
    ['error syntax'],
  ])
  expect(problems[0]).toMatchObject({
    source: 'live config',
    line: expect.any(Number) as number,
    column: expect.any(Number) as number,
  })
})

test('judges by the semantics that it is reported', () => {
  const text = 'feature_x: {enabled: true, unheard_of: 1}\n'
  expect(checkText(text).problems.map(({ severity }) => severity)).toEqual(['error', 'error'])
  expect(checkText(text, { compat: 'r2' }).problems.map(({ severity }) => severity)).toEqual([
    'warning',
  ])
})

test.each(['Feature_x', 'features_x', 'feature-x', 'feature.x', 'featuer_x', 'featur_x'])(
  "warns of %s, a key that looks like a feature's; r2 does not",
  (key) => {
    expect(checkText(`${key}: on\nfeature_y: on\n`)).toMatchObject({
      features: 1,
      problems: [{ code: 'unknown-key', severity: 'warning', line: 1, column: 1 }],
    })
    expect(checkText(`${key}: on\nfeature_y: on\n`, { compat: 'r2' }).problems).toEqual([])
  },
)

test.each([
  ['Segments: {a: [u1]}\nfeature_y: on\n', 'the key is segments, in small letters'],
  [
    'segments: {a: [u1]}\nfeatures: {y: {defaultValue: true}}\n',
    'not read beside the features of a GrowthBook payload; write savedGroups',
  ],
])('warns of segments that are not read; r2 does not: %j', (text, says) => {
  expect(checkText(text)).toMatchObject({
    features: 1,
    problems: [
      {
        code: 'unknown-key',
        severity: 'warning',
        line: 1,
        column: 1,
        message: expect.stringContaining(says),
      },
    ],
  })
  expect(checkText(text, { compat: 'r2' }).problems).toEqual([])
})

test(`says of a text what the engine says of it at start (${COMPARED} random texts)`, async () => {
  const line = fc.constantFrom(
    'feature_a: on',
    'feature_b: {gold: 5}',
    'feature_b: off',
    'feature_a: [',
    '  gold: true',
    'feature_c:',
    'note: 5',
    '# a note',
    '"',
    'Feature_d: on',
    '...',
    '- a',
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 5 }).map((lines) => lines.join('\n')),
      async (text) => {
        const checked = checkText(text, { source: 'memory' })
        let found: unknown
        try {
          const { features } = await openEngine(text)
          found = {
            features: features.snapshot.names.length,
            problems: features.snapshot.problems.map(
              ({ generation: _, since: __, ...problem }) => problem,
            ),
          }
        } catch {
          // Without a usable content nothing can be opened; then there is an error that concerns
          // the whole.
          found = {
            features: 0,
            problems: expect.arrayContaining([
              expect.objectContaining({ severity: 'error' }),
            ]) as unknown,
          }
        }
        expect(checked).toEqual(found)
        await closeEngines()
      },
    ),
    { numRuns: COMPARED, seed: 19 },
  )
})

describe('never throws, and places every problem within the text', () => {
  const piece = fc.constantFrom(
    'feature_x',
    ': ',
    '=',
    '\n',
    '\n  ',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    ',',
    'on',
    'gold: true',
    '"users": ',
    '[live_config]\n',
    '#',
    ' ;',
    '&a ',
    '*a',
    '<<',
    '- ',
    '|',
    '>',
    '---\n',
    '...\n',
    '!!',
    '%',
    '\t',
    '\r\n',
    '\ufeff',
    '\0',
    '\ud800',
    '😀',
    '0.5',
    '1e999',
  )
  const text = fc.oneof(
    anyText({ maxLength: 60 }),
    fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')),
  )

  test.each(FORMATS)(`in %s (${HOSTILE} random texts)`, (format) => {
    fc.assert(
      fc.property(
        text,
        fc.constantFrom<('liveflag' | 'r2')[]>('liveflag', 'r2'),
        (content, compat) => {
          const lines = content.split('\n')
          for (const { line = 1, column = 1, message } of checkText(content, { format, compat })
            .problems) {
            expect(line).toBeGreaterThanOrEqual(1)
            expect(line).toBeLessThanOrEqual(lines.length)
            expect(column).toBeGreaterThanOrEqual(1)
            expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1)
            expect(message).not.toBe('')
          }
        },
      ),
      { numRuns: HOSTILE, seed: 20 },
    )
  })
})

test('a key that cannot be read hides no other that cannot be read', () => {
  const text = 'feature_a: {gold: "x\nfeature_b: on\nfeature_c: [a b\nfeature_d: @x\n'
  expect(checkText(text).problems).toMatchObject([
    { code: 'syntax', line: 1, column: 19 },
    { code: 'syntax', line: 3, column: 12 },
    { code: 'syntax', line: 4, column: 12 },
  ])
})
