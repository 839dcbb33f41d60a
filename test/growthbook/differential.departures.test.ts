/**
 * What the evaluator leaves out on purpose, each with the answer of both: its own and that of
 * `@growthbook/growthbook` (docs/spec/growthbook.md, section 15).
 */
import { GrowthBookClient } from '@growthbook/growthbook'
import type { JsonObject, JsonValue } from '../../src/core/json'
import type { GrowthBookContext } from '../../src/growthbook/context'
import { evalFeature, runExperiment } from '../../src/growthbook/evaluate'
import { worldOf } from '../../src/index'
import { closeEngines, openEngine } from '../support/engine'
import type { Attributes } from '../support/payload-arbitraries'

afterEach(closeEngines)

const plain = (given: unknown): unknown => JSON.parse(JSON.stringify(given)) as unknown

/** What the reference answers; a throw is an answer here. */
function reference(context: GrowthBookContext, key = 'f'): JsonValue {
  const { features, savedGroups, attributes, forcedVariations } = context
  const client = new GrowthBookClient({}).initSync({
    payload: structuredClone({ features, savedGroups }) as never,
  })
  try {
    return plain(
      client.evalFeature(key, {
        attributes: attributes as never,
        ...(forcedVariations && { forcedVariations: { ...forcedVariations } }),
      }).value,
    ) as JsonValue
  } catch {
    return 'throws'
  } finally {
    client.destroy()
  }
}

const forcing1 = (
  given: JsonObject,
  attributes: Attributes = {},
  savedGroups: JsonObject = {},
): GrowthBookContext => ({
  features: { f: { defaultValue: 0, rules: [{ force: 1, condition: given }] } },
  savedGroups,
  attributes,
})
const circle = {
  g: { type: 'condition', condition: { $or: [{ id: 'u' }, { $savedGroup: { id: 'g' } }] } },
}
const rules = (...list: JsonObject[]): GrowthBookContext => ({
  features: { f: { defaultValue: 0, rules: list } },
  attributes: { id: '1' },
})

describe('what is not copied, on purpose', () => {
  test.each<
    [what: string, theirs: JsonValue, ours: JsonValue, context: GrowthBookContext, key?: string]
  >([
    [
      'a feature that has the name of an inherited member',
      null,
      null,
      { features: {} },
      'constructor',
    ],
    ['an attribute that has such a name is there', 1, 0, forcing1({ toString: { $exists: true } })],
    [
      'a saved group that has such a name',
      0,
      0,
      forcing1({ id: { $inGroup: 'constructor' } }, { id: 'u' }),
    ],
    [
      'nobody is in no group of such a name',
      0,
      1,
      forcing1({ id: { $notInGroup: 'constructor' } }, { id: 'u' }),
    ],
    ['$and of null', 'throws', 0, forcing1({ $and: null })],
    ['$or of a mapping holds', 1, 0, forcing1({ $or: {} })],
    ['$not of null', 'throws', 0, forcing1({ $not: null })],
    ['$elemMatch of null', 'throws', 0, forcing1({ x: { $elemMatch: null } }, { x: ['a'] })],
    [
      '$elemMatch of falsy elements, since 1.8',
      1,
      0,
      forcing1({ x: { $elemMatch: { $gte: 0 } } }, { x: [0] }),
    ],
    [
      'a saved group that leads back to itself has whom the rest of it takes',
      1,
      0,
      forcing1({ $savedGroup: { id: 'g' } }, { id: 'u' }, circle),
    ],
    ['a pattern that looks around', 1, 0, forcing1({ x: { $regex: 'a(?=b)' } }, { x: 'ab' })],
    [
      'meta that is shorter than the variations',
      'throws',
      2,
      rules({ variations: [1, 2], seed: 's', hashVersion: 2, meta: [{}] }),
    ],
    ['filters that are no list', 'throws', 0, rules({ force: 1, filters: { seed: 's' } })],
    ['a filter without ranges', 'throws', 0, rules({ force: 1, filters: [{ seed: 's' }] })],
    ['prerequisites that are no list', 'throws', 0, rules({ force: 1, parentConditions: {} })],
  ])('%s: %j there, %j here', (_, theirs, ours, context, key = 'f') => {
    expect([reference(context, key), evalFeature(context, key).value]).toEqual([theirs, ours])
  })

  test('$regexi after $regex of the same letters and "/i" is answered from the wrong pattern there', () => {
    const asked = [
      forcing1({ x: { $regex: 'q/i' } }, { x: 'q/i' }),
      forcing1({ x: { $regexi: 'q' } }, { x: 'Q' }),
    ]
    expect(asked.map((context) => reference(context))).toEqual([1, 0])
    expect(asked.map((context) => evalFeature(context, 'f').value)).toEqual([1, 1])
  })

  test('an inline experiment called like an inherited member is forced to a function there', () => {
    const experiment = { key: 'toString', variations: ['a', 'b'], seed: 's', hashVersion: 2 }
    const theirs = new GrowthBookClient({}).runInlineExperiment(experiment as never, {
      attributes: { id: '1' },
      forcedVariations: {},
    })
    expect([
      theirs.hashUsed,
      runExperiment({ attributes: { id: '1' }, forcedVariations: {} }, experiment).hashUsed,
    ]).toEqual([false, true])
  })

  test('a payload without saved groups keeps those of the one before there', async () => {
    const features = {
      f: { defaultValue: 0, rules: [{ force: 1, condition: { id: { $inGroup: 'g' } } }] },
    }
    const client = new GrowthBookClient({}).initSync({
      payload: { features, savedGroups: { g: ['u'] } },
    })
    await client.setPayload({ features })
    const engine = await openEngine(JSON.stringify({ features, savedGroups: { g: ['u'] } }), {
      format: 'json',
    })
    await engine.set(JSON.stringify({ features }))
    const theirs = client.evalFeature('f', { attributes: { id: 'u' } }).value as JsonValue
    expect([
      theirs,
      engine.features.for(worldOf({ attributes: { id: 'u' } })).decide('f').value,
    ]).toEqual([1, 0])
    client.destroy()
  })

  test('exposures whose keys run into one another are one there', () => {
    const tracked: string[] = []
    const user = new GrowthBookClient({
      trackingCallback: ({ key }) => void tracked.push(`there ${key}`),
    }).createScopedInstance({ attributes: { id: 'a' } })
    const weights = [1, 0]
    for (const [id, key] of [
      ['a', 'bc'],
      ['ab', 'c'],
    ] as const) {
      user.updateAttributes({ id })
      user.runInlineExperiment({ key, variations: ['a', 'b'], weights })
    }
    expect(tracked).toEqual(['there bc'])
  })
})
