/** The values of an attribute that tell two questions about it apart. */
import fc from 'fast-check'
import { impactOf } from '../../src/analysis/impact'
import { answerOf } from '../../src/analysis/impact-matrix'
import type { FeatureImpact } from '../../src/analysis/impact-view'
import { OPERATORS } from '../../src/conditions/operators'
import type { JsonValue } from '../../src/core/json'
import { type Features, worldOf } from '../../src/index'
import { closeEngines, openEngine } from '../support/engine'
import { PATIENCE, sized } from '../support/long-run'

afterEach(closeEngines)

type Entry = Readonly<Record<string, JsonValue>>
interface Pair {
  readonly from: Entry
  readonly to: Entry
}

const GROUPS = { nzs: ['nz', 'AU', 5], versions: ['1.2.3', '1.2.3-rc.1'] }
const rule = (condition: JsonValue): Entry => ({
  default: false,
  rules: [{ condition, force: true }],
})
const targeted = (targeting: string): Entry => ({
  experiment: { enabled: 'on', targeting, variants: [{ name: 'a' }] },
})

/** Opens both versions of all pairs, each pair as a feature of its own. */
async function opened(pairs: readonly Pair[]): Promise<readonly [Features, Features]> {
  const open = async (side: keyof Pair): Promise<Features> => {
    const entries = pairs.map((pair, i) => [`feature_x${i}`, pair[side]])
    const text = JSON.stringify({ segments: GROUPS, ...Object.fromEntries(entries) })
    return (await openEngine(text, { format: 'json' })).features
  }
  return [await open('from'), await open('to')]
}

/** A value that only one of two versions answers with yes. */
function foundBy(name: string, sides: readonly Features[], pool: readonly unknown[]): unknown {
  return pool.find((value) => {
    const attributes = value === undefined ? {} : { a: value as JsonValue }
    const [from, to] = sides.map((side) =>
      answerOf(side.for(worldOf({ loid: 'l1', attributes })).decide(name)),
    )
    return from !== to
  })
}

/** Whether a comparison says that nobody changes. */
const isCertified = (impact: FeatureImpact | undefined): boolean =>
  impact === undefined ||
  (impact.classes !== null && impact.classes.every(({ matrix }) => matrix.changed === 0))

const TEXTS = [
  'nz',
  'NZ',
  'AU',
  'k',
  '1.2.3',
  '1.2.3-rc.1',
  'v1.2.3',
  '1.2',
  '2',
  '5',
  '10',
  'b',
  '',
]
const NUMBERS = [0, 1, 5, 10, 1.2, -1]
const beside = (text: string): readonly string[] => [
  ...[
    text,
    text.toLowerCase(),
    text.toUpperCase(),
    `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`,
  ],
  ...[
    ` ${text}`,
    `${text} `,
    `v${text}`,
    `${text}+build7`,
    `${text}-rc.1`,
    `${text}.0`,
    `0${text}`,
  ],
  ...[`${text}a`, `${text}!`, `${text}\0`, text.slice(0, -1), text.replace('2', '02')],
]
const SCALARS: readonly unknown[] = [
  ...[...TEXTS, '4', '7', '1.10.0', '9', 'm', 'zz', 'null', 'true', '\u212A', '\0'].flatMap(beside),
  ...NUMBERS.flatMap((n) => [n, n + 0.5, n - 0.5, n * 1e6]),
  ...[true, false, null, undefined, {}, { nz: 1 }],
]
const LISTS: readonly unknown[] = [
  [],
  ...SCALARS.filter((one) => one !== undefined).map((one) => [one]),
  ...TEXTS.flatMap((one) => TEXTS.map((other) => [one, other])),
  ...[
    ['nz', 5],
    ['AU', 'x'],
    ['nz', 'AU', '5'],
    ['nz', 'AU', 'k', '5'],
    [null, 'nz'],
  ],
]
const POOL = [...new Set([...SCALARS, ...LISTS])]

const scalar = fc.constantFrom<JsonValue>(...TEXTS, ...NUMBERS, true, false, null)
const list = fc.uniqueArray(scalar, { minLength: 1, maxLength: 3 })
const operandOf = (operator: string): fc.Arbitrary<JsonValue> => {
  if (['$in', '$nin', '$ini', '$nini', '$all', '$alli'].includes(operator)) return list
  if (operator.endsWith('Group')) return fc.constantFrom('nzs', 'versions', 'none')
  if (operator === '$exists') return fc.boolean()
  if (operator === '$type') return fc.constantFrom('string', 'number', 'boolean', 'array', 'object')
  if (operator.startsWith('$regex')) return fc.constantFrom('^n', 'z$', '^1', '^N', '^[0-9]+$')
  if (operator === '$size') return fc.constantFrom<JsonValue>(0, 1, { $gt: 1 })
  if (operator === '$elemMatch') return scalar.map((one) => ({ $eq: one }))
  return operator === '$not' ? scalar.map((one) => ({ $eq: one })) : scalar
}
const operators = [...OPERATORS.keys()]
const single = fc
  .constantFrom(...operators)
  .chain((operator) => operandOf(operator).map((operand): JsonValue => ({ [operator]: operand })))
