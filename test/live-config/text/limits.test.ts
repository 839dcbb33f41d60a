import { checkText } from '../../../src'
import {
  MAX_ENTRIES,
  MAX_JSON_TEXT,
  MAX_KEY,
  MAX_PIECE,
  MAX_TEXT,
} from '../../../src/live-config/text/limits'
import { MOST_COMMAS } from '../../../src/live-config/text/json/json'
import { parse } from '../../../src/live-config/text/parse'
import { parseNow } from '../../support/parse-now'
import { sized } from '../../support/long-run'

afterEach(() => jest.restoreAllMocks())

/** How many steps parsing takes when the time of a slice is over at each reading of the clock. */
function stepsOf(text: string, format: 'yaml' | 'json'): number {
  let now = 0
  jest.spyOn(performance, 'now').mockImplementation(() => (now += 10))
  let steps = 0
  for (const work = parse(text, format); !work.next().done;) steps++
  return steps
}

const SIZE = sized(300_000, 5_000_000)
const filled = (piece: string): string => piece.repeat(Math.ceil(SIZE / piece.length))
const ids = Array.from({ length: 5000 }, (_, i) => `user${i}`)

describe('a large entry', () => {
  test.each([
    ['a list', 'yaml', `segments:\n  t:\n${ids.map((id) => `    - ${id}\n`).join('')}`],
    ['a flow list', 'yaml', `segments:\n  t: [${ids.join(', ')}]\n`],
    ['a mapping', 'yaml', `x:\n${ids.map((id) => `  ${id}: 1\n`).join('')}`],
    ['rules', 'yaml', `x:\n${ids.map((id) => `- condition: {id: ${id}}\n  force: 1\n`).join('')}`],
  ] as const)('is read in slices: %s', (_what, format, text) => {
    expect(stepsOf(text, format)).toBeGreaterThan(ids.length / 3)
  })

  test('of JSON is read in slices from 2 MiB on', () => {
    const text = JSON.stringify({ notes: Array.from({ length: 300_000 }, (_, i) => `id${i}`) })
    expect(stepsOf(text, 'json')).toBeGreaterThan(100_000)
  })

  test('of JSON is read in slices from 50,000 values on, however short they are', () => {
    const list = (count: number): string => JSON.stringify({ notes: Array(count).fill(1) })
    expect(stepsOf(list(60_000), 'json')).toBeGreaterThan(20)
    expect(stepsOf(list(MOST_COMMAS), 'json')).toBeLessThan(5)
  })

  test('of JSON is read in slices where one number or text has many characters', () => {
    const digits = `{"a": ${'9'.repeat(3_000_000)}, "b": 1}`
    expect(stepsOf(digits, 'json')).toBeGreaterThan(5)
    expect(parseNow(digits, 'json')).toMatchObject({
      problems: [{ code: 'too-large' }],
      entries: [{ value: null }, { value: 1 }],
    })
  })
})

describe('a text that is made to be slow', () => {
  test.each([
    ['brackets that close nothing', ']', 'syntax'],
    ['documents', 'feature_b: on\n---\n', 'syntax'],
    ['dashes', '- ', 'too-deep'],
    ['list signs without an end', '[', 'too-deep'],
  ])('is refused as a whole: %s', (_what, piece, code) => {
    expect(parseNow(filled(piece), 'yaml').fatal?.code).toBe(code)
  })

  test.each([
    ['brackets that close nothing', filled(']')],
    ['commas', filled(',')],
    ['commas in a list', `[${filled(',')}]`],
    ['aliases', `[${filled('*a, ')}x]`],
    ['tags', `[${filled('!a x, ')}x]`],
    ['escapes that do not exist', `"${filled('\\q')}"`],
    ['quotes without commas', `[${filled("'' ")}]`],
    ['a block of text', `|\n${filled('  some text\n')}`],
    ['tabs', `\n${filled('\t\n')}  x`],
    ['a plain text of many lines', `\n${filled('  words and words\n')}`],
  ])('holds back its own key alone, and says the limit: %s', (_what, value) => {
    const { entries, problems, fatal } = parseNow(`feature_a: ${value}\nfeature_b: on\n`, 'yaml')
    expect([fatal, problems, entries.at(-1)]).toMatchObject([
      undefined,
      [{ code: 'too-large', feature: 'a', message: expect.stringMatching(/at most .*; write/) }],
      { key: 'feature_b', value: 'on' },
    ])
  })

  test('of one line holds back its own key alone', () => {
    const { problems, entries } = parseNow(
      `feature_a: ${'a'.repeat(MAX_PIECE)}\nfeature_b: on\n`,
      'yaml',
    )
    expect([problems, entries.at(-1)]).toMatchObject([
      [{ code: 'too-large', feature: 'a', message: expect.stringContaining('16 MiB') }],
      { key: 'feature_b', value: 'on' },
    ])
  })

  test('reports a bounded number of duplicates', () => {
    const { problems } = parseNow(`feature_a: {${filled('a: 1, ')}}\n`, 'yaml')
    expect(problems).toHaveLength(20)
  })

  test('reports a bounded number of problems of an entry, and how many more there are', () => {
    const rules = Array<unknown>(1000).fill({ condtion: { id: 'x' }, force: 1 })
    const { problems } = checkText(JSON.stringify({ feature_a: { rules } }), { format: 'json' })
    expect([problems.length, problems.at(-1)?.message]).toEqual([
      51,
      'there are 950 more problems in this entry; fix those that are named first',
    ])
  })
})

