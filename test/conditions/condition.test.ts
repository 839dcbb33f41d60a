import { compileCondition } from '../../src/conditions/condition'
import { createLinearPatterns } from '../../src/conditions/patterns/linear'
import { prepareSavedGroups } from '../../src/conditions/saved-groups'
import type { JsonValue } from '../../src/core/json'
import { evalCondition } from '../../src/growthbook/evaluate'

const GROUPS = { g: ['a'] }

/**
 * The values of the attribute x, in the order of the columns below; the first is an attribute that
 * is not there.
 */
const COLUMNS = [{}, { x: null }, { x: '' }, { x: 0 }, { x: false }, { x: 'a' }, { x: [] }]

/** Answers as the table of docs/spec/growthbook.md, section 7.4, writes them: T is true. */
const answers = (expected: JsonValue): string =>
  COLUMNS.map((attributes) =>
    evalCondition(attributes, { x: expected }, GROUPS) ? 'T' : '·',
  ).join(' ')

describe('for x absent, null, "", 0, false, "a" and []', () => {
  test.each<[expected: JsonValue, row: string]>([
    ['a', '· · · · · T ·'],
    ['', '· · T · · · T'],
    ['null', 'T T · · · · ·'],
    [0, 'T T T T T · T'],
    [1, '· · · · · · ·'],
    [true, '· · · · · T T'],
    [false, '· · T T T · ·'],
    [null, 'T T · · · · ·'],
    [[], '· · · · · · T'],
    [{}, '· · · · · · ·'],
    [{ $eq: 'a' }, '· · · · · T ·'],
    [{ $eq: null }, 'T T · · · · ·'],
    [{ $eq: 0 }, '· · · T · · ·'],
    [{ $eq: '' }, '· · T · · · ·'],
    [{ $eq: false }, '· · · · T · ·'],
    [{ $ne: 'a' }, 'T T T T T · T'],
    [{ $ne: null }, '· · T T T T T'],
    [{ $gt: -1 }, 'T T T T T · T'],
    [{ $gt: 0 }, '· · · · · · ·'],
    [{ $gte: 0 }, 'T T T T T · T'],
    [{ $lt: 1 }, 'T T T T T · T'],
    [{ $lte: 0 }, 'T T T T T · T'],
    [{ $lt: 0 }, '· · · · · · ·'],
    [{ $gt: 'a' }, '· · · · · · ·'],
    [{ $lt: 'b' }, '· · T · · T T'],
    [{ $gte: '' }, 'T T T T T T T'],
    [{ $gt: '-1' }, 'T T · T T T ·'],
    [{ $in: ['a'] }, '· · · · · T ·'],
    [{ $in: [null] }, 'T T · · · · ·'],
    [{ $in: [] }, '· · · · · · ·'],
    [{ $in: 'a' }, '· · · · · · ·'],
    [{ $nin: ['a'] }, 'T T T T T · T'],
    [{ $nin: [null] }, '· · T T T T T'],
    [{ $nin: [] }, 'T T T T T T T'],
    [{ $nin: 'a' }, '· · · · · · ·'],
    [{ $ini: ['A'] }, '· · · · · T ·'],
    [{ $nini: ['A'] }, 'T T T T T · T'],
    [{ $inGroup: 'g' }, '· · · · · T ·'],
    [{ $notInGroup: 'g' }, 'T T T T T · T'],
    [{ $inGroup: 'unknown' }, '· · · · · · ·'],
    [{ $notInGroup: 'unknown' }, 'T T T T T T T'],
    [{ $all: ['a'] }, '· · · · · · ·'],
    [{ $alli: ['A'] }, '· · · · · · ·'],
    [{ $all: [] }, '· · · · · · T'],
    [{ $alli: [] }, '· · · · · · T'],
    [{ $elemMatch: { $eq: 'a' } }, '· · · · · · ·'],
    [{ $size: 0 }, '· · · · · · T'],
    [{ $size: { $gt: -1 } }, '· · · · · · T'],
    [{ $exists: true }, '· · T T T T T'],
    [{ $exists: false }, 'T T · · · · ·'],
    [{ $type: 'null' }, 'T T · · · · ·'],
    [{ $type: 'undefined' }, '· · · · · · ·'],
    [{ $type: 'string' }, '· · T · · T ·'],
    [{ $regex: 'a' }, '· · · · T T ·'],
    [{ $regexi: 'A' }, '· · · · T T ·'],
    [{ $regex: '.*' }, 'T T T T T T T'],
    [{ $regex: '^null$' }, 'T T · · · · ·'],
    [{ $regex: '[' }, '· · · · · · ·'],
    [{ $not: { $regex: 'a' } }, 'T T T T · · T'],
    [{ $not: { $eq: 'a' } }, 'T T T T T · T'],
    [{ $not: 'a' }, 'T T T T T · T'],
    [{ $veq: '1.0.0' }, '· · · · · · ·'],
    [{ $veq: '0' }, 'T T T T T · T'],
    [{ $vne: '1.0.0' }, 'T T T T T T T'],
    [{ $vgt: '1.0.0' }, '· · · · · T ·'],
    [{ $vgte: '0' }, 'T T T T T T T'],
    [{ $vlt: '1.0.0' }, 'T T T T T · T'],
    [{ $vlte: '0' }, 'T T T T T · T'],
    [{ $unknown: 'a' }, '· · · · · · ·'],
  ])('%j answers %s', (expected, row) => expect(answers(expected)).toBe(row))
})

