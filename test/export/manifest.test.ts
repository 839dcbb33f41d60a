import type { JsonValue } from '../../src/core/json'
import { manifestOf } from '../../src/export/manifest'

const flagOf = (values: readonly JsonValue[], declared?: JsonValue): JsonValue | undefined => {
  const feature = { name: 'f', metadata: {}, variants: [], values }
  const { manifest, leftOut } = manifestOf([
    declared === undefined ? feature : { ...feature, declared },
  ])
  const flags = manifest.flags as Readonly<Record<string, JsonValue>>
  return leftOut[0]?.reason ?? flags.f
}

test.each<[JsonValue[], JsonValue | undefined, JsonValue]>([
  [[], undefined, { flagType: 'boolean', defaultValue: false }],
  [[true, null], undefined, { flagType: 'boolean', defaultValue: false }],
  [['a', 'b'], 'b', { flagType: 'string', defaultValue: 'b' }],
  [[1, 2], undefined, { flagType: 'integer', defaultValue: 0 }],
  [[1, 2.5], 1, { flagType: 'float', defaultValue: 1 }],
  [[{ a: 1 }], undefined, { flagType: 'object', defaultValue: {} }],
  [[[1]], undefined, 'its values are lists, which a manifest cannot hold'],
  [[null], undefined, 'all of its values are null'],
  [[1, 'a'], undefined, 'its values are of several types: number, string'],
])('values %j with the default %j are %j', (values, declared, flag) => {
  expect(flagOf(values, declared)).toEqual(flag)
})

test('any name is a key', () => {
  const { manifest } = manifestOf([
    { name: '__proto__', metadata: {}, variants: ['a'], values: [] },
  ])
  expect(JSON.stringify(manifest.flags)).toBe(
    '{"__proto__":{"flagType":"string","defaultValue":""}}',
  )
})