describe('a text of too many keys', () => {
  const names = Array.from({ length: MAX_ENTRIES + 1 }, (_, i) => `k${i}`)

  test.each([
    ['yaml', names.map((name) => `${name}: 1\n`).join('')],
    ['json', JSON.stringify(Object.fromEntries(names.map((name) => [name, 1])))],
    ['ini', `[live_config]\n${names.map((name) => `${name}=1\n`).join('')}`],
  ] as const)('is refused with the limit (%s)', (format, text) => {
    expect(parseNow(text, format).fatal).toMatchObject({
      code: 'too-large',
      message: expect.stringContaining('more than 200000 keys'),
    })
  })
})

test('JSON in a text is refused when it is too long to be read in one step', () => {
  const json = JSON.stringify({ users: ['x'.repeat(MAX_JSON_TEXT)] })
  for (const [format, text] of [
    ['json', JSON.stringify({ feature_a: json })],
    ['ini', `[live_config]\nfeature_a = ${json}\n`],
  ] as const)
    expect(checkText(text, { format }).problems).toMatchObject([
      { code: 'too-large', feature: 'a', message: expect.stringContaining('1048576 characters') },
    ])
})

test.each(['encryptedFeatures', 'encryptedSavedGroups', 'encryptedExperiments'])(
  'a payload of GrowthBook may have %s of any length, because each is all features in one text',
  (key) => {
    const text = JSON.stringify({ features: { b: { defaultValue: 1 } }, [key]: 'a'.repeat(3e6) })
    const { features, problems } = checkText(text, { format: 'json' })
    expect([features, problems.filter(({ code }) => code === 'too-large')]).toEqual([1, []])
  },
)

describe('a text or a key that is too long', () => {
  const long = 'a'.repeat(2 * MAX_TEXT)
  const tooLarge = { code: 'too-large', severity: 'error' }

  test.each([
    ['JSON', 'json', `{"feature_a": "${long}${'\\n'.repeat(9)}", "feature_b": "on"}`],
    [
      'JSON, as a number',
      'json',
      `{"feature_a": 0.${'1'.repeat(2 * MAX_TEXT)}, "feature_b": "on"}`,
    ],
    ['YAML in double quotes', 'yaml', `feature_a: "${long}"\nfeature_b: on\n`],
    ['YAML in single quotes', 'yaml', `feature_a: '${"''".repeat(MAX_TEXT)}'\nfeature_b: on\n`],
    ['ini', 'ini', `[live_config]\nfeature_a = ${long}\nfeature_b = on\n`],
    [
      'ini on many lines',
      'ini',
      `[live_config]\nfeature_a = {\n${` ${'a'.repeat(1000)}\n`.repeat(1100)}\nfeature_b = on\n`,
    ],
  ] as const)('holds back its own entry alone: %s', (_what, format, text) => {
    const { entries, problems, fatal } = parseNow(text, format)
    expect([fatal, problems, entries.at(-1)]).toMatchObject([
      undefined,
      [{ ...tooLarge, feature: 'a' }],
      { key: 'feature_b', value: 'on' },
    ])
  })

  test.each([
    ['a key at the top of JSON', 'json', `{"feature_${long}": "on", "feature_b": "on"}`],
    [
      'a key at the top of short JSON',
      'json',
      `{"feature_${'a'.repeat(MAX_KEY)}": "on", "feature_b": "on"}`,
    ],
    ['a key of ini', 'ini', `[live_config]\nfeature_${'a'.repeat(MAX_KEY)} = on\nfeature_b = on\n`],
    ['a key of YAML', 'yaml', `feature_${'a'.repeat(MAX_KEY)}: on\nfeature_b: on\n`],
  ] as const)('is left out and named in short: %s', (_what, format, text) => {
    const { features, problems } = checkText(text, { format })
    expect([features, problems]).toMatchObject([
      1,
      [
        {
          ...tooLarge,
          message: expect.stringMatching(/^the key "feature_a{32}…" has \d+ characters/),
        },
      ],
    ])
  })

  test.each([
    [
      'a text',
      `{"feature_a": {"gold": true, "x-note": "${'a'.repeat(MAX_TEXT + 1)}"}}`,
      'a text of',
    ],
    ['a key', `{"feature_a": {"gold": true, "${'a'.repeat(MAX_KEY + 1)}": 1}}`, 'the key "aaa'],
    [
      'a mapping',
      `{"feature_a": {"url": {${Array.from({ length: 10_001 }, (_, i) => `"u${i}": "v"`).join()}}}}`,
      'a mapping of more than 10000 keys',
    ],
  ])('inside an entry is a problem that says the limit: %s', (_what, text, words) => {
    const { problems } = checkText(text, { format: 'json' })
    expect(problems).toMatchObject([{ ...tooLarge, message: expect.stringContaining(words) }])
  })

  test('in a comment is nobody’s business', () => {
    expect(parseNow(`feature_a: on\n# ${long}\n`, 'yaml')).toMatchObject({
      entries: [{ key: 'feature_a', value: 'on' }],
      problems: [],
    })
    const ini = `[live_config]\n# ${long}\nfeature_a = on\n; ${long}\n`
    expect(parseNow(ini, 'ini')).toMatchObject({ entries: [{ value: 'on' }], problems: [] })
  })
})

test.each([
  ['segments', 'segments'],
  ['saved groups', 'savedGroups'],
  ['bandits', 'contextualBandits'],
])(
  'a content with more than ten thousand %s is refused as a whole, with the limit',
  (_what, key) => {
    const defined = Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`s${i}`, ['u']]))
    const text = JSON.stringify({ features: { a: { defaultValue: 1 } }, [key]: defined })
    const own = JSON.stringify({ feature_a: 'on', [key]: defined })
    expect(checkText(key === 'segments' ? own : text, { format: 'json' }).problems).toMatchObject([
      { code: 'too-large', message: expect.stringContaining(`${key} defines 10001`) },
    ])
  },
)
