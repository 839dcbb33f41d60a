/**
 * What an edit does to those who are in an experiment: the figures of docs/experiments.md, counted
 * over all buckets.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { worldOf } from '../../src'
import type { JsonObject, JsonValue } from '../../src/core/json'
import { sizedVariants, variantOf } from '../../src/experiments/variants'
import { variantBelow, weightedVariants } from '../../src/experiments/weighted'
import { HUNDREDTHS } from '../../src/hash/sha256'
import { closeEngines, openEngine } from '../support/engine'

afterEach(closeEngines)

const place = {
  path: [],
  compat: 'liveflag',
  report: () => undefined,
  unknownKey: () => undefined,
} as const
const list = (weights: Readonly<Record<string, number>>): JsonObject[] =>
  Object.entries(weights).map(([name, weight]) => ({ name, weight }))

/** The percentage of buckets whose variant is another one afterwards. */
function moved(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): number {
  const [old, now] = [weightedVariants(list(before), place), weightedVariants(list(after), place)]
  const buckets = Array.from({ length: HUNDREDTHS }, (_, bucket) => bucket)
  return (
    (buckets.filter((bucket) => variantBelow(old, bucket)?.name !== variantBelow(now, bucket)?.name)
      .length /
      HUNDREDTHS) *
    100
  )
}

test.each([
  ['weights that mean the same', { a: 50, b: 50 }, { a: 1, b: 1 }, 0],
  ['another order in the file', { a: 50, b: 50 }, { b: 50, a: 50 }, 0],
  ['a new variant with weight 0', { a: 50, b: 50 }, { a: 50, b: 50, c: 0 }, 0],
  ['other weights', { a: 50, b: 50 }, { a: 60, b: 40 }, 10],
  ['a new variant, last by name', { a: 50, b: 50 }, { a: 50, b: 50, c: 50 }, 50],
  ['a new variant that takes all from the last', { a: 50, b: 50 }, { a: 50, b: 25, c: 25 }, 25],
  ['another name that changes the order', { a: 50, b: 50 }, { z: 50, b: 50 }, 100],
])('%s', (_, before, after, percent) => {
  expect(moved(before, after)).toBeCloseTo(percent, 1)
})

/** The percentage of r2's buckets whose variant is another one afterwards, the controls included. */
function movedOfR2(before: JsonObject, after: JsonObject): number {
  const [old, now] = [sizedVariants(before, place), sizedVariants(after, place)]
  const buckets = Array.from({ length: 1000 }, (_, bucket) => bucket)
  const isMoved = (bucket: number): boolean =>
    variantOf(old, bucket)?.name !== variantOf(now, bucket)?.name
  return buckets.filter(isMoved).length / 10
}

const FOURTH = [
  { a: 34, b: 33, c: 33 },
  { a: 25, b: 25, c: 25, d: 25 },
] as const

test('the edits that docs/bucketing.md compares between schemes move as many as it says', () => {
  const half = { a: 50, b: 25, c: 25 }
  expect(Math.round(moved(FOURTH[0], half))).toBe(24)
  expect(Math.round(moved(...FOURTH))).toBe(51)
  expect(movedOfR2(FOURTH[0], half)).toBe(0)
  expect(movedOfR2({ a: 10, b: 10 }, { a: 20, b: 20 })).toBe(20)
  expect(Math.round(movedOfR2(...FOURTH))).toBe(81)
  const page = readFileSync(join(__dirname, '../../docs/bucketing.md'), 'utf8')
  expect(page).toMatch(/34\/33\/33 to 50\/25\/25 \| 0 %: .* \| 24 % \|/)
  expect(page).toMatch(/a fourth variant, .* \| 81 % \| 51 % \|/)
})

const entry = (experiment: Readonly<Record<string, JsonValue>>): JsonValue => ({
  experiment: { experiment_id: 'e', variants: list({ a: 50, b: 50 }), ...experiment },
})

const visitors = Array.from({ length: 1000 }, (_, n) => worldOf({ user: { id: `user-${n}` } }))

async function variants(name: string, value: JsonValue): Promise<readonly (string | undefined)[]> {
  const { features } = await openEngine(JSON.stringify({ [`feature_${name}`]: value }), {
    format: 'json',
  })
  return visitors.map((world) => features.for(world).decide(name).variant)
}

test('raising traffic brings some in and moves nobody', async () => {
  const [few, many] = [
    await variants('f', entry({ traffic: 10 })),
    await variants('f', entry({ traffic: 50 })),
  ]
  expect(many.filter((variant, i) => few[i] !== undefined && variant !== few[i])).toEqual([])
  expect(
    many.filter((variant, i) => few[i] === undefined && variant !== undefined).length / 1000,
  ).toBeCloseTo(0.4, 1)
})

test('another name of the feature moves nobody when the id is written, and everybody is drawn anew when it is not', async () => {
  expect(await variants('g', entry({}))).toEqual(await variants('f', entry({})))
  const [old, now] = [
    await variants('f', entry({ experiment_id: null })),
    await variants('g', entry({ experiment_id: null })),
  ]
  expect(now.filter((variant, i) => variant !== old[i]).length / 1000).toBeCloseTo(0.5, 1)
})

test('another id draws everybody anew', async () => {
  const [old, now] = [
    await variants('f', entry({})),
    await variants('f', entry({ experiment_id: 'e2' })),
  ]
  expect(now.filter((variant, i) => variant !== old[i]).length / 1000).toBeCloseTo(0.5, 1)
})

test('pausing takes everybody out, and running brings all back to where they were', async () => {
  expect(new Set(await variants('f', entry({ status: 'paused' })))).toEqual(new Set([undefined]))
  expect(await variants('f', entry({ status: 'running' }))).toEqual(await variants('f', entry({})))
})
