import {
  type Ack,
  ackKey,
  drawOf,
  encodeRecord,
  generationOf,
  type HistoryEntry,
  historyKey,
  isAlive,
  isAsked,
  type Quarantined,
  quarantineKey,
  readAck,
  readHistoryEntry,
  readQuarantined,
  readRollout,
  type Rollout,
} from '../../src/sources/fleet-records'
import { contentHash } from '../../src/sources/bytes'

const hash = contentHash('feature_a: on')

const entry: HistoryEntry = {
  generation: 12,
  kind: 'rollback',
  text: 'feature_a: on',
  hash,
  basedOn: 11,
  by: 'ann',
  reason: null,
  at: 1_700_000_000_000,
  of: 3,
}
const rollout: Rollout = {
  generation: 12,
  hash,
  basedOn: 11,
  percent: 10,
  stages: [1, 10, 100],
  eachMs: 30_000,
  minAcks: 1,
  limitMs: 60_000,
  publisher: 'one',
  beat: 4,
  by: null,
  reason: 'sale',
  at: 1_700_000_000_000,
}
const quarantined: Quarantined = {
  generation: 12,
  hash,
  reason: '1 process failed',
  hosts: [{ host: 'web-1', problem: 'not healthy: 500s' }],
  by: 'ann',
  at: 1,
}
const ack: Ack = {
  host: 'web-1',
  process: '1a2b3c4d',
  generation: null,
  hash,
  problems: [{ code: 'bad-key', message: 'no', severity: 'error', feature: 'a' }],
  health: { isHealthy: true },
  at: 1,
}

describe('keys', () => {
  test.each([
    [historyKey(12), 'history/000000012', 12],
    [quarantineKey(1_234_567_890), 'quarantine/1234567890', 1_234_567_890],
    [ackKey(ack), 'acks/web-1-1a2b3c4d', undefined],
    [ackKey({ host: 'a/b c.d', process: '0' }), 'acks/a%2Fb%20c%2Ed-0', undefined],
  ])('%s', (key, expected, generation) => {
    expect(key).toBe(expected)
    expect(generationOf(key)).toBe(generation)
  })

  test('of another tool, beside ours, have no generation', () => {
    expect(['history/latest', 'history/12', 'rollout'].map(generationOf)).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })
})

describe('a record that was written is read as it was', () => {
  test('of each kind', () => {
    expect(readHistoryEntry(encodeRecord(entry))).toEqual(entry)
    expect(readRollout(encodeRecord(rollout))).toEqual(rollout)
    expect(readQuarantined(encodeRecord(quarantined))).toEqual(quarantined)
    expect(readAck(encodeRecord(ack))).toEqual(ack)
  })

  test.each(['', '{', '[]', 'null', '12', '{"generation":12}', 'feature_a: on'])(
    'and %j is none of them',
    (text) => {
      const bytes = new TextEncoder().encode(text)
      const all = [readHistoryEntry, readRollout, readQuarantined, readAck]
      expect(all.map((read) => read(bytes))).toEqual(all.map(() => undefined))
    },
  )

  const bad = (record: object, change: object): Uint8Array =>
    new TextEncoder().encode(JSON.stringify({ ...record, ...change }))

  test.each([
    { generation: 0 },
    { generation: 1.5 },
    { kind: 'else' },
    { text: null },
    { hash: 'ABC' },
    { basedOn: 'x' },
    { by: 3 },
    { at: null },
    { at: 1e18 },
    { of: -1 },
  ])('a history entry with %j is none', (change) => {
    expect(readHistoryEntry(bad(entry, change))).toBeUndefined()
  })

  test.each([
    { percent: '1' },
    { stages: 100 },
    { stages: ['x'] },
    { publisher: 1 },
    { beat: null },
    { at: 1e18 },
  ])('a rollout with %j is none', (change) => {
    expect(readRollout(bad(rollout, change))).toBeUndefined()
  })

  test.each([
    { host: 1 },
    { generation: 0 },
    { problems: [1] },
    { problems: [{ code: 'a', message: 'b' }] },
    { health: 'fine' },
    { health: undefined },
    { at: -1e18 },
    { hearsWithinMs: '1 s' },
  ])('an acknowledgement with %j is none', (change) => {
    expect(readAck(bad(ack, change))).toBeUndefined()
  })

  test('a quarantine at a time that no calendar has is none', () => {
    expect(readQuarantined(bad(quarantined, { at: 8.64e15 }))).toBeDefined()
    expect(readQuarantined(bad(quarantined, { at: 8.64e15 + 1 }))).toBeUndefined()
  })
})

describe('the draw of a host', () => {
  const hosts = Array.from({ length: 10_000 }, (_, i) => `web-${i}`)

  test('is the same each time, and another for another generation', () => {
    expect(drawOf('web-1', 12)).toBe(drawOf('web-1', 12))
    const early = hosts.filter((host) => drawOf(host, 12) < 1)
    expect(early.filter((host) => drawOf(host, 13) < 1).length).toBeLessThan(10)
  })

  test.each([1, 10, 50])('takes about %d of a hundred', (percent) => {
    const share = hosts.filter((host) => isAsked(host, { ...rollout, percent })).length / 100
    expect(Math.abs(share - percent)).toBeLessThan(1.5)
  })

  test('takes everybody at 100 and nobody at 0, and keeps whom it took', () => {
    const taken = (percent: number) =>
      hosts.filter((host) => isAsked(host, { ...rollout, percent }))
    expect([taken(0).length, taken(100).length]).toEqual([0, 10_000])
    const tenth = new Set(taken(10))
    expect(taken(1).every((host) => tenth.has(host))).toBe(true)
  })

  test('is pinned, because processes of several versions share a fleet', () => {
    expect([drawOf('web-1', 1), drawOf('web-1', 2), drawOf('db', 12)]).toEqual([78.81, 12.9, 14.77])
  })
})

describe('a publisher', () => {
  const { at, limitMs } = rollout
  test.each([
    ['has just written', 0, at, true],
    ['was last seen within the limit', limitMs - 1, at + limitMs, true],
    ['was not seen for as long as the limit', limitMs, at, false],
    ['wrote an hour ago, to a process that starts', 0, at + 3_600_000, false],
    ['has a clock that is five minutes behind', 0, at + 300_000, true],
    ['has a clock that is an hour ahead', 0, at - 3_600_000, true],
  ])('%s', (_, heldMs, now, expected) => {
    expect(isAlive(rollout, heldMs, now)).toBe(expected)
  })
})
