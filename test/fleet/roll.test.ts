import { Roll, type StoredAck } from '../../src/fleet/roll'
import { RECENT_MS } from '../../src/sources/fleet-records'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** What a process wrote for the n-th time, by a clock that is so far ahead. */
const said = (name: string, n = 1, aheadMs = 0, hearsWithinMs = 0): StoredAck => ({
  ack: {
    ...{ ...named(name), generation: null, hash: 'h', problems: [], health: null },
    hearsWithinMs,
    at: Date.now() + aheadMs,
  },
  version: `${name} ${n}`,
})

/** `a:2` is another process of the host `a`. */
function named(name: string): { readonly host: string; readonly process: string } {
  const [host = '', process = ''] = name.split(':')
  return { host, process }
}

function listening(...first: readonly StoredAck[]) {
  const clock = { now: 0 }
  const roll = new Roll(() => clock.now)
  const there = (...acks: readonly StoredAck[]) => roll.hear(acks).map(({ host }) => host)
  return { roll, clock, there, found: there(...first) }
}

test.each([
  [0, true],
  [-RECENT_MS + 1000, true],
  [RECENT_MS - 1000, true],
  [-RECENT_MS - 1000, false],
  [RECENT_MS + 1000, false],
])('who was found with a clock that says %d ms is there: %s', (ahead, isThere) => {
  expect(listening(said('a', 1, ahead)).found).toEqual(isThere ? ['a'] : [])
})

test.each([-4 * MINUTE, -2 * HOUR, 4 * MINUTE, 2 * HOUR])(
  'who is heard is there, with a clock that is %d ms off',
  (ahead) => {
    const { there, clock } = listening(said('a', 1, ahead))
    clock.now = 1000
    expect(there(said('a', 2, ahead))).toEqual(['a'])
    clock.now = 1000 + RECENT_MS - 1
    expect(there(said('a', 2, ahead))).toEqual(['a'])
  },
)

test('who says nothing for three minutes is gone, whatever its clock says', () => {
  const { there, clock } = listening(said('a', 1, RECENT_MS - 1000))
  clock.now = RECENT_MS
  expect(there(said('a', 1, RECENT_MS + HOUR))).toEqual([])
})

test('who was found there was always there, and who comes later was not', () => {
  const { roll, clock } = listening(said('a'))
  clock.now = 5000
  roll.hear([said('a'), said('b')])
  clock.now = 7000
  roll.hear([said('a', 2), said('b', 2)])
  expect([roll.thereMs(said('a').ack), roll.thereMs(said('b').ack)]).toEqual([Infinity, 2000])
})

test('what a dead process left is no life of the one that starts under its name', () => {
  const { roll, clock } = listening(said('a'))
  clock.now = 5000
  roll.hear([said('a'), said('a:2')])
  clock.now = 6000
  expect(roll.thereMs(said('a:2').ack)).toBe(1000)
})

test('two that live under one name are two', () => {
  const { there, clock } = listening(said('a'), said('a:2'))
  clock.now = 1000
  expect(there(said('a', 2), said('a:2', 2))).toEqual(['a', 'a'])
  clock.now = 10_000
  expect(there(said('a', 2), said('a:2', 2))).toEqual(['a', 'a'])
})

test('who was found, and is not heard when its successor is, was killed before', () => {
  const { there, clock } = listening(said('a'))
  clock.now = 1000
  expect(there(said('a'), said('a:2'))).toEqual(['a', 'a'])
  clock.now = 3000
  expect(there(said('a'), said('a:2'))).toEqual(['a'])
})

test.each([
  ['after its next look', 10_000, 13_000],
  ['when each that lives must have written', 3_600_000, 65_000],
])('but not before it had to speak: %s', (_, hearsWithinMs, afterMs) => {
  const old = said('a', 1, 0, hearsWithinMs)
  const { there, clock } = listening(old)
  clock.now = 1000
  there(old, said('a:2'))
  clock.now = afterMs - 1
  expect(there(old, said('a:2', 2))).toEqual(['a', 'a'])
  clock.now = afterMs
  expect(there(old, said('a:2', 2))).toEqual(['a'])
})

test('nor where nobody knows when it looks', () => {
  const { hearsWithinMs: _, ...ack } = said('a').ack
  const old = { ...said('a'), ack }
  const { there, clock } = listening(old)
  clock.now = 64_999
  expect(there(old, said('a:2'))).toEqual(['a', 'a'])
  clock.now = 65_000
  expect(there(old, said('a:2'))).toEqual(['a'])
})

test('who may be there with a wrong clock may answer until it had to', () => {
  const doubtful = said('a', 1, HOUR, 10_000)
  const { roll, clock } = listening(doubtful)
  clock.now = 12_999
  expect(roll.mayBeAnswered([doubtful])).toBe(true)
  clock.now = 13_000
  expect(roll.mayBeAnswered([doubtful])).toBe(false)
})

test('who was heard, and is silent when its successor comes, may have died of what it tries', () => {
  const { roll, there, clock } = listening(said('a'))
  clock.now = 1000
  there(said('a', 2))
  clock.now = 15_000
  expect(there(said('a', 2), said('a:2'))).toEqual(['a', 'a'])
  expect(roll.silentMs(said('a').ack)).toBe(14_000)
})

test.each([
  ['was found, and said nothing for longer than a minute', 66_000, true],
  ['was found just now', 64_000, false],
])('who %s is gone for good: %#', (_, afterMs, isGone) => {
  const { roll, clock } = listening(said('a', 1, HOUR))
  clock.now = afterMs
  expect(roll.isGone(said('a').ack)).toBe(isGone)
})

test('who was heard is gone for good after three minutes, which do not pass while the store is away', () => {
  const { roll, clock } = listening(said('a'))
  clock.now = 1000
  roll.hear([said('a', 2)])
  clock.now = RECENT_MS - 1
  roll.excuse()
  clock.now += RECENT_MS
  expect(roll.isGone(said('a').ack)).toBe(false)
  clock.now += 1
  expect(roll.isGone(said('a').ack)).toBe(true)
})

test('who left and came back has just come', () => {
  const { roll, clock } = listening(said('a'))
  roll.hear([])
  clock.now = 5000
  roll.hear([said('a', 2)])
  expect(roll.thereMs(said('a').ack)).toBe(0)
})

test('while nobody could be heard nobody was silent', () => {
  const { roll, clock } = listening(said('a'), said('gone', 1, -HOUR))
  clock.now = RECENT_MS - 1
  roll.excuse()
  clock.now += 1000
  expect(roll.silentMs(said('a').ack)).toBe(1000)
  expect([said('a'), said('gone')].map(({ ack }) => roll.isThere(ack))).toEqual([true, false])
})

test('whose clock is off by less than a day may be there', () => {
  const offBy = (ms: number): boolean => {
    const acks = [said('a', 1, ms)]
    const { roll } = listening(...acks)
    return roll.hasDoubtful(acks)
  }
  expect([-HOUR, HOUR].map(offBy)).toEqual([true, true])
  expect([0, -25 * HOUR, 25 * HOUR].map(offBy)).toEqual([false, false, false])
})
