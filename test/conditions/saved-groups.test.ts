/**
 * Saved groups as they are since SDK 1.8 beside the SDK's own answers, and what is refused of them.
 */
import { type ConditionInterface, evalCondition as evalReference } from '@growthbook/growthbook'
import { compileCondition } from '../../src/conditions/condition'
import { createLinearPatterns } from '../../src/conditions/patterns/linear'
import { prepareSavedGroups } from '../../src/conditions/saved-groups'
import type { JsonObject, JsonValue } from '../../src/core/json'
import type { EntryProblem } from '../../src/core/selector'
import { evalCondition } from '../../src/growthbook/evaluate'

beforeAll(() => void jest.spyOn(console, 'error').mockImplementation(() => undefined))
afterAll(() => jest.restoreAllMocks())

const GROUPS: JsonObject = {
  bare: ['u1', 5],
  list: { type: 'list', attributeKey: 'id', values: ['u1', 5] },
  nested: { type: 'list', attributeKey: 'company.id', values: ['acme'] },
  homeless: { type: 'list', values: ['u1'] },
  odd: { type: 'list', attributeKey: 7, values: ['u1'] },
  empty: { type: 'list', attributeKey: 'id', values: [] },
  noValues: { type: 'list', attributeKey: 'id' },
  kiwis: { type: 'condition', condition: { country: 'NZ' } },
  everybody: { type: 'condition', condition: {} },
  noCondition: { type: 'condition' },
  within: {
    type: 'condition',
    condition: { $savedGroup: { id: 'kiwis' }, id: { $inGroup: 'list' } },
  },
  strangers: { type: 'condition', condition: { $not: { $savedGroup: { id: 'kiwis' } } } },
  later: { type: 'segment', values: ['u1'] },
  nothing: null,
  text: 'u1',
}

const answers = (attributes: JsonObject, condition: JsonValue): readonly boolean[] => [
  evalCondition(attributes, condition, GROUPS),
  evalReference(attributes, condition as ConditionInterface, GROUPS as never),
]

const kiwi = { id: 'u1', country: 'NZ', company: { id: 'acme' }, tags: ['x', 'u1'] }

describe('$savedGroup is answered as the SDK answers it:', () => {
  test.each<[JsonValue, JsonObject, boolean]>([
    [{ id: 'list' }, kiwi, true],
    [{ id: 'list' }, { id: 'u2' }, false],
    [{ id: 'list' }, { id: 5 }, true],
    [{ id: 'list' }, { id: '5' }, false],
    [{ id: 'list' }, {}, false],
    [{ id: 'list', attributeKey: 'tags' }, kiwi, true],
    [{ id: 'list', attributeKey: 'nobody' }, kiwi, false],
    [{ id: 'list', attributeKey: 5 }, kiwi, false],
    [{ id: 'list', attributeKey: null }, kiwi, false],
    [{ id: 'nested' }, kiwi, true],
    [{ id: 'nested' }, { company: 'acme' }, false],
    [{ id: 'homeless' }, kiwi, false],
    [{ id: 'homeless', attributeKey: 'id' }, kiwi, true],
    [{ id: 'odd' }, kiwi, false],
    [{ id: 'odd', attributeKey: 'id' }, kiwi, true],
    [{ id: 'empty' }, kiwi, false],
    [{ id: 'noValues' }, kiwi, false],
    [{ id: 'kiwis' }, kiwi, true],
    [{ id: 'kiwis' }, { country: 'AU' }, false],
    [{ id: 'kiwis', attributeKey: 'id' }, kiwi, true],
    [{ id: 'everybody' }, {}, true],
    [{ id: 'noCondition' }, kiwi, false],
    [{ id: 'within' }, kiwi, true],
    [{ id: 'within' }, { ...kiwi, id: 'u2' }, false],
    [{ id: 'within' }, { ...kiwi, country: 'AU' }, false],
    [{ id: 'strangers' }, kiwi, false],
    [{ id: 'strangers' }, {}, true],
    [{ id: 'bare' }, kiwi, false],
    [{ id: 'bare', attributeKey: 'id' }, kiwi, false],
    [{ id: 'later' }, kiwi, false],
    [{ id: 'nothing' }, kiwi, false],
    [{ id: 'text' }, kiwi, false],
    [{ id: 'nobody' }, kiwi, false],
    [{}, kiwi, false],
    [{ id: 5 }, kiwi, false],
    ['list', kiwi, false],
    [['list'], kiwi, false],
    [null, kiwi, false],
  ])('%j of %j: %p', (reference, attributes, expected) => {
    expect(answers(attributes, { $savedGroup: reference })).toEqual([expected, expected])
    expect(answers(attributes, { $not: { $savedGroup: reference } })).toEqual([
      !expected,
      !expected,
    ])
  })

  test('within a list, of each element', () => {
    const condition = {
      people: { $elemMatch: { country: { $exists: true }, $savedGroup: { id: 'kiwis' } } },
    }
    expect(answers({ people: [{ country: 'AU' }, { country: 'NZ' }] }, condition)).toEqual([
      true,
      true,
    ])
    expect(answers({ country: 'NZ', people: [{ country: 'AU' }] }, condition)).toEqual([
      false,
      false,
    ])
  })
})

