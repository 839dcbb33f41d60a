import fc from 'fast-check'
import type { Decision } from '../../src'
import { decisionOf } from '../../src/core/decision'
import { DecisionCache } from '../../src/rules/decision-cache'

const RUNS = 500
const decision = (index: number): Decision =>
  decisionOf(`f${index}`, { enabled: true, reason: 'STATIC' }, 1)

test('knows nothing at first', () => {
  const cache = new DecisionCache()
  expect([cache.get(0), cache.get(1), cache.get(123_456)]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
})

test('gives back the very Decision that it was given', () => {
  const [cache, zero, other] = [new DecisionCache(), decision(0), decision(16)]
  cache.set(0, zero)
  cache.set(16, other)
  expect(cache.get(0)).toBe(zero)
  expect(cache.get(16)).toBe(other)
  expect(cache.get(32)).toBeUndefined()
})

test(`answers as a Map does, in whatever order features are asked (${RUNS} random requests)`, () => {
  const index = fc.oneof(
    fc.nat({ max: 40 }),
    fc.nat({ max: 20_000 }),
    fc.nat({ max: 200 }).map((n) => n * 64),
  )
  fc.assert(
    fc.property(fc.array(index, { maxLength: 300 }), (asked) => {
      const cache = new DecisionCache()
      const map = new Map<number, Decision>()
      for (const index of asked) {
        expect(cache.get(index)).toBe(map.get(index))
        if (map.has(index)) continue
        map.set(index, decision(index))
        cache.set(index, map.get(index) ?? decision(index))
      }
      for (const [index, kept] of map) expect(cache.get(index)).toBe(kept)
    }),
    { numRuns: RUNS, seed: 10 },
  )
})

test('holds ten thousand Decisions of one request', () => {
  const cache = new DecisionCache()
  for (let index = 0; index < 10_000; index++) cache.set(index, decision(index))
  const lost = Array.from({ length: 10_000 }, (_, index) => index).filter(
    (index) => cache.get(index)?.feature !== `f${index}`,
  )
  expect(lost).toEqual([])
  expect(cache.get(10_000)).toBeUndefined()
})

test('keeps a quarter of its places free, so that looking for what it does not hold comes to an end', () => {
  const cache = new DecisionCache()
  const free: number[] = []
  for (let index = 0; index < 1000; index++) {
    cache.set(index, decision(index))
    // From within: asking a full cache would not fail this test, but never end.
    const slots = Reflect.get(cache, 'slots') as readonly unknown[]
    free.push((slots.length - index - 1) / slots.length)
  }
  expect(Math.min(...free)).toBe(0.25)
})
