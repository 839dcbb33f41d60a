import fc from 'fast-check'
import { PREFIX, type TextProblem } from '../../../../src/live-config/text/entry'
import { withPlainLines } from '../../../../src/live-config/text/parse'
import { LineIndex, placed } from '../../../../src/live-config/text/places'
import { Anchors, type Piece, readPiece } from '../../../../src/live-config/text/yaml/value'
import { damaged, yamlEntry, yamlText } from '../../parse-arbitraries'
import { parseNow } from '../../../support/parse-now'
import { sized } from '../../../support/long-run'

const parse = (text: string) => parseNow(text, 'yaml')
const valueOf = (text: string) => parse(text).entries.at(-1)?.value
const outline = (parsed: ReturnType<typeof parseNow>) => ({
  ...parsed,
  entries: parsed.entries.map(({ key, value, text, position }) => ({ key, value, text, position })),
})

const byPlace = (a: TextProblem, b: TextProblem) =>
  (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)

/** What a text says, but for keys that stand twice in it. */
function inChunks(text: string) {
  const { entries, problems, fatal } = parse(text)
  const members = new Set(entries.map(({ key, value, position }) => [key, value, position]))
  return fatal
    ? 'refused'
    : { members, problems: problems.filter(({ message }) => !/line \d+; keep/.test(message)) }
}

function asWhole(text: string) {
  const plain = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n')
  const lines = new LineIndex(plain)
  const { members, problems, fatal } = readPiece(plain, new Anchors())
  const last = new Map(
    members.map(({ key, value, offset }) => [key, [key, value, lines.at(offset)]]),
  )
  return fatal
    ? 'refused'
    : {
        members: new Set(last.values()),
        problems: problems.map((problem) => placedOfFeature(problem, lines)).toSorted(byPlace),
      }
}

function placedOfFeature({ key, ...problem }: Piece['problems'][number], lines: LineIndex) {
  const feature = key?.startsWith(PREFIX) ? { feature: key.slice(PREFIX.length) } : {}
  return { ...placed(problem, lines), ...feature }
}

