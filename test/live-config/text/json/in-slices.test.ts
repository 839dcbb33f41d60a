import fc from 'fast-check'
import type { JsonValue } from '../../../../src/core/json'
import { SlicedJson } from '../../../../src/live-config/text/json/in-slices'
import { jsonProblem } from '../../../../src/live-config/text/json/syntax-problem'
import { atOnce, TimeSlice } from '../../../../src/runtime/time-slice'
import { parseNow } from '../../../support/parse-now'
import { sized } from '../../../support/long-run'

/** Reads a text in pieces of a few characters. */
function inPieces(text: string, pieceLength: number) {
  const reader = new SlicedJson(text, new TimeSlice(), pieceLength)
  const members: [string, JsonValue][] = []
  atOnce(reader.readObject((key, _member, value) => void members.push([key, value])))
  return { value: Object.fromEntries(members), fatal: reader.fatal, problems: reader.problems }
}

const object = fc
  .dictionary(fc.string({ maxLength: 4 }), fc.jsonValue({ maxDepth: 4 }), { maxKeys: 5 })
  .chain((value) =>
    fc.constantFrom(undefined, 1, '\t').map((space) => JSON.stringify(value, undefined, space)),
  )

const damaged = fc
  .tuple(
    object,
    fc.nat(),
    fc.nat({ max: 2 }),
    fc.constantFrom('', ',', '}', ']', '"', ':', 'x', '\\', '{', '[', '1'),
  )
  .map(([text, at, cut, put]) => {
    const from = at % (text.length + 1)
    return text.slice(0, from) + put + text.slice(from + cut)
  })

describe('JSON that is read in slices', () => {
  test('has the value that the native parser gives it, however small the pieces', () => {
    fc.assert(
      fc.property(object, fc.integer({ min: 1, max: 30 }), (text, length) => {
        expect(inPieces(text, length)).toEqual({
          value: JSON.parse(text) as JsonValue,
          fatal: undefined,
          problems: [],
        })
      }),
      { numRuns: sized(300, 5000) },
    )
  })

  test('is refused exactly when the native parser refuses it, at the same place', () => {
    fc.assert(
      fc.property(damaged, fc.integer({ min: 1, max: 30 }), (text, length) => {
        const expected = jsonProblem(text)
        const { fatal } = inPieces(text, length)
        if (/^\s*\{/.test(text)) expect(fatal?.offset).toBe(expected?.offset)
      }),
      { numRuns: sized(300, 5000) },
    )
  })

  test.each(['{"a": [].5,1]}', '{"a": [1].9e-9,2]}', '{"b": {"a": 1}e5}', '{"a": []"x"}'])(
    'is refused where a value is followed by what would continue a number: %s',
    (text) => {
      expect(inPieces(text, 1).fatal?.offset).toBe(jsonProblem(text)?.offset)
    },
  )

  test.each([
    ['{"a": {"k": 1, "k": 2}}', 'duplicate-key'],
    ['{"a": [1, 1e999]}', 'bad-type'],
    ['{"a": 9007199254740993}', 'out-of-range'],
  ])('has its problems reported: %s', (text, code) => {
    for (const length of [1, 5, 1000])
      expect(inPieces(text, length).problems.map((problem) => problem.code)).toEqual([code])
  })

  test('that is nested too deep is refused', () => {
    const text = `{"a": ${'['.repeat(200)}${']'.repeat(200)}}`
    expect(inPieces(text, 10).fatal).toMatchObject({ code: 'too-deep' })
    expect(inPieces(text, 1000).fatal).toMatchObject({ code: 'too-deep', offset: 6 })
  })

  const members = Array.from(
    { length: 60_000 },
    (_, i) => `"feature_${i}": {"percent_loggedin": 5}`,
  )

  test('says at the end of a large text what is wrong there', () => {
    const text = `{\n${members.join(',\n')},\n}`
    expect(parseNow(text, 'json').fatal).toMatchObject({
      code: 'syntax',
      line: 60_002,
      column: 1,
      message: expect.stringContaining('remove the comma before this "}"'),
    })
    expect(parseNow(text.slice(0, -3), 'json').fatal).toMatchObject({
      line: 60_001,
      message: 'the text ends, but the "{" of line 1 is not closed; add "}"',
    })
  })

  test('reports in a large text what it reports in a small one', () => {
    const text = `{\n${members.join(',\n')},\n"feature_1": "on",\n"feature_x": {"gold": 5, "gold": 6}}`
    const { entries, problems } = parseNow(text, 'json')
    expect([entries.length, problems]).toMatchObject([
      60_001,
      [
        { code: 'duplicate-feature', feature: '1', line: 60_002, column: 1 },
        { code: 'duplicate-key', feature: 'x', line: 60_003, column: 26 },
      ],
    ])
    expect(entries.at(-1)?.locate(['gold'])).toEqual({ line: 60_003, column: 34 })
  })
})
