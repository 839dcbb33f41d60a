import fc from 'fast-check'
import type { JsonValue } from '../../../../src/core/json'
import { jsonProblem } from '../../../../src/live-config/text/json/syntax-problem'
import { damaged, jsonValue } from '../../parse-arbitraries'
import { parseNow } from '../../../support/parse-now'
import { sized } from '../../../support/long-run'

const parse = (text: string) => parseNow(text, 'json')

describe('a live config in JSON', () => {
  test('gives every key in the order of the text, numbers and escapes among them', () => {
    const { entries, problems } = parse('{"b": 1, "10": 2, "9": {"x": [null]}, "caf\\u00e9": "on"}')
    expect(entries.map(({ key, value }) => [key, value])).toEqual([
      ['b', 1],
      ['10', 2],
      ['9', { x: [null] }],
      ['café', 'on'],
    ])
    expect(problems).toEqual([])
  })

  test.each([
    ['{"a": 1,}', 1, 9, 'remove the comma'],
    ['{"a": [1,\n]}', 2, 1, 'remove the comma'],
    ['{"a": 1', 1, 8, 'the "{" of line 1 is not closed'],
    ['{"a": {\n"b": [1\n\n', 2, 8, 'the "[" of line 2 is not closed'],
    ['{"a" 1}', 1, 6, 'the colon after the key'],
    ['{"a": 1\n "b": 2}', 2, 2, 'a comma or the closing bracket'],
    ['{a: 1}', 1, 2, 'a key in double quotes'],
    ["{'a': 1}", 1, 2, 'double quotes'],
    ['{"a": 1} // on', 1, 10, 'no comments'],
    ['# all\n{}', 1, 1, 'no comments'],
    ['{"a": tru}', 1, 7, 'found "tru"'],
    ['{"a": NaN}', 1, 7, 'found "NaN"'],
    ['{"a": 01}', 1, 7, 'found "01"'],
    ['{"a": "x\n"}', 1, 7, 'is not closed on its line'],
    ['{"a": "\t"}', 1, 8, '\\u0009'],
    ['{"a": "\\q"}', 1, 8, 'no escape'],
    ['{"a": "😀" 😀}', 1, 12, 'found "😀"'],
    ['{} {}', 1, 4, 'the text should end'],
    ['feature_a: on', 1, 1, 'found "feature_a"'],
  ])(
    'that is not JSON, as %j, is refused where it stops being it: %i:%i',
    (text, line, column, message) => {
      const { fatal, entries } = parse(text)
      expect(fatal).toMatchObject({ code: 'syntax', severity: 'error', line, column })
      expect(fatal?.message).toContain(message)
      expect(entries).toEqual([])
    },
  )

  test.each([
    ['[1]', 'a list'],
    ['"on"', 'text'],
    ['\n 5', 'a number'],
    ['null', 'null'],
  ])('that is no object, as %j, is refused', (text, kind) => {
    expect(parse(text).fatal).toMatchObject({
      code: 'not-an-object',
      message: `the live config is ${kind}; write a mapping of feature_ keys`,
    })
  })

  test('finds a problem in exactly those texts that JSON.parse throws at', () => {
    const texts = fc.oneof(
      damaged(jsonValue.map((value) => JSON.stringify(value, undefined, 1))),
      fc.json(),
      fc.string(),
    )
    fc.assert(
      fc.property(texts, (text) => expect(jsonProblem(text) === undefined).toBe(isJson(text))),
      { numRuns: sized(500, 2000) },
    )
  })

  test('reports a key that is there twice within an entry, wherever it is nested and however it is spelled', () => {
    const { entries, problems, duplicates } = parse(
      '{"feature_a": {"x": [{"k": 1,\n"\\u006b": 2}]},\n"note": {"k": 1, "k": 2}}',
    )
    expect(entries.map(({ value }) => value)).toEqual([{ x: [{ k: 2 }] }, { k: 2 }])
    expect(problems).toEqual([
      {
        code: 'duplicate-key',
        severity: 'error',
        feature: 'a',
        line: 2,
        column: 1,
        message: '"k" is already on line 1 in this mapping; keep one of the two',
      },
      {
        code: 'duplicate-key',
        severity: 'error',
        line: 3,
        column: 18,
        message: '"k" is already on line 3 in this mapping; keep one of the two',
      },
    ])
    expect(duplicates.size).toBe(0)
  })

  test('makes null and a problem of a number too large to be one', () => {
    const { entries, problems } = parse('{"feature_a": {"percent_loggedin": [-1e999, 5]}}')
    expect(entries[0]?.value).toEqual({ percent_loggedin: [null, 5] })
    expect(problems).toMatchObject([{ code: 'bad-type', feature: 'a', line: 1, column: 37 }])
  })

  test('reads a value a hundred levels deep, and makes null and a problem of a deeper one', () => {
    const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)
    expect(parse(`{"feature_a": ${nested(100)}}`)).toMatchObject({ problems: [] })
    const { entries, problems } = parse(`{"feature_a": ${nested(101)}, "feature_b": "on"}`)
    expect(entries.map(({ value }) => value)).toEqual([null, 'on'])
    expect(problems).toMatchObject([{ code: 'too-deep', feature: 'a', line: 1, column: 15 }])
  })

  test('reads what JSON.parse reads, for any object', () => {
    const objects = fc.dictionary(fc.string(), jsonValue)
    fc.assert(
      fc.property(objects, fc.constantFrom(undefined, 1, '\t'), (object, space) => {
        const text = JSON.stringify(object, undefined, space)
        const parsed = parse(text)
        const expected = new Map(Object.entries(JSON.parse(text) as Record<string, JsonValue>))
        expect(new Map(parsed.entries.map(({ key, value }) => [key, value]))).toEqual(expected)
        expect(parsed.problems).toEqual([])
      }),
    )
  })
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