describe('a live config in YAML', () => {
  test.each([
    ['on', 'on'],
    ['off', 'off'],
    ['yes', 'yes'],
    ['On', 'On'],
    ['true', true],
    ['False', false],
    ['null', null],
    ['~', null],
    ['', null],
    ['5', 5],
    ['-0.5', -0.5],
    ['0x1f', 31],
    ['0o17', 15],
    ['017', 17],
    ['1e3', 1000],
    ['1_000', '1_000'],
    ['12:30', '12:30'],
    ['2024-01-31', '2024-01-31'],
    ['"5"', '5'],
    ["'it''s'", "it's"],
    ['"\\u00e9\\x41"', 'éA'],
    ['!!str 5', '5'],
    ['!!int "5"', 5],
    ['! 5', '5'],
    ['{a: 1, "b":[x]}', { a: 1, b: ['x'] }],
    ['[a, {b: }]', ['a', { b: null }]],
    ['|\n  a\n   b\n\n', 'a\n b\n'],
    ['>-\n  a\n  b', 'a b'],
    ['{5: a, null: b, 0x1f: c, true: d}', { 5: 'a', null: 'b', '0x1f': 'c', true: 'd' }],
    ['{<<: {a: 1}, b: 2}', { '<<': { a: 1 }, b: 2 }],
  ])('reads %j by the rules of YAML 1.2', (text, value) => {
    expect(parse(`feature_a: ${text}\n`)).toMatchObject({
      problems: [],
      entries: [{ key: 'feature_a' }],
    })
    expect(valueOf(`feature_a: ${text}\n`)).toEqual(value)
  })

  test.each([
    ['.inf', 'bad-type', 1, 12, null],
    ['[1, .NaN]', 'bad-type', 1, 16, [1, null]],
    ['1e999', 'bad-type', 1, 12, null],
    ['!custom x', 'bad-type', 1, 20, null],
    ['!!binary aGk=', 'bad-type', 1, 21, null],
    ['!!int x', 'bad-type', 1, 18, null],
    ['!!set {a, b}', 'bad-type', 1, 18, null],
    ['{[a]: 1, b: 2}', 'bad-type', 1, 13, { b: 2 }],
    ['{? {a: 1} : 1}', 'bad-type', 1, 15, {}],
    ['\n  : x', 'bad-type', 2, 3, {}],
    ['*nowhere', 'bad-type', 1, 12, null],
    ['&a [*a]', 'bad-type', 1, 16, [null]],
    ['{a: 1,\n  b: 2,\n  a: 3}', 'duplicate-key', 3, 3, { a: 3, b: 2 }],
    ['\n  "x": 1\n  x: 2', 'duplicate-key', 3, 3, { x: 2 }],
    [`${'['.repeat(101)}${']'.repeat(101)}`, 'too-deep', 1, 112, expect.anything()],
  ])('makes a problem of %j and loads what else there is', (text, code, line, column, value) => {
    const { entries, problems, fatal } = parse(`feature_a: ${text}\nfeature_b: on\n`)
    expect(fatal).toBeUndefined()
    expect(problems).toEqual([
      { code, severity: 'error', feature: 'a', line, column, message: expect.stringMatching(/; /) },
    ])
    expect(entries.map((entry) => entry.value)).toEqual([value, 'on'])
  })

  test.each([
    ['feature_a: "x\nfeature_b: on\n', 1, 12, 'add the closing double quote'],
    ["feature_b: on\nfeature_a: ['x\n", 2, 13, 'add the closing single quote'],
    ['feature_a: {b: 1\nfeature_b: on\n', 1, 12, 'the "{" that opens here is not closed'],
    ['feature_a:\n\tb: 1\n', 2, 1, 'indent with spaces'],
    ['feature_a: b: c\n', 1, 12, 'a second ": "'],
    ['feature_b: on\nfeature_a\n', 2, 1, 'found "feature_a"'],
    ['feature_a:\n    b: 1\n  c: 2\n', 3, 3, '"c" is in another column'],
    ['feature_a: @x\n', 1, 12, 'cannot begin with "@"'],
    ['feature_a: "\\q"\n', 1, 13, 'no escape'],
    ['feature_a: ["a" "b"]\n', 1, 17, 'a comma is missing'],
    ['feature_a: 5]\nfeature_b: [1]]\n', 2, 15, 'found "]"'],
    ['a: 1\n---\nb: 2\n', 2, 1, 'a second document'],
    ['a: 1\n...\nb: 2\n', 3, 1, 'a second document'],
  ])(
    'that is not YAML, as %j, is refused where it is to be fixed: %i:%i',
    (text, line, column, message) => {
      expect(parse(text)).toMatchObject({
        entries: [],
        fatal: { code: 'syntax', severity: 'error', line, column },
      })
      expect(parse(text).fatal?.message).toContain(message)
    },
  )

  test.each([
    ['# only notes\n\n', 'empty'],
    ['---\n', 'empty'],
    ['---\n# notes\n...\n', 'empty'],
    ['null\n', 'not-an-object'],
    ['- feature_a: on\n', 'not-an-object'],
    ['feature_a\n', 'not-an-object'],
    ['"on"', 'not-an-object'],
    ['5', 'not-an-object'],
    ['[]', 'not-an-object'],
  ])('that holds no mapping, as %j, is refused as %s', (text, code) => {
    expect(parse(text)).toMatchObject({ entries: [], fatal: { code } })
  })

  test('says in a large text too where it is broken', () => {
    const good = Array.from({ length: 4000 }, (_, i) => `feature_${i}: on\n`).join('')
    expect(parse(`${good}feature_x: {a: 1\nfeature_y: on\n`).fatal).toMatchObject({
      code: 'syntax',
      line: 4001,
      column: 12,
    })
    expect(parse(`${good}feature_x\nfeature_y: on\n`).fatal).toMatchObject({
      code: 'syntax',
      line: 4001,
      column: 1,
      message: expect.stringContaining('found "feature_x"'),
    })
  })

  test('reads JSON in a YAML file, duplicates reported', () => {
    expect(parse('{"feature_a": {"users": ["x"]}, "feature_a": "on"}')).toMatchObject({
      entries: [{ key: 'feature_a', value: 'on' }],
      problems: [{ code: 'duplicate-feature' }],
    })
  })
})

describe('anchors and aliases', () => {
  test('reach over the whole file, and mean what the name meant where the alias stands', () => {
    const { entries, problems } = parse(
      'staff: &s [gary]\nfeature_a: {users: *s}\nfeature_b: &t {x: *s}\nother: &s [ann]\nfeature_c: *s\nfeature_d: *t\n',
    )
    expect(problems).toEqual([])
    expect(entries.map(({ value }) => value)).toEqual([
      ['gary'],
      { users: ['gary'] },
      { x: ['gary'] },
      ['ann'],
      ['ann'],
      { x: ['gary'] },
    ])
  })

  test('leave an entry without a text of its own, since its meaning may change while the text stays', () => {
    const first = parse('staff: &s [gary]\nfeature_a: {users: *s}\nfeature_b: on\n')
    const second = parseNow('staff: &s [ann]\nfeature_a: {users: *s}\nfeature_b: on\n', 'yaml', {
      previous: first,
    })
    expect(first.entries.map(({ text }) => text)).toEqual([undefined, undefined, 'feature_b: on\n'])
    expect(second.entries.map(({ value }) => value)).toEqual([['ann'], { users: ['ann'] }, 'on'])
  })

  test('report what is wrong with what an alias stands for at the alias too', () => {
    expect(parse('feature_a: &x [.inf]\nfeature_b: *x\n').problems).toMatchObject([
      { feature: 'a', line: 1, column: 16 },
      { feature: 'b', line: 2, column: 12 },
    ])
  })

  test('that stand for more than memory can bear are refused', () => {
    const lines = [
      'a: &a [x,x,x,x,x,x,x,x,x,x]',
      ...'bcdefghi'
        .split('')
        .map(
          (name, i) =>
            `${name}: &${name} [${Array<string>(10).fill(`*${'abcdefgh'[i]}`).join(',')}]`,
        ),
    ]
    expect(parse(lines.join('\n'))).toMatchObject({ entries: [], fatal: { code: 'too-large' } })
  })
})

