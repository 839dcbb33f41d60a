import { compileCondition } from '../../src/conditions/condition'
import { createLinearPatterns } from '../../src/conditions/patterns/linear'
import { prepareSavedGroups } from '../../src/conditions/saved-groups'
import { MAX_DEPTH, MAX_PARTS } from '../../src/conditions/size'
import type { JsonValue } from '../../src/core/json'
import type { EntryProblem } from '../../src/core/selector'
import { evalCondition } from '../../src/growthbook/evaluate'
import { cpuMs } from '../support/cpu-time'

const COLUMNS = [{}, { x: null }, { x: '' }, { x: 0 }, { x: false }, { x: 'a' }, { x: [] }]

function problemsOf(condition: unknown, groups = {}): EntryProblem[] {
  const problems: EntryProblem[] = []
  compileCondition(condition as JsonValue, {
    groups: prepareSavedGroups(groups, createLinearPatterns()),
    patterns: createLinearPatterns(),
    report: (problem) => problems.push(problem),
  })
  return problems
}

describe('a malformed condition is reported when it is compiled, and matches nobody', () => {
  test.each<[condition: unknown, path: (string | number)[]]>([
    [null, []],
    ['a', []],
    [[], []],
    [undefined, []],
    [{ $and: null }, ['$and']],
    [{ $or: {} }, ['$or']],
    [{ $or: '' }, ['$or']],
    [{ $nor: 'a' }, ['$nor']],
    [{ $not: null }, ['$not']],
    [{ $not: [] }, ['$not']],
    [{ $and: [{ a: 1 }, null] }, ['$and', 1]],
    [{ $or: [{ x: { $in: 'a' } }] }, ['$or', 0, 'x', '$in']],
    [{ x: { $nin: { a: 1 } } }, ['x', '$nin']],
    [{ x: { $ini: null } }, ['x', '$ini']],
    [{ x: { $nini: 'a' } }, ['x', '$nini']],
    [{ x: { $all: 'a' } }, ['x', '$all']],
    [{ x: { $alli: 'a' } }, ['x', '$alli']],
    [{ x: { $elemMatch: null } }, ['x', '$elemMatch']],
    [{ x: { $elemMatch: ['a'] } }, ['x', '$elemMatch']],
    [{ x: { $type: 5 } }, ['x', '$type']],
    [{ x: { $regex: 5 } }, ['x', '$regex']],
    [{ x: { $regexi: '(' } }, ['x', '$regexi']],
    [{ x: { $inGroup: ['a'] } }, ['x', '$inGroup']],
    [{ x: { $notInGroup: null } }, ['x', '$notInGroup']],
    [{ x: { $inGroup: 'bad' } }, ['x', '$inGroup']],
    [{ x: { $notInGroup: 'bad' } }, ['x', '$notInGroup']],
  ])('%j, at %j', (condition, path) => {
    const groups = { bad: { type: 'list' } }
    expect(problemsOf(condition, groups)).toEqual([
      expect.objectContaining({ code: 'bad-type', path, message: expect.stringMatching(/; \S/) }),
    ])
    for (const attributes of [...COLUMNS, { x: ['a'] }])
      expect(evalCondition(attributes, condition as JsonValue, groups)).toBe(false)
  })

  test.each<[condition: JsonValue, path: (string | number)[], message: RegExp]>([
    [{ x: { $inn: ['a'] } }, ['x', '$inn'], /no operator is called \$inn; did you mean \$in\?/],
    [{ $andd: [{ x: 1 }] }, ['$andd'], /no operator is called \$andd; did you mean \$and\?/],
    [{ $near: 1 }, ['$near'], /no operator is called \$near; write one of/],
    [{ x: { in: ['a'] } }, ['x', 'in'], /write \$in, or x.in for the member/],
    [{ x: { $in: ['a'], y: 1 } }, ['x', '$in'], /\$in is beside y/],
    [{ x: { $notRegex: 'a' } }, ['x', '$notRegex'], /no operator is called \$notRegex/],
    [{ x: { $not: { $bogus: 1 } } }, ['x', '$not', '$bogus'], /\$bogus/],
    [{ x: { $all: [{ $bogus: 1 }] } }, ['x', '$all', 0, '$bogus'], /\$bogus/],
    [{ x: { $elemMatch: { y: { $bogus: 1 } } } }, ['x', '$elemMatch', 'y', '$bogus'], /\$bogus/],
    [{ x: { $inGroup: 'nobody' } }, ['x', '$inGroup'], /no saved group nobody/],
  ])('%j is reported once', (condition, path, message) => {
    expect(problemsOf(condition)).toEqual([
      expect.objectContaining({
        code: 'unknown-key',
        path,
        message: expect.stringMatching(message),
      }),
    ])
  })

  test.each<[condition: JsonValue, path: (string | number)[], message: RegExp]>([
    [{ x: { $gt: [1] } }, ['x', '$gt'], /\$gt has a list; write a number or text/],
    [{ x: { $lte: null } }, ['x', '$lte'], /\$lte has null; write a number or text/],
    [{ x: { $eq: [1] } }, ['x', '$eq'], /\$eq has a list; write one value/],
    [{ x: { $ne: { a: 1 } } }, ['x', '$ne'], /\$ne has a mapping; write one value/],
    [{ x: { $exists: 'yes' } }, ['x', '$exists'], /\$exists has text; write true or false/],
    [{ x: { $size: true } }, ['x', '$size'], /\$size has a boolean; write a number/],
    [{ x: { $in: ['a', ['b']] } }, ['x', '$in', 1], /\$in has a list; write items that are/],
    [{ x: { $vgt: null } }, ['x', '$vgt'], /\$vgt has null; write a version/],
  ])(
    '%j can never match as written: reported, and answered as the reference does',
    (condition, path, message) => {
      expect(problemsOf(condition)).toEqual([
        { code: 'bad-type', path, message: expect.stringMatching(message) as string },
      ])
    },
  )

  test('a type that no value has is reported', () => {
    expect(problemsOf({ x: { $type: 'strng' } })).toMatchObject([
      {
        code: 'out-of-range',
        path: ['x', '$type'],
        message: expect.stringMatching(/write one of string/) as string,
      },
    ])
  })

  test('what is well formed has nothing to report', () => {
    expect(
      problemsOf({
        $groups: 'a',
        $or: [{ b: 1 }],
        x: { $not: null, $gt: '5', $eq: null, $ne: true, $size: { $gt: 1 }, $exists: false },
        y: { a: 1, in: 2 },
        z: { $in: ['b'], $nin: [1, 'a', null, true], $type: 'array', $vgt: '1.2', $veq: 2 },
      }),
    ).toEqual([])
  })
})

