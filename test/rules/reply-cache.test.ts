import fc from 'fast-check'
import { decisionOf } from '../../src/core/decision'
import { type Reply, replyOf } from '../../src/core/reply'
import { NO_REPLIES, replyAt, withReply } from '../../src/rules/reply-cache'

const RUNS = 500
const reply = (index: number): Reply =>
  replyOf(decisionOf(`f${index}`, { enabled: true, reason: 'STATIC' }, 1), index)

/** As a request holds its replies. */
class ReplyCache {
  slots = NO_REPLIES
  private count = 0

  get(index: number): Reply | undefined {
    return replyAt(this.slots, index)
  }

  add(reply: Reply): void {
    this.slots = withReply(this.slots, this.count++, reply)
  }
}

test('knows nothing at first', () => {
  const cache = new ReplyCache()
  expect([cache.get(0), cache.get(1), cache.get(123_456)]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
})

test('gives back the very reply that it was given', () => {
  const [cache, zero, other] = [new ReplyCache(), reply(0), reply(16)]
  cache.add(zero)
  cache.add(other)
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
      const cache = new ReplyCache()
      const map = new Map<number, Reply>()
      for (const index of asked) {
        expect(cache.get(index)).toBe(map.get(index))
        if (map.has(index)) continue
        const made = reply(index)
        map.set(index, made)
        cache.add(made)
      }
      for (const [index, kept] of map) expect(cache.get(index)).toBe(kept)
    }),
    { numRuns: RUNS, seed: 10 },
  )
})

test('holds ten thousand replies of one request', () => {
  const cache = new ReplyCache()
  for (let index = 0; index < 10_000; index++) cache.add(reply(index))
  const lost = Array.from({ length: 10_000 }, (_, index) => index).filter(
    (index) => cache.get(index)?.decision.feature !== `f${index}`,
  )
  expect(lost).toEqual([])
  expect(cache.get(10_000)).toBeUndefined()
})

test('keeps a quarter of its places free, so that looking for what it does not hold comes to an end', () => {
  const cache = new ReplyCache()
  const free: number[] = []
  for (let index = 0; index < 1000; index++) {
    cache.add(reply(index))
    // From within: asking a full cache would not fail this test, but never end.
    free.push((cache.slots.length - index - 1) / cache.slots.length)
  }
  expect(Math.min(...free)).toBe(0.25)
})
