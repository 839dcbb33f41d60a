/**
 * Conditions beside those of `@growthbook/growthbook`, the program that they are written for: equal
 * answers, but for the defects at the end, each with the answer of both.
 */
import {
  type ConditionInterface,
  evalCondition as evalReference,
  paddedVersionString,
  type SavedGroupsPayload,
} from '@growthbook/growthbook'
import fc from 'fast-check'
import { padVersion } from '../../src/conditions/operators'
import type { JsonObject, JsonValue } from '../../src/core/json'
import { evalCondition } from '../../src/growthbook/evaluate'
import { PATIENCE, sized } from '../support/long-run'

const numRuns = sized(1000, 100_000)

// No spy: it would keep all that it was told, which is gigabytes in a long run.
const { error } = console
beforeAll(() => void (console.error = () => undefined))
afterAll(() => void (console.error = error))

const reference = (attributes: unknown, condition: JsonValue, groups: JsonObject = {}): boolean =>
  evalReference(
    attributes as Record<string, unknown>,
    condition as ConditionInterface,
    groups as SavedGroupsPayload,
  )

const VERSIONS = [
  '1.2.3',
  'v1.2.3',
  '1.2.3-rc.1',
  '1.2.3-rc.10+b.1',
  '1.2',
  '10.0.0',
  '1.0.0--',
  'V2',
  '2',
  '',
]
const scalar: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constantFrom<JsonValue>(
    null,
    true,
    false,
    0,
    1,
    -1,
    1.5,
    5,
    10,
    '',
    'a',
    'A',
    'b',
    'é',
    '0',
    '1',
    '5',
    '5.0',
    '10',
    'null',
    'true',
    'undefined',
    ' ',
    '[object Object]',
    'a,b',
  ),
  fc.constantFrom(...VERSIONS),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Object.is(n, -0)),
  fc.string({ maxLength: 3 }),
)
/** Falsy elements stay out of lists: what the newest reference makes of them is shown below. */
const element = scalar.filter((value) => value === null || Boolean(value))
const names = fc.constantFrom('a', 'b', 'x', '$groups', 'length')
const value: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue; object: JsonObject }>(
  (tie) => ({
    object: fc.dictionary(names, tie('value'), { maxKeys: 2, noNullPrototype: true }),
    value: fc.oneof(
      { depthSize: 'small', maxDepth: 3 },
      { weight: 4, arbitrary: scalar },
      { weight: 1, arbitrary: fc.array(fc.oneof(element, tie('object')), { maxLength: 3 }) },
      { weight: 1, arbitrary: tie('object') },
    ),
  }),
).value
const attributes = fc.dictionary(names, value, { maxKeys: 4, noNullPrototype: true })

const path = fc.oneof(
  { weight: 4, arbitrary: names },
  fc.constantFrom('a.b', 'a.x', 'b.0', 'b.0.a', 'x.length', 'a.b.x', '', '.', 'a.', 'nobody'),
)
const plainGroups = fc.dictionary(
  fc.constantFrom('g', 'h'),
  fc.array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constantFrom('a', 'b', '1')), {
    maxLength: 12,
  }),
  { noNullPrototype: true },
)
const list = fc.array(scalar, { maxLength: 12 })
const pattern = fc.constantFrom(
  'a',
  '^a',
  'a$',
  '.*',
  '^$',
  '[0-9]+',
  '\\d',
  'null',
  'a|b',
  '(',
  'A',
  '^(true|false)$',
  '\\.',
  'é',
  '/',
  'a/b',
)

