import fc from 'fast-check'
import type { Format } from '../../../src/live-config/text/entry'
import { parse } from '../../../src/live-config/text/parse'
import { damaged, yamlText } from '../parse-arbitraries'
import { parseNow } from '../../support/parse-now'
import { sized } from '../../support/long-run'
import { anyText } from '../../support/any-text'

const formats: readonly Format[] = ['yaml', 'json', 'ini']
const entriesOf = (text: string, format: Format) =>
  parseNow(text, format).entries.map(({ key, value, position }) => [
    key,
    value,
    position.line,
    position.column,
  ])

describe('any live config', () => {
  test.each(formats)(
    'that is empty, or white space alone, is fatal in %s and never means: remove everything',
    (format) => {
      for (const text of ['', ' ', '\n', '\r\n\t \n', '\uFEFF', '\uFEFF\n']) {
        expect(parseNow(text, format)).toMatchObject({
          entries: [],
          problems: [],
          fatal: { code: 'empty', severity: 'error', line: 1, column: 1 },
        })
      }
    },
  )

  test.each([
    ['yaml', '{}'],
    ['yaml', ' { } # none'],
    ['json', '{}'],
    ['json', '\n{ }\n'],
    ['ini', '[live_config]'],
    ['ini', '[live_config]\n\n; none'],
  ] as const)('in %s may say that there are no entries: %j', (format, text) => {
    expect(parseNow(text, format)).toEqual({ entries: [], problems: [], duplicates: new Set() })
  })

  test.each([
    [
      'yaml',
      'feature_a: on\nfeature_b: 5\n',
      [
        ['feature_a', 'on', 1, 1],
        ['feature_b', 5, 2, 1],
      ],
    ],
    [
      'json',
      '{"feature_a": "on",\n "feature_b": 5}\n',
      [
        ['feature_a', 'on', 1, 2],
        ['feature_b', 5, 2, 2],
      ],
    ],
    [
      'ini',
      '[live_config]\nfeature_a = on\nfeature_b = 5\n',
      [
        ['feature_a', 'on', 2, 1],
        ['feature_b', '5', 3, 1],
      ],
    ],
  ] as const)(
    'reads the same in %s with a byte-order mark and with CRLF',
    (format, text, expected) => {
      for (const variant of [
        text,
        `\uFEFF${text}`,
        text.replaceAll('\n', '\r\n'),
        `\uFEFF${text.replaceAll('\n', '\r\n')}`,
      ]) {
        expect(entriesOf(variant, format)).toEqual(expected)
      }
    },
  )

  test.each([
    ['yaml', '__proto__: {__proto__: 1, constructor: {__proto__: 2}}\nconstructor: on\n'],
    [
      'json',
      '{"__proto__": {"__proto__": 1, "constructor": {"__proto__": 2}}, "constructor": "on"}',
    ],
  ] as const)('holds __proto__ and constructor as ordinary keys in %s', (format, text) => {
    const [proto, constructor] = parseNow(text, format).entries
    expect(JSON.stringify(proto?.value)).toBe('{"__proto__":1,"constructor":{"__proto__":2}}')
    expect(Object.getPrototypeOf(proto?.value)).toBe(Object.prototype)
    expect(constructor).toMatchObject({ key: 'constructor', value: 'on' })
  })

  test.each([
    ['yaml', 'feature_a: 1\nnote: x\nfeature_a: 2\nnote: y\nfeature_a: 3\n', 3, 4],
    [
      'json',
      '{"feature_a": 1,\n"note": "x",\n"feature_a": 2,\n"note": "y",\n"feature_a": 3}',
      3,
      4,
    ],
    [
      'ini',
      '[live_config]\nfeature_a = 1\nnote = x\nfeature_a = 2\nnote = y\nfeature_a = 3\n',
      4,
      5,
    ],
  ] as const)(
    'lets the last of a key that is there twice win in %s, and says so once, at the second',
    (format, text, line, noteLine) => {
      const { entries, problems, duplicates } = parseNow(text, format)
      expect(entries.map(({ key, value }) => [key, value])).toEqual([
        ['note', 'y'],
        ['feature_a', format === 'ini' ? '3' : 3],
      ])
      expect(duplicates).toEqual(new Set(['feature_a', 'note']))
      expect(problems).toEqual([
        {
          code: 'duplicate-feature',
          severity: 'error',
          feature: 'a',
          line,
          column: 1,
          message: `"feature_a" is already on line ${line - 2}; keep one of the two`,
        },
        {
          code: 'duplicate-key',
          severity: 'error',
          line: noteLine,
          column: 1,
          message: `"note" is already on line ${noteLine - 2}; keep one of the two`,
        },
      ])
    },
  )

  test.each(formats)(
    'that is no text anybody would write is refused or read, never thrown at, in %s',
    (format) => {
      const seeds = fc.oneof(
        yamlText,
        fc.constantFrom(
          '{"feature_a": {"users": ["x", 1e3, null]}, "b": "\\u00e9"}',
          '[live_config]\nfeature_a = {"a":\n  5} ; x\n[other]\nb: 1\n',
        ),
      )
      const texts = fc.oneof(anyText(), fc.string({ unit: 'grapheme-ascii' }), damaged(seeds))
      fc.assert(
        fc.property(texts, (text) => {
          const parsed = parseNow(text, format)
          for (const entry of parsed.entries)
            expect(entry.locate(['users', 0]).line).toBeGreaterThan(0)
          if (parsed.fatal) expect(parsed.entries).toEqual([])
        }),
        { numRuns: sized(250, 1000) },
      )
    },
  )

  test.each([
    '[',
    'feature_a: [',
    '{"a": ',
    '- ',
    'a: ',
    '? ',
    '&x [',
    "'",
    '"',
    '{"feature_a": [',
  ])('of ten thousand times %j ends neither the process nor in a throw', (piece) => {
    for (const format of formats) expect(() => parseNow(piece.repeat(10_000), format)).not.toThrow()
  })
})

describe('a parse in slices', () => {
  const numbers = Array.from({ length: 40 }, (_, i) => i)
  const texts = {
    yaml: numbers.map((i) => `feature_${i}:\n  users: [a, b${i}]\n`).join(''),
    json: JSON.stringify(
      Object.fromEntries(numbers.map((i) => [`feature_${i}`, { users: ['a', `b${i}`] }])),
    ),
    ini: `[live_config]\n${numbers.map((i) => `feature_${i} = {"users": ["a", "b${i}"]}`).join('\n')}`,
  }

  afterEach(() => jest.restoreAllMocks())

  test.each(formats)(
    'gives way after every entry of %s when each takes long, and the end is the same',
    (format) => {
      const expected = parseNow(texts[format], format)
      let now = 0
      jest.spyOn(performance, 'now').mockImplementation(() => (now += 10))
      const work = parse(texts[format], format)
      let slices = 0
      let step = work.next()
      for (; !step.done; step = work.next()) slices++
      expect(slices).toBeGreaterThan(numbers.length / 2)
      expect(step.value.entries.map(({ key, value }) => [key, value])).toEqual(
        expected.entries.map(({ key, value }) => [key, value]),
      )
    },
  )
})
