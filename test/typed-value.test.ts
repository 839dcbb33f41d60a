import type { JsonValue } from '../src/core/json'
import { decisionOf } from '../src/core/decision'
import { typedValue } from '../src/typed-value'
import { worldOf } from '../src/index'
import { closeEngines, openEngine } from './support/engine'

afterEach(closeEngines)

const giving = (value: JsonValue) => decisionOf('x', { enabled: true, reason: 'TARGETING_MATCH', value }, 3)

test.each<[JsonValue, JsonValue]>([[true, false], [false, true], [0, 5], [1.5, 0], ['', 'a'], ['b', 'a'], [{ a: 1 }, {}], [[1], []], [[1], {}], [{}, []]])('%j is given to whoever asks with %j', (value, otherwise) => {
  expect(typedValue(giving(value), otherwise)).toEqual({ value, reason: 'TARGETING_MATCH', generation: 3 })
})

test.each<[JsonValue, JsonValue, string]>([
  [1, false, 'x gives a number, and the code asks for a boolean'], ['true', true, 'x gives text, and the code asks for a boolean'],
  [true, 'a', 'x gives a boolean, and the code asks for text'], ['5', 5, 'x gives text, and the code asks for a number'],
  [5, {}, 'x gives a number, and the code asks for a mapping'], [{}, 'a', 'x gives a mapping, and the code asks for text'],
])('%j is not given to whoever asks with %j: the default is, with an error', (value, otherwise, message) => {
  expect(typedValue(giving(value), otherwise)).toEqual({ value: otherwise, reason: 'ERROR', generation: 3, error: { code: 'TYPE_MISMATCH', message: expect.stringContaining(message) as string } })
})

test('null gives the default, and is no error', () => {
  expect(typedValue(giving(null), 'a')).toEqual({ value: 'a', reason: 'DEFAULT', generation: 3 })
})

describe('a feature without values', () => {
  const text = 'feature_on: on\nfeature_gold: {gold: true}\nfeature_blue: {url: {q: blue}}\nfeature_bad: {gold: 5}\n'

  test('is a boolean', async () => {
    const { features } = await openEngine(text)
    const request = features.for(worldOf({ user: { id: 't2_1', gold: true } }))
    expect(['on', 'gold', 'blue', 'bad', 'nobody'].map((name) => [request.getBooleanValue(name, false), request.getBooleanValue(name, true)])).toEqual([
      [true, true], [true, true], [false, false], [false, true], [false, true],
    ])
  })

  test('is a text where it has a variant, and the default where it has none', async () => {
    const { features } = await openEngine(text)
    const request = features.for(worldOf({ urlFeatures: ['q'] }))
    expect(['blue', 'on', 'bad', 'nobody'].map((name) => request.getStringValue(name, 'plain'))).toEqual(['blue', 'plain', 'plain', 'plain'])
  })

  test('is no number and no object', async () => {
    const { features, problems } = await openEngine(text)
    expect([features.getNumberValue('on', 5), features.getObjectValue('on', { a: 1 })]).toEqual([5, { a: 1 }])
    expect(problems.filter(({ code }) => code === 'type-mismatch')).toHaveLength(2)
  })

  test('that is unknown or was refused gives the default, and says why', async () => {
    const { features } = await openEngine(text)
    expect(features.details('nobody', 'a')).toMatchObject({ value: 'a', reason: 'ERROR', error: { code: 'FLAG_NOT_FOUND' } })
    expect(features.details('bad', 'a')).toMatchObject({ value: 'a', reason: 'ERROR', error: { code: 'PARSE_ERROR' } })
  })
})