test.each<[string, boolean, boolean]>([
  ['list', true, false],
  ['nested', false, true],
  ['homeless', true, false],
  ['bare', true, false],
  ['empty', false, true],
  ['kiwis', false, false],
  ['noValues', false, false],
  ['later', false, false],
  ['nothing', false, false],
  ['nobody', false, true],
])(
  '$inGroup and $notInGroup of %s are answered as the SDK answers them',
  (id, inGroup, notInGroup) => {
    expect(answers(kiwi, { id: { $inGroup: id } })).toEqual([inGroup, inGroup])
    expect(answers(kiwi, { id: { $notInGroup: id } })).toEqual([notInGroup, notInGroup])
  },
)

describe('a reference that cannot be followed is reported once, when it is compiled:', () => {
  const problemsOf = (condition: JsonValue, groups: JsonObject = GROUPS): EntryProblem[] => {
    const problems: EntryProblem[] = []
    const patterns = createLinearPatterns()
    compileCondition(condition, {
      groups: prepareSavedGroups(groups, patterns),
      patterns,
      report: (problem) => problems.push(problem),
    })
    return problems
  }

  test.each<[JsonValue, RegExp]>([
    [{ id: 'bare' }, /bare list; ask for it by \$inGroup/],
    [{ id: 'homeless' }, /write attributeKey/],
    [{ id: 'list', attributeKey: 5 }, /attributeKey is a number; write/],
    [{ id: 'later' }, /neither a list nor a condition; write/],
    [{ id: 5 }, /write a mapping with the id/],
    ['list', /\$savedGroup is text; write/],
  ])('%j', (reference, message) => {
    expect(problemsOf({ $savedGroup: reference })).toEqual([
      {
        code: 'bad-type',
        path: ['$savedGroup'],
        message: expect.stringMatching(message) as string,
      },
    ])
  })

  test('one that nobody has saved', () => {
    expect(problemsOf({ $or: [{ $savedGroup: { id: 'naem' } }] })).toMatchObject([
      { code: 'unknown-key', path: ['$or', 0, '$savedGroup'] },
    ])
  })

  test('a condition where a list is wanted', () => {
    expect(problemsOf({ id: { $inGroup: 'kiwis' } })).toMatchObject([
      { code: 'bad-type', message: 'saved group kiwis is a condition; ask for it by $savedGroup' },
    ])
  })

  const leading = (...ids: string[]): JsonObject => ({
    type: 'condition',
    condition: { $or: ids.map((id) => ({ $savedGroup: { id } })) },
  })

  test('a group that leads back to itself, and only that', () => {
    const groups = {
      a: leading('b'),
      b: leading('c'),
      c: leading('b'),
      d: leading('d', 'everybody'),
      everybody: { type: 'condition', condition: {} },
    }
    const told = ['a', 'b', 'c', 'd'].map((id) =>
      problemsOf({ $savedGroup: { id } }, groups).map(({ message }) => message),
    )
    expect(told).toEqual([
      [],
      ['saved group b leads back to itself by way of b, c, b; cut the circle'],
      ['saved group c leads back to itself by way of c, b, c; cut the circle'],
      ['saved group d leads back to itself by way of d, d; cut the circle'],
    ])
    expect(
      ['a', 'b', 'c', 'd'].map((id) => evalCondition({}, { $savedGroup: { id } }, groups)),
    ).toEqual([false, false, false, false])
  })

  test("groups that would take longer than a visitor can wait are nobody's", () => {
    const deep = Object.fromEntries(
      Array.from({ length: 40 }, (_, i): [string, JsonObject] => [`g${i}`, leading(`g${i + 1}`)]),
    )
    expect(problemsOf({ $savedGroup: { id: 'g0' } }, deep)).toMatchObject([
      { message: expect.stringContaining('leads through more than 10 others') as string },
    ])
    const wide = Object.fromEntries(
      Array.from({ length: 9 }, (_, i): [string, JsonObject] => [
        `g${i}`,
        leading(...Array<string>(8).fill(`g${i + 1}`)),
      ]),
    )
    expect(problemsOf({ $savedGroup: { id: 'g0' } }, wide)).toMatchObject([
      { message: expect.stringContaining('refers to others more than 2000 times') as string },
    ])
    const all = Object.fromEntries(
      Array.from({ length: 12 }, (_, i): [string, JsonObject] => [
        `g${i}`,
        leading(...Array.from({ length: 12 }, (_, j) => `g${j}`)),
      ]),
    )
    expect(evalCondition({}, { $savedGroup: { id: 'g0' } }, all)).toBe(false)
  })
})
