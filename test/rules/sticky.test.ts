/**
 * Sticky buckets as docs/spec/growthbook.md, section 10, has them: the published cases, and what
 * those leave open.
 */
import type { JsonObject } from '../../src/core/json'
import type { StickyDocument } from '../../src/core/sticky'
import type { GrowthBookContext } from '../../src/growthbook/context'
import { evalStickyFeature } from '../../src/growthbook/evaluate'
import { stickyAttributesOf } from '../../src/rules/sticky-attributes'
import { memoryStickyService } from '../../src/sticky/memory'
import { casesOf, hasCases } from '../support/growthbook-cases'

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

async function evaluated(
  context: GrowthBookContext,
  documents: readonly StickyDocument[],
  feature: string,
) {
  const service = memoryStickyService()
  for (const document of documents) await service.saveAssignments(document)
  const { result, docs } = await evalStickyFeature(context, feature, service)
  return { result, docs }
}

type Case = [
  name: string,
  context: GrowthBookContext,
  documents: StickyDocument[],
  feature: string,
  result: unknown,
  docs: unknown,
]
;(hasCases ? describe : describe.skip)('the published sticky cases', () => {
  // A table must not be empty, even where it is skipped.
  const cases = hasCases
    ? (casesOf('stickyBucket') as unknown as Case[])
    : [['none', {}, [], '', null, {}] as Case]

  test.each(cases)('%s', async (_, context, documents, feature, expected, expectedDocuments) => {
    const { result, docs } = await evaluated(
      structuredClone(context),
      structuredClone(documents),
      feature,
    )
    expect(plain([result.experimentResult ?? null, docs])).toStrictEqual([
      expected,
      expectedDocuments,
    ])
  })
})

const document = (
  attributeName: string,
  attributeValue: string,
  assignments: Record<string, string>,
): StickyDocument => ({ attributeName, attributeValue, assignments })

describe('an experiment with bucket version 2, hashed on id, with device to fall back on', () => {
  const rule = {
    key: 'e',
    variations: ['a', 'b'],
    meta: [{ key: 'A' }, { key: 'B' }],
    weights: [1, 0],
    bucketVersion: 2,
    hashAttribute: 'id',
    fallbackAttribute: 'device',
    condition: { blocked: { $ne: true } },
  }
  const ask = (
    attributes: JsonObject,
    documents: readonly StickyDocument[],
    also: JsonObject = {},
  ) =>
    evaluated(
      { attributes, features: { f: { defaultValue: 'default', rules: [{ ...rule, ...also }] } } },
      documents,
      'f',
    )

  test.each([
    [
      'no document: assigned by hash and saved',
      { id: 'u1' },
      [],
      {},
      'a',
      false,
      { 'id||u1': { e__2: 'A' } },
    ],
    [
      'a document counts though the condition no longer holds',
      { id: 'u1', blocked: true },
      [document('id', 'u1', { e__2: 'B' })],
      {},
      'b',
      true,
      { 'id||u1': { e__2: 'B' } },
    ],
    [
      'a stored key that meta does not have is overwritten',
      { id: 'u1' },
      [document('id', 'u1', { e__2: 'C' })],
      {},
      'a',
      false,
      { 'id||u1': { e__2: 'A' } },
    ],
    [
      'only device: assigned and saved there',
      { device: 'd1' },
      [],
      {},
      'a',
      false,
      { 'device||d1': { e__2: 'A' } },
    ],
    [
      'a device document is copied to the id',
      { id: 'u1', device: 'd1' },
      [document('device', 'd1', { e__2: 'B' })],
      {},
      'b',
      true,
      { 'device||d1': { e__2: 'B' }, 'id||u1': { e__2: 'B' } },
    ],
    [
      'of two documents that of id wins',
      { id: 'u1', device: 'd1' },
      [document('device', 'd1', { e__2: 'A' }), document('id', 'u1', { e__2: 'B' })],
      {},
      'b',
      true,
      { 'device||d1': { e__2: 'A' }, 'id||u1': { e__2: 'B' } },
    ],
    [
      'an older version is no assignment, and stays',
      { id: 'u1' },
      [document('id', 'u1', { e__0: 'B' })],
      {},
      'a',
      false,
      { 'id||u1': { e__0: 'B', e__2: 'A' } },
    ],
    [
      'an older version than the least blocks for good',
      { id: 'u1' },
      [document('id', 'u1', { e__0: 'B', e__2: 'B' })],
      { minBucketVersion: 1 },
      'default',
      undefined,
      { 'id||u1': { e__0: 'B', e__2: 'B' } },
    ],
    [
      'a number keeps its type in the result and is text in the document',
      { id: 5 },
      [],
      {},
      'a',
      false,
      { 'id||5': { e__2: 'A' } },
    ],
    [
      'without meta nothing stored is found',
      { id: 'u1' },
      [document('id', 'u1', { e__2: 'B' })],
      { meta: null },
      'a',
      false,
      { 'id||u1': { e__2: '0' } },
    ],
    [
      'where it is switched off nothing is read or kept',
      { id: 'u1' },
      [document('id', 'u1', { e__2: 'B' })],
      { disableStickyBucketing: true },
      'a',
      false,
      { 'id||u1': { e__2: 'B' } },
    ],
  ] as const)('%s', async (_, attributes, documents, also, value, used, kept) => {
    const { result, docs } = await ask(attributes, documents, also)
    expect([result.value, result.experimentResult?.stickyBucketUsed]).toEqual([value, used])
    expect(
      Object.fromEntries(Object.entries(docs).map(([key, { assignments }]) => [key, assignments])),
    ).toEqual(kept)
  })

  test('a falling back says which attribute it used, and a number stays one', async () => {
    expect((await ask({ device: 7 }, [])).result.experimentResult).toMatchObject({
      hashAttribute: 'device',
      hashValue: 7,
    })
  })
})