const question = fc.oneof(
  { weight: 3, arbitrary: single },
  { weight: 1, arbitrary: scalar },
  {
    weight: 1,
    arbitrary: fc
      .tuple(single, single)
      .map(([a, b]): JsonValue => ({ ...Object(a), ...Object(b) })),
  },
)
const condition = fc.oneof(
  { weight: 4, arbitrary: question.map((a): JsonValue => ({ a })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(question, question)
      .map(([a, b]): JsonValue => ({ $or: [{ a }, { a: b }] })),
  },
  { weight: 1, arbitrary: question.map((a): JsonValue => ({ $not: { a } })) },
)
/** Two operators of one operand are nearly the same question. */
const alike = fc
  .tuple(fc.constantFrom(...operators), fc.constantFrom(...operators))
  .chain(([one, other]) =>
    operandOf(one).map((operand) => ({
      from: rule({ a: { [one]: operand } }),
      to: rule({ a: { [other]: operand } }),
    })),
  )
const literal = fc.constantFrom('"nz"', '"NZ"', '5', '1.2', '"1.2.3"', '10')
const cel = fc.oneof(
  fc.tuple(fc.constantFrom('==', '!=', '<', '>='), literal).map(([is, to]) => `a ${is} ${to}`),
  fc.constantFrom('has(a)', 'a == null', 'a in ["nz", "AU"]', 'a in ["nz"]', 'a in ["nz", 5]', 'a'),
  fc.constantFrom('a.startsWith("n")', 'a.endsWith("z")', 'a.contains("2")', 'size(a) == 2'),
  fc.constantFrom(
    'a.matches("^n")',
    'string(a) == "5"',
    'a.size() > 2',
    'int(a) == 5',
    'a + 1 > 5',
  ),
  fc.constantFrom('"nz" in a', 'a.exists(one, one == "nz")', 'a.all(one, one != "nz")'),
)
const targeting = fc.oneof(
  cel,
  cel.map((one) => `!(${one})`),
  fc.tuple(cel, cel).map((both) => both.join(' || ')),
)
const pair = fc.oneof(
  { weight: 2, arbitrary: fc.record({ from: condition.map(rule), to: condition.map(rule) }) },
  { weight: 2, arbitrary: alike },
  {
    weight: 1,
    arbitrary: fc.record({ from: targeting.map(targeted), to: targeting.map(targeted) }),
  },
)

async function expectNoFalseCertificate(pairs: readonly Pair[]): Promise<void> {
  const sides = await opened(pairs)
  const impact = impactOf(...sides, { population: [] })
  const of = new Map(impact.features.map((one) => [one.feature, one]))
  pairs.forEach((one, i) => {
    if (!isCertified(of.get(`x${i}`))) return
    expect({ ...one, changes: foundBy(`x${i}`, sides, POOL) }).toEqual({
      ...one,
      changes: undefined,
    })
  })
  await closeEngines()
}

test(
  'nobody is said to change where some value answers two questions otherwise, of all operators and CEL',
  () =>
    fc.assert(
      fc.asyncProperty(fc.array(pair, { minLength: 40, maxLength: 40 }), expectNoFalseCertificate),
      { numRuns: sized(3, 300) },
    ),
  PATIENCE,
)

test.each<[string, JsonValue, JsonValue, string | undefined]>([
  ['case that is left out', { $in: ['nz'] }, { $ini: ['nz'] }, 'signed out, a NZ'],
  ['a letter with a twin', { $in: ['k', 'K'] }, { $ini: ['k'] }, 'signed out, a \u212A'],
  ['no letters', { $in: ['5-6'] }, { $ini: ['5-6'] }, undefined],
  ['a version', { $eq: '1.2.3' }, { $veq: '1.2.3' }, 'signed out, a 1.2.3+other'],
  ['a number as text', { $eq: 5 }, 5, 'signed out, a "5"'],
  ['lists', { $eq: 'nz' }, { $in: ['nz'] }, 'signed out, a [nz]'],
  ['a blank text, which is 0 by size', { $lt: '' }, { $in: '' }, 'signed out, a -1'],
  ['the same otherwise written', { $in: ['nz', 'AU'] }, { $in: ['AU', 'nz'] }, undefined],
])('%s: %j → %j', async (_, from, to, kind) => {
  const sides = await opened([{ from: rule({ a: from }), to: rule({ a: to }) }])
  const { isNobody, features } = impactOf(...sides, { population: [] })
  const changed = (features[0]?.classes ?? []).filter(({ matrix }) => matrix.changed > 0)
  expect(isNobody).toBe(kind === undefined)
  expect(changed.map(({ visitors }) => visitors)).toEqual(
    kind === undefined ? [] : expect.arrayContaining([expect.stringContaining(kind)]),
  )
})

test('two ways to compare that cut each other anywhere are not proven', async () => {
  const both = { $vgt: '1.2.3', $regex: '^1' }
  const sides = await opened([{ from: rule({ a: both }), to: rule({ a: { $regex: '^1' } }) }])
  const { isNobody, features } = impactOf(...sides, { population: [] })
  expect(isNobody).toBe(false)
  expect(features[0]?.whyNot).toBe('it asks for a both as a version and with a pattern')
})