describe('an attribute that is there with the value undefined', () => {
  test.each<[expected: JsonValue, holds: boolean]>([
    [null, false],
    [false, true],
    [true, false],
    [0, false],
    ['undefined', true],
    [{ $eq: null }, false],
    [{ $ne: null }, true],
    [{ $lt: 1 }, false],
    [{ $lte: 0 }, false],
    [{ $gt: -1 }, false],
    [{ $gte: 0 }, false],
    [{ $exists: false }, true],
    [{ $exists: true }, false],
    [{ $type: 'undefined' }, true],
    [{ $in: [null] }, false],
    [{ $veq: '0' }, true],
  ])('%j is %p, at the top and within another', (expected, holds) => {
    expect(evalCondition({ x: undefined }, { x: expected })).toBe(holds)
    expect(evalCondition({ a: { x: undefined } }, { 'a.x': expected })).toBe(holds)
  })
})

describe('what is expected of an attribute', () => {
  test.each<[expected: JsonValue, value: unknown, holds: boolean]>([
    // A literal is coerced, $eq is not.
    [5, '5', true],
    ['5', 5, true],
    [{ $eq: 5 }, '5', false],
    [5, '5.0', true],
    [5, [5], true],
    [1, true, true],
    [0, 'x', false],
    [true, 'yes', true],
    [true, 'false', true],
    [false, 'false', false],
    ['a,b', ['a', 'b'], true],
    ['[object Object]', {}, true],
    // Lists and objects are compared as JSON texts.
    [['a', 1], ['a', 1], true],
    [['a', 1], ['a', '1'], false],
    [{ a: 1, b: 2 }, { a: 1, b: 2 }, true],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, false],
    [{ $a: 1, b: 2 }, { $a: 1, b: 2 }, true],
    [{}, {}, true],
    [[1], '[1]', false],
    [{ $eq: [1] }, [1], false],
    [{ $ne: [1] }, [1], true],
    // Relations.
    [{ $gt: '9' }, '10', false],
    [{ $gt: 9 }, '10', true],
    [{ $lt: 11 }, [10], true],
    [{ $lt: '9' }, [10], true],
    [{ $gt: 0 }, 'x', false],
    [{ $lte: 0 }, 'x', false],
    [{ $gt: null }, 1, true],
    // Lists.
    [{ $in: ['1'] }, 1, false],
    [{ $in: ['b', 'c'] }, ['a', 'b'], true],
    [{ $nin: ['b', 'c'] }, ['a', 'b'], false],
    [{ $in: [[1]] }, [[1]], false],
    [{ $ini: ['B', 1] }, ['b'], true],
    [{ $ini: ['B', 1] }, 1, true],
    [{ $ini: ['1'] }, 1, false],
    [{ $inGroup: 'g' }, ['b', 'a'], true],
    [{ $notInGroup: 'g' }, ['b', 'a'], false],
    [{ $inGroup: 'g' }, 'A', false],
    [{ $all: ['a', 5] }, ['5', 'a'], true],
    [{ $all: ['a', 5] }, ['a'], false],
    [{ $all: [{ $gt: 1 }, { $lt: 1 }] }, [0, 2], true],
    [{ $all: ['A'] }, ['a'], false],
    [{ $alli: ['A'] }, ['a'], true],
    [{ $alli: ['TRUE'] }, [true], true],
    [{ $alli: [{ $eq: 'A' }] }, ['a'], false],
    [{ $elemMatch: { $gte: 0 } }, [0], false],
    [{ $elemMatch: { $gte: 0 } }, [0, 1], true],
    [{ $elemMatch: { $eq: '' } }, [''], false],
    [{ $elemMatch: { $exists: true } }, [false, null, 0, ''], false],
    [{ $elemMatch: {} }, ['a'], true],
    [{ $elemMatch: { name: 'a', 'b.c': 1 } }, [{ name: 'a' }, { name: 'a', b: { c: 1 } }], true],
    [{ $elemMatch: { name: null } }, ['text'], true],
    [{ $elemMatch: { $or: [{ a: 1 }, { b: 1 }], c: 1 } }, [{ b: 1, c: 1 }], true],
    [{ $size: '2' }, [1, 2], true],
    [{ $size: 2 }, 'ab', false],
    [{ $exists: 'false' }, 1, true],
    [{ $type: 'array' }, [], true],
    [{ $type: 'object' }, {}, true],
    [{ $type: 'object' }, [], false],
    [{ $type: 'number' }, 1, true],
    [{ $type: 'boolean' }, false, true],
    [{ $not: { $gt: 1, $lt: 3 } }, 2, false],
    [{ $not: { $gt: 1, $lt: 3 } }, 3, true],
    [{ $not: null }, 1, true],
    [{ $not: null }, null, false],
    [{ $gt: 1, $lt: 3, $ne: 2 }, 2, false],
    [{ $regex: 'b|c' }, ['a', 'b'], true],
    [{ $vlt: '1.10.0' }, '1.9.3', true],
    [{ $vgt: '1.0.0-beta' }, 'v1.0.0', true],
    [{ $veq: 1 }, '1', true],
  ])('%j of %j is %p', (expected, value, holds) =>
    expect(evalCondition({ x: value }, { x: expected }, GROUPS)).toBe(holds),
  )
})