describe('reading key by key', () => {
  test('gives what reading the text as a whole gives, whatever styles and notes are in it', () => {
    fc.assert(
      fc.property(yamlText, (text) => expect(inChunks(text)).toEqual(asWhole(text))),
      { numRuns: sized(250, 1000) },
    )
  })

  test.each([
    ['feature_a: [x\n]\n', false],
    ['feature_a: {b: [x]\n}\n', false],
    ['feature_a: {b: [x\n ]\n}\n', false],
    ['feature_a: {b: [x\n]}\n', true],
    ['feature_a: [[x\n]]\n', true],
    ['feature_a: [{b: 1\n}\n]\n', true],
  ])(
    'refuses an inner bracket at the left edge, as the whole does: %j is refused: %j',
    (text, refused) => {
      expect(inChunks(text) === 'refused').toBe(refused)
      expect(inChunks(text)).toEqual(asWhole(text))
    },
  )

  test('of a damaged text gives what the whole gives, or refuses it: what is cut wrongly is never believed', () => {
    fc.assert(
      // Line ends are made one kind before a text is cut.
      fc.property(damaged(yamlText).map(withPlainLines), (text) => {
        const found = inChunks(text)
        if (found !== 'refused') expect(found).toEqual(asWhole(text))
      }),
      { numRuns: sized(250, 1000) },
    )
  })

  test('with what is known of the text before gives what a fresh reading gives, edit after edit', () => {
    const edits = fc.array(
      fc.tuple(
        fc.nat(),
        fc.nat({ max: 1 }),
        fc.oneof(yamlEntry, yamlEntry, fc.constantFrom('', '# note\n', '\n', 'broken: {\n')),
      ),
      { minLength: 1, maxLength: 6 },
    )
    fc.assert(
      fc.property(fc.array(yamlEntry, { minLength: 1, maxLength: 6 }), edits, (lines, steps) => {
        let previous = parse(lines.join(''))
        for (const [at, cut, put] of steps) {
          lines.splice(at % (lines.length + 1), cut, put)
          previous = parseNow(lines.join(''), 'yaml', { previous })
          expect(outline(previous)).toEqual(outline(parse(lines.join(''))))
        }
      }),
      { numRuns: sized(125, 500) },
    )
  })

  test('does not read again what did not change: its value is the very same object, wherever it moved', () => {
    const before = parse('feature_a: {users: [x]}\nfeature_b: {users: [y]}\n')
    const after = parseNow(
      '# moved\n\nfeature_b: {users: [y]}\n\nfeature_a: {users: [z]}\n',
      'yaml',
      { previous: before },
    )
    expect(after.entries[0]?.value).toBe(before.entries[1]?.value)
    expect(after.entries[0]?.position).toEqual({ line: 3, column: 1 })
  })

  test.each([
    ['moves', 'feature_b: on\n# note\nfeature_a: {x: 1}\n', true],
    ['gets a note or empty line after it', 'feature_a: {x: 1}\n\n# note\n\nfeature_b: on\n', true],
    ['gets other white space within', 'feature_a: { x: 1}\n', false],
    ['gets another value', 'feature_a: {x: 2}\n', false],
  ])('keeps the text of an entry that %s', (_what, text, same) => {
    const [entry] = parse('feature_a: {x: 1}\nfeature_b: on\n').entries
    expect(parse(text).entries.find(({ key }) => key === 'feature_a')?.text === entry?.text).toBe(
      same,
    )
  })

  test('counts the empty lines after a text that keeps them as part of the entry', () => {
    const [one, two] = ['a: |+\n  x\n\nb: on\n', 'a: |+\n  x\n\n\nb: on\n'].map(
      (text) => parse(text).entries[0],
    )
    expect([one?.value, two?.value]).toEqual(['x\n\n', 'x\n\n\n'])
    expect(one?.text).not.toBe(two?.text)
  })
})