describe('the size of a condition is bounded', () => {
  const nested = (levels: number): JsonValue => {
    let condition: JsonValue = { x: 1 }
    for (let i = 1; i < levels; i++) condition = { $not: condition }
    return condition
  }

  test('as deep as allowed it is asked', () => {
    expect(problemsOf(nested(MAX_DEPTH))).toEqual([])
    expect(evalCondition({ x: 1 }, nested(MAX_DEPTH - 1))).toBe(true)
  })

  test.each<[what: string, condition: JsonValue]>([
    ['one level deeper', nested(MAX_DEPTH + 1)],
    ['far deeper than recursion can bear', nested(200_000)],
  ])('%s it is reported', (_, condition) => {
    expect(problemsOf(condition)).toEqual([
      expect.objectContaining({
        code: 'too-deep',
        message: expect.stringContaining(String(MAX_DEPTH)),
      }),
    ])
    expect(evalCondition({ x: 1 }, condition)).toBe(false)
    expect(evalCondition({ x: 2 }, condition)).toBe(false)
  })

  test('one that repeats a part of itself over and over is reported', () => {
    let condition: JsonValue = { x: 1 }
    for (let i = 0; i < 30; i++) condition = { $and: [condition, condition] }
    expect(problemsOf(condition)).toEqual([
      expect.objectContaining({
        code: 'too-deep',
        message: expect.stringContaining(String(MAX_PARTS)),
      }),
    ])
  })

  test('one of 100,000 alternatives is refused by its count, before anything is compiled', () => {
    const $or = Array.from({ length: 100_000 }, (_, i) => ({ x: i }))
    const began = cpuMs()
    expect(problemsOf({ $or })).toEqual([
      expect.objectContaining({
        code: 'too-deep',
        message: `the condition has more than ${MAX_PARTS} lists and mappings; write a simpler one`,
      }),
    ])
    expect(cpuMs() - began).toBeLessThan(500)
    expect(problemsOf({ x: { $in: Array.from({ length: 100_000 }, (_, i) => i) } })).toEqual([])
  })

  test('one that holds itself is reported', () => {
    const condition: Record<string, unknown> = {}
    condition.$not = condition
    expect(problemsOf(condition)).toHaveLength(1)
  })
})
