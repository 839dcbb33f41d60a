import { keepListening } from '../../../src/sources/keyed/keep-listening'
import { StoreError, type StoreErrorKind } from '../../../src/sources/key-store'
import { ManualClock, settled } from '../../support/manual-clock'

/** A connection that the test makes and breaks. */
class Connections {
  count = 0
  signal: AbortSignal | undefined
  private live: () => void = () => undefined
  private fail: (error: Error) => void = () => undefined

  readonly listen = (live: () => void, signal: AbortSignal): Promise<never> => {
    this.count++
    this.signal = signal
    this.live = live
    return new Promise((_, fail) => (this.fail = fail))
  }

  async connect(): Promise<void> {
    this.live()
    await settled()
  }

  async break(): Promise<void> {
    this.fail(new Error('broken'))
    await settled()
  }
}

/** Draws the longest pause that there can be. */
class LongestPauses extends ManualClock {
  override random = (): number => 1
}

const scene = (
  kind: StoreErrorKind = 'unreachable',
  clock = new LongestPauses(),
): {
  clock: ManualClock
  connections: Connections
  heard: string[]
  close: () => void
} => {
  const connections = new Connections()
  const heard: string[] = []
  const watch = keepListening(
    {
      listen: connections.listen,
      errorOf: (error) => new StoreError(kind, 'store', String(error), 'wait'),
    },
    { live: () => heard.push('live'), down: ({ reason }) => heard.push(reason) },
    clock,
  )
  return { clock, connections, heard, close: () => watch.close() }
}

test('a connection that breaks is made again, and each end of it is notified', async () => {
  const { clock, connections, heard } = scene()
  await connections.connect()
  await connections.break()
  await clock.pass(1000)
  await connections.connect()
  expect(heard).toEqual(['live', 'Error: broken', 'live'])
  expect(connections.count).toBe(2)
})

test.each<[StoreErrorKind, number[]]>([
  ['unreachable', [1000, 1000, 2000, 4000, 5000, 5000]],
  ['unusable', [1000, 1000, 2000, 4000, 5000, 5000]],
  ['refused', [5000, 10_000, 20_000, 40_000, 60_000, 60_000]],
])('the pauses of a store that is %s grow to %j at most', async (kind, pauses) => {
  const { clock, connections } = scene(kind)
  for (const [tried, pause] of pauses.entries()) {
    await connections.break()
    await clock.pass(pause - 1)
    expect(connections.count).toBe(tried + 1)
    await clock.pass(1)
    expect(connections.count).toBe(tried + 2)
  }
})

test('the pauses are short again after a connection that was made', async () => {
  const { clock, connections } = scene()
  for (let i = 0; i < 5; i++) {
    await connections.break()
    await clock.pass(10_000)
  }
  await connections.connect()
  await connections.break()
  await clock.pass(1000)
  expect(connections.count).toBe(7)
})

test('watches whose connections break together come back one after another', async () => {
  const firsts: number[] = []
  for (let i = 0; i < 100; i++) {
    const clock = new ManualClock()
    clock.random = Math.random
    const { connections, close } = scene('unreachable', clock)
    await connections.connect()
    await connections.break()
    let ms = 0
    for (; connections.count < 2; ms += 100) await clock.pass(100)
    firsts.push(ms)
    close()
  }
  const inOne = Math.max(...firsts.map((ms) => firsts.filter((other) => other === ms).length))
  expect(Math.max(...firsts)).toBeLessThanOrEqual(1100)
  // Ten on average; a hundred of a herd.
  expect(inOne).toBeLessThan(35)
})

test('nothing is heard and nothing is tried after it was closed', async () => {
  const { clock, connections, heard, close } = scene()
  await connections.break()
  close()
  close()
  await clock.pass(60_000)
  expect(connections.count).toBe(1)
  expect(clock.pending).toBe(0)
  const other = scene()
  other.close()
  await other.connections.connect()
  await other.connections.break()
  expect(other.connections.signal?.aborted).toBe(true)
  expect([...other.heard, ...heard]).toEqual(['Error: broken'])
})