const condition = fc.letrec<{ condition: JsonObject; expected: JsonValue; operators: JsonObject }>(
  (tie) => ({
    operators: fc
      .array(
        fc.oneof(
          fc.tuple(
            fc.constantFrom('$eq', '$ne', '$lt', '$lte', '$gt', '$gte', '$exists'),
            fc.oneof({ weight: 5, arbitrary: scalar }, value),
          ),
          fc.tuple(
            fc.constantFrom('$in', '$nin', '$ini', '$nini'),
            fc.oneof({ weight: 5, arbitrary: list }, scalar),
          ),
          fc.tuple(
            fc.constantFrom('$inGroup', '$notInGroup'),
            fc.constantFrom('g', 'h', 'i', 'j', 'nobody'),
          ),
          fc.tuple(fc.constantFrom('$all', '$alli'), fc.array(tie('expected'), { maxLength: 2 })),
          fc.tuple(fc.constantFrom('$not', '$size'), tie('expected')),
          fc.tuple(fc.constant('$elemMatch'), fc.oneof(tie('operators'), tie('condition'))),
          fc.tuple(
            fc.constant('$type'),
            fc.constantFrom(
              'null',
              'array',
              'string',
              'number',
              'boolean',
              'object',
              'undefined',
              'date',
            ),
          ),
          fc.tuple(fc.constantFrom('$regex', '$regexi'), pattern),
          fc.tuple(
            fc.constantFrom('$veq', '$vne', '$vgt', '$vgte', '$vlt', '$vlte'),
            fc.oneof(fc.constantFrom(...VERSIONS), scalar),
          ),
          fc.tuple(fc.constantFrom('$unknown', '$'), scalar),
        ),
        { minLength: 1, maxLength: 2 },
      )
      .map((entries): JsonObject => Object.fromEntries<JsonValue>(entries)),
    expected: fc.oneof(
      { depthSize: 'small', maxDepth: 4 },
      { weight: 2, arbitrary: scalar },
      { weight: 1, arbitrary: value },
      { weight: 4, arbitrary: tie('operators') },
    ),
    condition: fc.oneof(
      { depthSize: 'small', maxDepth: 4 },
      {
        weight: 6,
        arbitrary: fc.dictionary(path, tie('expected'), { maxKeys: 2, noNullPrototype: true }),
      },
      {
        weight: 2,
        arbitrary: fc
          .tuple(
            fc.constantFrom('$and', '$or', '$nor'),
            fc.array(tie('condition'), { maxLength: 3 }),
          )
          .map(([key, of]): JsonObject => ({ [key]: of })),
      },
      { weight: 1, arbitrary: tie('condition').map((of): JsonObject => ({ $not: of })) },
    ),
  }),
).condition

/** Besides plain lists: groups as they are since 1.8, of which none leads back to itself. */
const groups = fc
  .tuple(
    plainGroups,
    fc.record(
      {
        type: fc.constantFrom('list', 'condition', 'later'),
        attributeKey: fc.oneof(path, scalar),
        values: list,
        condition,
      },
      { requiredKeys: ['type'] },
    ),
    condition,
  )
  .map(([plain, i, j]): JsonObject => ({
    ...plain,
    i,
    j: { type: 'condition', condition: { $or: [{ $savedGroup: { id: 'i' } }, j] } },
  }))
const reference18 = fc.record(
  {
    id: fc.oneof({ weight: 5, arbitrary: fc.constantFrom('g', 'h', 'i', 'j', 'nobody') }, scalar),
    attributeKey: fc.oneof(path, scalar),
  },
  { requiredKeys: [] },
)
const condition18 = fc.oneof(
  condition,
  fc
    .tuple(
      fc.oneof({ weight: 5, arbitrary: reference18 }, value),
      fc.constantFrom('$and', '$nor'),
      condition,
    )
    .map(([of, key, other]): JsonObject => ({ [key]: [{ $savedGroup: of }, other] })),
)

test(
  `${numRuns} random conditions are answered alike`,
  () => {
    let held = 0
    fc.assert(
      fc.property(
        condition18,
        fc.array(attributes, { minLength: 1, maxLength: 5 }),
        groups,
        (asked, visitors, saved) => {
          const answers = visitors.map((visitor) => evalCondition(visitor, asked, saved))
          held += answers.filter(Boolean).length
          expect(answers).toEqual(visitors.map((visitor) => reference(visitor, asked, saved)))
        },
      ),
      { numRuns },
    )
    // Neither always nor never: the test would say nothing.
    expect(held).toBeGreaterThan(numRuns / 10)
  },
  PATIENCE,
)

test(
  `${numRuns} random versions are padded alike`,
  () => {
    const part = fc.constantFrom(
      '1',
      '10',
      '99999',
      '100000',
      'rc',
      'v',
      'V',
      '~',
      '',
      '01',
      'a1',
      '٣',
    )
    const version = fc.oneof(
      fc
        .array(fc.tuple(part, fc.constantFrom('.', '-', '+', '')), { maxLength: 6 })
        .map((parts) => parts.flat().join('')),
      scalar,
      value,
    )
    fc.assert(
      fc.property(version, (given) => expect(padVersion(given)).toBe(paddedVersionString(given))),
      { numRuns },
    )
  },
  PATIENCE,
)

