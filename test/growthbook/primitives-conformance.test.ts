import type { JsonObject, JsonValue } from '../../src/core/json'
import { evalCondition } from '../../src/growthbook/evaluate'
import { hash } from '../../src/hash/fnv1a'
import { getQueryStringOverride } from '../../src/rules/query-override'
import {
  chooseVariation,
  getBucketRanges,
  getEqualWeights,
  inNamespace,
  type Namespace,
  type Range,
} from '../../src/rules/ranges'
import { decrypt } from '../../src/sources/growthbook'
import { casesOf, faultsIn, hasCases } from '../support/growthbook-cases'

const whenPublished = hasCases ? test : test.skip

/** How the published cases are compared: both sides cut to eight decimals. */
const cut = (n: number): number => Math.floor(n * 1e8) / 1e8

const decrypted = (text: string, key: string): string | null => {
  try {
    return decrypt(text, key)
  } catch {
    return null
  }
}

describe('every published case of', () => {
  whenPublished.each([
    'evalCondition',
    'hash',
    'getBucketRange',
    'chooseVariation',
    'getQueryStringOverride',
    'inNamespace',
    'getEqualWeights',
    'decrypt',
  ])('%s is there', (section) => expect(casesOf(section).length).toBeGreaterThanOrEqual(4))

  whenPublished('evalCondition', () => {
    type Tuple = readonly [
      name: string,
      condition: JsonValue,
      attributes: JsonObject,
      expected: boolean,
      groups?: JsonObject,
    ]
    expect(
      faultsIn<Tuple>(
        'evalCondition',
        ([, condition, attributes, , groups]) => evalCondition(attributes, condition, groups),
        ([, , , expected]) => expected,
      ),
    ).toEqual([])
  })

  whenPublished('hash', () => {
    type Tuple = readonly [seed: string, value: unknown, version: number, expected: number | null]
    expect(
      faultsIn<Tuple>(
        'hash',
        ([seed, value, version]) => hash(seed, value, version),
        ([, , , expected]) => expected,
      ),
    ).toEqual([])
  })

  whenPublished('getBucketRange', () => {
    type Tuple = readonly [
      name: string,
      given: [number, number, number[] | null],
      expected: number[][],
    ]
    expect(
      faultsIn<Tuple>(
        'getBucketRange',
        ([, given]) => getBucketRanges(...given).map((range) => range.map(cut)),
        ([, , expected]) => expected.map((range) => range.map(cut)),
      ),
    ).toEqual([])
  })

  whenPublished('chooseVariation', () => {
    type Tuple = readonly [name: string, n: number, ranges: Range[], expected: number]
    expect(
      faultsIn<Tuple>(
        'chooseVariation',
        ([, n, ranges]) => chooseVariation(n, ranges),
        ([, , , expected]) => expected,
      ),
    ).toEqual([])
  })

  whenPublished('getQueryStringOverride', () => {
    type Tuple = readonly [
      name: string,
      key: string,
      url: string,
      count: number,
      expected: number | null,
    ]
    expect(
      faultsIn<Tuple>(
        'getQueryStringOverride',
        ([, key, url, count]) => getQueryStringOverride(key, url, count),
        ([, , , , expected]) => expected,
      ),
    ).toEqual([])
  })

  whenPublished('inNamespace', () => {
    type Tuple = readonly [name: string, id: string, namespace: Namespace, expected: boolean]
    expect(
      faultsIn<Tuple>(
        'inNamespace',
        ([, id, namespace]) => inNamespace(id, namespace),
        ([, , , expected]) => expected,
      ),
    ).toEqual([])
  })

  whenPublished('getEqualWeights', () => {
    type Tuple = readonly [count: number, expected: number[]]
    expect(
      faultsIn<Tuple>(
        'getEqualWeights',
        ([count]) => getEqualWeights(count).map(cut),
        ([, expected]) => expected.map(cut),
      ),
    ).toEqual([])
  })

  whenPublished('decrypt', () => {
    type Tuple = readonly [name: string, text: string, key: string, expected: string | null]
    expect(
      faultsIn<Tuple>(
        'decrypt',
        ([, text, key]) => decrypted(text, key),
        ([, , , expected]) => expected,
      ),
    ).toEqual([])
  })
})