describe('conditions are joined', () => {
  const attributes = {
    a: 1,
    b: 2,
    $groups: ['x'],
    deep: { list: [{ name: 'n' }], 'a.b': 1 },
    tags: ['t', 'u'],
    text: 'abc',
    'x.y': 1,
  }
  test.each<[condition: JsonValue, holds: boolean]>([
    [{}, true],
    [{ a: 1, b: 2 }, true],
    [{ a: 1, b: 3 }, false],
    [{ a: 1, b: 2, text: 'abc', tags: { $size: 2 } }, true],
    [{ a: 1, b: 2, text: 'abc', tags: { $size: 3 } }, false],
    [{ $and: [] }, true],
    [{ $or: [] }, true],
    [{ $nor: [] }, false],
    [{ $or: [], a: 2 }, false],
    [{ $or: [{ a: 2 }, { b: 2 }] }, true],
    [{ $or: [{ a: 2 }, { b: 3 }] }, false],
    [{ $nor: [{ a: 2 }, { b: 3 }] }, true],
    [{ $and: [{ a: 1 }, { b: 3 }] }, false],
    [{ $not: { a: 1 } }, false],
    [{ $not: {} }, false],
    [{ $not: { $not: { a: 1 } }, b: 2 }, true],
    [{ $groups: { $elemMatch: { $eq: 'x' } } }, true],
    [{ 'deep.list.0.name': 'n' }, true],
    [{ 'tags.1': 'u' }, true],
    [{ 'tags.length': 2 }, true],
    [{ 'tags.2': null }, true],
    [{ 'text.length': null }, true],
    [{ 'text.0': null }, true],
    [{ 'a.b.c': null }, true],
    [{ 'x.y': null }, true],
    [{ 'deep.a.b': null }, true],
  ])('%j is %p', (condition, holds) => expect(evalCondition(attributes, condition)).toBe(holds))
})

describe('names that every object has', () => {
  const names = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf']

  test.each(names)('%s is an attribute only when it has been given', (name) => {
    expect(evalCondition({}, { [name]: { $exists: true } })).toBe(false)
    expect(evalCondition({ a: {} }, { [`a.${name}`]: { $exists: true } })).toBe(false)
    expect(
      evalCondition(
        { a: [{ b: 1 }] },
        { a: { $elemMatch: { [`b.${name}`]: { $exists: true }, b: 1 } } },
      ),
    ).toBe(false)
    const given = JSON.parse(`{"${name}": 1}`) as unknown
    expect(evalCondition(given, JSON.parse(`{"${name}": 1}`) as JsonValue)).toBe(true)
    expect(evalCondition({ a: given }, { [`a.${name}`]: 1 })).toBe(true)
  })

  test.each(names)('%s is a saved group only when it has been saved', (name) => {
    expect(evalCondition({ x: 'a' }, { x: { $inGroup: name } }, {})).toBe(false)
    expect(evalCondition({ x: 'a' }, { x: { $notInGroup: name } }, {})).toBe(true)
    expect(
      evalCondition({ x: 'a' }, { x: { $inGroup: name } }, JSON.parse(`{"${name}": ["a"]}`)),
    ).toBe(true)
  })

  test.each(names)('%s is no operator', (name) =>
    expect(evalCondition({ x: 'a' }, { x: { [`$${name}`]: 'a' } })).toBe(false),
  )
})

