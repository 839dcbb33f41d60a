import { setImmediate } from 'node:timers/promises'
import { memory, openFeatures } from '../../src/index'
import { ChangeStreams, type ChangeStreamOptions } from '../../src/server/change-streams'
import { refetchMessages } from '../../src/server/ofrep/stream'
import { ReadStream } from './ofrep/asked'

const closing: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** Alarms that ring when a test says that time has passed. */
class ManualTimers {
  private now = 0
  private readonly waiting = new Map<object, { readonly at: number; readonly ring: () => void }>()

  get count(): number {
    return this.waiting.size
  }

  alarm(ring: () => void) {
    const key = {}
    const set = (ms: number): void => void this.waiting.set(key, { at: this.now + ms, ring })
    return {
      set,
      ringWithin: (ms: number) => {
        if ((this.waiting.get(key)?.at ?? Infinity) > this.now + ms) set(ms)
      },
      clear: () => void this.waiting.delete(key),
    }
  }

  advance(ms: number): void {
    const end = this.now + ms
    for (;;) {
      const next = [...this.waiting].sort(([, a], [, b]) => a.at - b.at)[0]
      if (next === undefined || next[1].at > end) break
      this.now = next[1].at
      this.waiting.delete(next[0])
      next[1].ring()
    }
    this.now = end
  }
}

interface Scene {
  readonly streams: ChangeStreams
  /** A client that connects, and what it reads. */
  readonly connect: (lastEventId?: string) => ReadStream
  readonly set: (text: string) => Promise<unknown>
  readonly hash: () => string
  readonly clock: { now: number }
  readonly timers: ManualTimers
}

async function scene(options: Partial<ChangeStreamOptions> = {}): Promise<Scene> {
  const source = memory('feature_a: on')
  const features = await openFeatures({ source })
  // What happened while it was opened is reported before anybody connects.
  await setImmediate()
  const timers = new ManualTimers()
  const clock = { now: 1_000_000 }
  const streams = new ChangeStreams(features, refetchMessages(features), {
    coalesceMs: 250,
    spreadMs: 0,
    heartbeatMs: 20_000,
    random: () => 0.5,
    now: () => clock.now,
    alarm: (ring) => timers.alarm(ring),
    ...options,
  })
  closing.push(
    () => features.close(),
    () => streams.close(),
  )
  const connect = (lastEventId?: string): ReadStream => {
    const stream = new ReadStream()
    stream.onClose(streams.add(stream, lastEventId))
    return stream
  }
  return {
    streams,
    connect,
    set: (text) => source.set(text),
    hash: () => features.content.hash,
    clock,
    timers,
  }
}

const typesOf = ({ events }: ReadStream): string[] => events.map(({ type }) => type)

test('a stream begins with when to come back, and an event that gives the client an id', async () => {
  const { connect, hash } = await scene()
  expect(connect().received).toEqual([
    `retry: 3500\nid: ${hash()}\nevent: message\ndata: {"type":"connected"}\n\n`,
  ])
})

test('a change is one notification with the new version, however many edits it was', async () => {
  const { connect, set, hash, timers } = await scene()
  const stream = connect(hash())
  await set('feature_a: off')
  await set('feature_a: {gold: true}')
  expect(typesOf(stream)).toEqual(['connected'])
  timers.advance(250)
  expect(stream.events.slice(1)).toEqual([
    { type: 'refetchEvaluation', etag: hash(), lastModified: expect.any(Number) as number },
  ])
  expect(stream.received.at(-1)).toContain(`id: ${hash()}\n`)
})

test('an edit that changes no meaning is no notification', async () => {
  const { connect, set, hash, timers } = await scene()
  const stream = connect(hash())
  await set('# a comment\nfeature_a: on')
  timers.advance(1000)
  expect(typesOf(stream)).toEqual(['connected'])
})

describe('whoever connects', () => {
  test.each<
    [what: string, id: (hash: string) => string | undefined, changedAgo: number, types: string[]]
  >([
    ['with the id of the content in force', (hash) => hash, 0, ['connected']],
    ['with another id', () => 'other', 0, ['connected', 'refetchEvaluation']],
    [
      'without an id, soon after a change',
      () => undefined,
      59_000,
      ['connected', 'refetchEvaluation'],
    ],
    ['without an id, long after a change', () => undefined, 61_000, ['connected']],
  ])('%s', async (_, id, changedAgo, types) => {
    const { connect, set, hash, clock } = await scene()
    await set('feature_a: off')
    clock.now += changedAgo
    expect(typesOf(connect(id(hash())))).toEqual(types)
  })
})

test('notifications are spread over the time that is set, each client once', async () => {
  const { connect, set, hash, timers } = await scene({ spreadMs: 1000 })
  const streams = Array.from({ length: 40 }, () => connect(hash()))
  await set('feature_a: off')
  const notified = (): number => streams.filter((stream) => typesOf(stream).length === 2).length
  timers.advance(250)
  expect(notified()).toBe(2)
  timers.advance(500)
  expect(notified()).toBe(22)
  timers.advance(500)
  expect(notified()).toBe(40)
})

test('thousands of clients are notified in slices, and the event loop is free in between', async () => {
  const { connect, set, hash, timers } = await scene()
  const streams = Array.from({ length: 1000 }, () => connect(hash()))
  await set('feature_a: off')
  timers.advance(250)
  const notified = (): number => streams.filter((stream) => typesOf(stream).length === 2).length
  expect(notified()).toBe(200)
  for (let i = 0; i < 4; i++) await setImmediate()
  expect(notified()).toBe(1000)
})

test('a client that has gone is not written to', async () => {
  const { connect, set, hash, streams, timers } = await scene()
  const stream = connect(hash())
  stream.close()
  await set('feature_a: off')
  timers.advance(250)
  expect([streams.size, typesOf(stream)]).toEqual([0, ['connected']])
})

test('a client that does not read is closed instead of filling memory', async () => {
  const { connect, set, hash, streams, timers } = await scene()
  const stream = connect(hash())
  stream.bufferedBytes = 64 * 1024 + 1
  await set('feature_a: off')
  timers.advance(250)
  expect([stream.isClosed, streams.size, typesOf(stream)]).toEqual([true, 0, ['connected']])
})

test('an idle stream has a comment now and then', async () => {
  const { connect, hash, timers } = await scene()
  const stream = connect(hash())
  timers.advance(60_000)
  expect(stream.received.slice(1)).toEqual([':\n\n', ':\n\n', ':\n\n'])
})

test('closing ends every stream, and leaves no timer', async () => {
  const { connect, set, streams, timers } = await scene({ spreadMs: 1000 })
  const stream = connect()
  await set('feature_a: off')
  streams.close()
  expect([stream.isClosed, streams.size, timers.count]).toEqual([true, 0, 0])
})
