import { Roll, type StoredAck } from '../../src/fleet/roll'
import { RECENT_MS } from '../../src/sources/fleet-records'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** What a host wrote for the n-th time, by a clock that is so far ahead. */
const said = (host: string, n = 1, aheadMs = 0): StoredAck => ({
  ack: {
    ...{ host, generation: null, hash: 'h', problems: [], health: null },
    at: Date.now() + aheadMs,
  },
  version: `${host} ${n}`,
})

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
  expect([roll.thereMs('a'), roll.thereMs('b')]).toEqual([Infinity, 2000])
})

test('what a dead process left is no life of the one that starts under its name', () => {
  const { roll, clock } = listening(said('a', 1, -HOUR))
  clock.now = 5000
  roll.hear([said('a', 2)])
  clock.now = 6000
  expect(roll.thereMs('a')).toBe(1000)
})

test('who left and came back has just come', () => {
  const { roll, clock } = listening(said('a'))
  roll.hear([])
  clock.now = 5000
  roll.hear([said('a', 2)])
  expect(roll.thereMs('a')).toBe(0)
})

test('while nobody could be heard nobody was silent', () => {
  const { roll, clock } = listening(said('a'), said('gone', 1, -HOUR))
  clock.now = RECENT_MS - 1
  roll.excuse()
  clock.now += 1000
  expect(roll.silentMs('a')).toBe(1000)
  expect([roll.isThere('a'), roll.isThere('gone')]).toEqual([true, false])
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