describe('a condition asks for attributes', () => {
  const ask = (condition: JsonValue, attributes: Record<string, unknown>): string[] => {
    const asked: string[] = []
    compileCondition(condition, {
      groups: prepareSavedGroups({}, createLinearPatterns()),
      patterns: createLinearPatterns(),
      report: () => undefined,
    })((name) => {
      asked.push(name)
      return attributes[name]
    })
    return asked
  }

  test.each<[what: string, condition: JsonValue, asked: string[]]>([
    ['by the first name of their path', { 'a.b.c': 1 }, ['a']],
    ['only until one of them decides', { a: 2, b: 1 }, ['a']],
    ['of a list of alternatives only until one holds', { $or: [{ a: 1 }, { b: 1 }] }, ['a']],
    ['not at all when it names none', { $or: [] }, []],
  ])('%s', (_, condition, asked) => expect(ask(condition, { a: 1, b: 1 })).toEqual(asked))

  test('and takes null for one that is not there, undefined for one that is there without a value', () => {
    const holds = compileCondition(
      { x: null },
      {
        groups: prepareSavedGroups({}, createLinearPatterns()),
        patterns: createLinearPatterns(),
        report: () => undefined,
      },
    )
    expect([holds(() => null), holds(() => undefined)]).toEqual([true, false])
  })
})

describe('attributes that no JSON could hold', () => {
  const cyclic: Record<string, unknown> = {}
  cyclic.self = cyclic
  let deep: unknown = 'a'
  for (let i = 0; i < 100_000; i++) deep = [deep]

  const values: [what: string, value: unknown][] = [
    ['a symbol', Symbol('s')],
    ['an object without a text', Object.create(null)],
    ['an object that holds itself', cyclic],
    ['a list deeper than recursion can bear', deep],
    ['a big number', 10n],
    ['a function', () => 'a'],
    [
      'one that throws when it is read',
      {
        get y(): never {
          throw new Error('no')
        },
      },
    ],
  ]
  const conditions: JsonValue[] = [
    { x: 'a' },
    { x: 1 },
    { x: true },
    { x: null },
    { x: [] },
    { x: { a: 1 } },
    { x: { $gt: 1 } },
    { x: { $lt: 'a' } },
    { x: { $regex: 'a' } },
    { x: { $alli: ['a'] } },
    { x: { $elemMatch: { $gt: 1 } } },
    { x: { $vgt: '1' } },
    { 'x.y': 1 },
    { x: { $in: ['a'] } },
    { x: { $size: 1 } },
  ]

  test.each(values)('%s is never a reason to throw', (_, value) => {
    for (const condition of conditions)
      expect(typeof evalCondition({ x: value }, condition)).toBe('boolean')
  })

  test.each([null, undefined, 'text', 5, []])('%p for attributes is none at all', (attributes) => {
    expect(evalCondition(attributes, { x: { $exists: true } })).toBe(false)
  })
})

describe('a Date', () => {
  const DAY = '2026-05-01T00:00:00.000Z'
  const MS = Date.parse(DAY)

  test.each<[expected: JsonValue, matches: boolean]>([
    [DAY, true],
    [MS, true],
    ['2026-05-01', false],
    [{ $eq: DAY }, true],
    [{ $eq: MS }, true],
    [{ $ne: DAY }, false],
    [{ $ne: MS }, false],
    [{ $gt: '2026-04-30T23:59:59.999Z' }, true],
    [{ $gte: DAY }, true],
    [{ $gt: DAY }, false],
    [{ $lt: '2026-06-01' }, true],
    [{ $gt: MS - 1 }, true],
    [{ $lte: MS }, true],
    [{ $lt: MS }, false],
    [{ $in: [DAY] }, true],
    [{ $in: [MS] }, true],
    [{ $in: ['x', 1, 2, 3, 4, 5, 6, 7, 8, 9, DAY] }, true],
    [{ $nin: [DAY] }, false],
    [{ $ini: [DAY] }, true],
    [{ $regex: '^2026-05' }, true],
    [{ $exists: true }, true],
    [{ $alli: [DAY] }, false],
  ])(
    'is its ISO text beside a text, and milliseconds beside a number: %j %p',
    (expected, matches) => {
      expect(evalCondition({ x: new Date(DAY) }, { x: expected })).toBe(matches)
    },
  )

  test.each<JsonValue>([DAY, MS, { $gt: '' }, { $lt: 1e15 }, { $in: [DAY] }, { $regex: '.' }])(
    'that is no time does not match %j',
    (expected) => {
      expect(evalCondition({ x: new Date('no time') }, { x: expected })).toBe(false)
    },
  )

  test('in a list is tested like any element', () => {
    const attributes = { x: [new Date(0), new Date(DAY)] }
    expect(evalCondition(attributes, { x: { $in: [DAY] } })).toBe(true)
    expect(evalCondition(attributes, { x: { $alli: [DAY] } })).toBe(true)
    expect(evalCondition(attributes, { x: { $elemMatch: { $gt: '2026' } } })).toBe(true)
  })
})