describe('what is answered otherwise on purpose', () => {
  test.each<
    [
      why: string,
      attributes: unknown,
      condition: JsonValue,
      groups: JsonObject,
      ours: boolean,
      theirs: boolean | 'throws',
    ]
  >([
    // The reference up to 1.7, which the specification describes, passes over falsy elements; 1.8
    // only over null.
    [
      'a falsy element matches nothing',
      { x: [0] },
      { x: { $elemMatch: { $gte: 0 } } },
      {},
      false,
      true,
    ],
    ['an inherited member is no attribute', {}, { toString: { $exists: true } }, {}, false, true],
    [
      'an inherited member is no member',
      { a: {} },
      { 'a.constructor': { $exists: true } },
      {},
      false,
      true,
    ],
    [
      'an inherited member is no saved group',
      { x: 'a' },
      { x: { $notInGroup: 'constructor' } },
      {},
      true,
      false,
    ],
    ['$and of null holds for nobody', { x: 1 }, { $and: null }, {}, false, 'throws'],
    ['$or of a mapping holds for nobody', { x: 1 }, { $or: {} }, {}, false, true],
    [
      '$nor of a mapping that could be a list holds for nobody',
      { x: 1 },
      { $nor: { length: 1, 0: { x: 2 } } },
      {},
      false,
      true,
    ],
    ['$not of null holds for nobody', { x: 1 }, { $not: null }, {}, false, 'throws'],
    [
      '$elemMatch of null holds for nobody',
      { x: ['a'] },
      { x: { $elemMatch: null } },
      {},
      false,
      'throws',
    ],
    ['no condition at all holds for nobody', { x: 1 }, null, {}, false, 'throws'],
    [
      'a pattern that looks ahead is refused',
      { x: 'ab' },
      { x: { $regex: 'a(?=b)' } },
      {},
      false,
      true,
    ],
    [
      'a pattern that refers back is refused',
      { x: 'aa' },
      { x: { $regex: '(a)\\1' } },
      {},
      false,
      true,
    ],
    ['a group named by no text is none', { x: 'a' }, { x: { $notInGroup: null } }, {}, false, true],
    [
      'an object without a text equals none',
      { x: Object.create(null) },
      { x: 'a' },
      {},
      false,
      'throws',
    ],
  ])('%s', (_, given, asked, saved, ours, theirs) => {
    const answer = (): boolean | 'throws' => {
      try {
        return reference(given, asked, saved)
      } catch {
        return 'throws'
      }
    }
    expect([evalCondition(given, asked, saved), answer()]).toEqual([ours, theirs])
  })

  test('one pattern is not taken for another that reads like it with its flag', () => {
    const text = { x: 'ba/i' }
    expect([
      reference(text, { x: { $regex: 'zq' } }),
      reference({ x: 'ZQ' }, { x: { $regexi: 'zq' } }),
    ]).toEqual([false, true])
    // The reference keeps `zq` with its flag under the name of the pattern `zq/i`.
    expect([
      reference({ x: 'ZQ' }, { x: { $regex: 'zq/i' } }),
      evalCondition({ x: 'ZQ' }, { x: { $regex: 'zq/i' } }),
    ]).toEqual([true, false])
  })
})

test(
  `${numRuns} conditions and attributes of any JSON are answered, and never thrown at`,
  () => {
    const operatorName = fc.constantFrom(
      '$and',
      '$or',
      '$nor',
      '$not',
      '$eq',
      '$in',
      '$ini',
      '$nin',
      '$all',
      '$alli',
      '$elemMatch',
      '$size',
      '$regex',
      '$regexi',
      '$exists',
      '$type',
      '$veq',
      '$vgt',
      '$inGroup',
      '$notInGroup',
      '$gt',
    )
    const key = fc.oneof(
      operatorName,
      fc.constantFrom('x', 'a.b', '__proto__', 'constructor', 'toString', 'x.__proto__', ''),
      fc.string({ maxLength: 3 }),
    )
    const anything = fc.letrec<{ json: JsonValue }>((tie) => ({
      json: fc.oneof(
        { depthSize: 'medium', maxDepth: 6 },
        scalar,
        fc.string(),
        fc.array(tie('json'), { maxLength: 4 }),
        fc
          .array(fc.tuple(key, tie('json')), { maxLength: 3 })
          .map(
            (entries) =>
              JSON.parse(
                `{${entries.map(([name, member]) => `${JSON.stringify(name)}:${JSON.stringify(member)}`).join(',')}}`,
              ) as JsonValue,
          ),
      ),
    })).json
    fc.assert(
      fc.property(anything, anything, fc.dictionary(key, anything), (given, asked, saved) => {
        expect(typeof evalCondition(given, asked, saved as JsonObject)).toBe('boolean')
      }),
      { numRuns },
    )
  },
  PATIENCE,
)