test('without a fallback attribute the document of id counts, where it is loaded, and is copied', async () => {
  const onCompany = {
    key: 'c',
    variations: [0, 1],
    meta: [{ key: '0' }, { key: '1' }],
    weights: [1, 0],
    hashAttribute: 'company',
  }
  const onId = { key: 'other', variations: [0, 1], condition: { never: true } }
  const context = {
    attributes: { id: 'u1', company: 'acme' },
    features: { f: { defaultValue: null, rules: [onCompany, onId] } },
  }
  const { result, docs } = await evaluated(context, [document('id', 'u1', { c__0: '1' })], 'f')
  expect(result.experimentResult).toMatchObject({
    value: 1,
    stickyBucketUsed: true,
    hashAttribute: 'company',
  })
  expect(docs['company||acme']?.assignments).toEqual({ c__0: '1' })
})

test('forced results are not kept', async () => {
  const features = { f: { defaultValue: null, rules: [{ key: 'e', variations: [0, 1] }] } }
  const { docs } = await evaluated(
    { attributes: { id: 'u1' }, features, forcedVariations: { e: 1 } },
    [],
    'f',
  )
  expect(docs).toEqual({})
})

test('attributes that are laid over others decide which documents are loaded', async () => {
  const features = { f: { defaultValue: null, rules: [{ key: 'e', variations: [0, 1] }] } }
  const { docs } = await evaluated(
    { attributes: { id: 'u1' }, attributeOverrides: { id: 'u2' }, features },
    [document('id', 'u1', { x__0: '1' })],
    'f',
  )
  expect(Object.keys(docs)).toEqual(['id||u2'])
})

describe('the attributes of which documents are loaded', () => {
  test('are those that experiments hash and fall back on, each once', () => {
    const features = {
      a: {
        rules: [
          { force: 1, hashAttribute: 'ignored' },
          { variations: [1, 2], hashAttribute: 'company', fallbackAttribute: 'device' },
        ],
      },
      b: {
        rules: [{ contextualVariations: [1, 2] }, { variations: [1, 2], hashAttribute: 'company' }],
      },
    }
    expect(stickyAttributesOf(features, [{ key: 'auto', hashAttribute: 'session' }])).toEqual([
      'company',
      'device',
      'id',
      'session',
    ])
  })

  test('are none where nothing is one, whatever a payload holds', () => {
    expect(
      stickyAttributesOf(
        { a: null, b: 5, c: { rules: 'x' }, d: { rules: [null, [], { variations: null }] } },
        [null, 'x', []],
      ),
    ).toEqual([])
  })
})

describe('a value that JSON cannot say', () => {
  const circular: Record<string, unknown> = {}
  circular.self = circular

  test('has no document, and breaks nothing', async () => {
    const rule = { key: 'e', variations: ['a', 'b'], weights: [1, 0], hashAttribute: 'x' }
    const context: GrowthBookContext = {
      attributes: { x: circular },
      features: { f: { defaultValue: 0, rules: [rule] } },
    }
    const { result, docs } = await evalStickyFeature(context, 'f', memoryStickyService())
    expect([result.value, docs]).toEqual(['a', {}])
  })

  test('unless it is a large number, which is its digits', async () => {
    const rule = { key: 'e', variations: ['a', 'b'], weights: [1, 0] }
    const context: GrowthBookContext = {
      attributes: { id: 5n },
      features: { f: { defaultValue: 0, rules: [rule] } },
    }
    expect((await evalStickyFeature(context, 'f', memoryStickyService())).docs).toEqual({
      'id||5': document('id', '5', { e__0: '0' }),
    })
  })
})
