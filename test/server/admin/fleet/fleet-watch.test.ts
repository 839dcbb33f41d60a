import { publish, publishStaged } from '../../../../src/fleet/fleet'
import { HistoryReader } from '../../../../src/fleet/history-reader'
import type { FleetEvent } from '../../../../src/server/admin/fleet/contract'
import type { FleetStore } from '../../../../src/server/admin/fleet/fleet-stores'
import { FleetWatch } from '../../../../src/server/admin/fleet/fleet-watch'
import { HeardProcesses } from '../../../../src/server/admin/fleet/heard-processes'
import { type KeyStore, StoreError } from '../../../../src/sources/key-store'
import { memoryKeyStore } from '../../../../src/sources/memory-key-store'
import { systemClock } from '../../../../src/runtime/clock'
import { FleetProcess, fleetOf } from '../../../support/fleet-process'
import { atomicStore } from '../../../support/key-stores'
import type { ManualClock } from '../../../support/manual-clock'
import { stopSystemClock } from '../../../support/system-clock'

/** A look that takes too long is given up by the clock of the test, too. */
jest.mock('../../../../src/runtime/wait', () => ({
  ...jest.requireActual<object>('../../../../src/runtime/wait'),
  withinTime: <T>(work: Promise<T>, ms: number, late: () => T): Promise<T> =>
    Promise.race([
      work,
      new Promise<T>((resolve) => void systemClock.after(ms, () => resolve(late()))),
    ]),
}))

const OLD = 'feature_a: {percent_loggedin: 5}'
const NEW = 'feature_a: {percent_loggedin: 50}'
const SOON = 1

let clock: ManualClock
const ends: (() => void)[] = []
beforeEach(() => {
  clock = stopSystemClock()
  jest.spyOn(performance, 'now').mockImplementation(clock.now)
})
afterEach(() => {
  for (const end of ends.splice(0)) end()
  jest.restoreAllMocks()
})

interface Scene {
  readonly watch: FleetWatch
  readonly told: FleetEvent[]
  /** How often the store was looked at since this was asked last. */
  readonly looks: () => number
  /** Other stores than before. */
  readonly replace: (...stores: readonly KeyStore[]) => void
}

const fleetStore = (store: KeyStore, i = 0): FleetStore => ({
  ...{ source: `live-${i}`, store, reader: new HistoryReader(store) },
  processes: new HeardProcesses(),
})

/** `notifies`: the store tells of changes. `before`: what it does before each read. */
function watching(
  inner: KeyStore,
  { notifies = true, before = async (): Promise<void> => undefined } = {},
): Scene {
  let looks = 0
  const over = atomicStore(inner, (what) => {
    if (what === 'list acks/') looks++
    return before()
  })
  let all = [fleetStore({ ...over, notifies })]
  const told: FleetEvent[] = []
  const watch = new FleetWatch(
    { all: () => all } as unknown as ConstructorParameters<typeof FleetWatch>[0],
    (event) => void told.push(event),
  )
  ends.push(() => watch.close())
  return {
    ...{ watch, told },
    looks: () => [looks, (looks = 0)][0] ?? 0,
    replace: (...stores) => void (all = stores.map(fleetStore)),
  }
}

async function filled(): Promise<KeyStore> {
  const store = memoryKeyStore()
  await publish(store, OLD)
  return store
}

test('nothing is read before a page is open, and nothing after the last is closed', async () => {
  const store = await filled()
  const { watch, told, looks } = watching(store)
  await clock.pass(60_000)
  expect([looks(), clock.pending]).toEqual([0, 0])
  watch.open()
  await clock.pass(SOON)
  expect([looks(), told, watch.latest()]).toEqual([
    1,
    [{ source: 'live-0', staged: null }],
    [{ source: 'live-0', staged: null }],
  ])
  watch.close()
  await publish(store, NEW)
  await clock.pass(60_000)
  expect([looks(), told.length, watch.latest()]).toEqual([0, 1, []])
})

test('a page that is closed while the store is being read is told nothing', async () => {
  let goOn: () => void = () => undefined
  const before = () => new Promise<void>((resolve) => void (goOn = resolve))
  const { watch, told } = watching(await filled(), { before })
  watch.open()
  await clock.pass(SOON)
  watch.close()
  for (let i = 0; i < 20; i++) {
    goOn()
    await clock.pass(0)
  }
  await clock.pass(60_000)
  expect(told).toEqual([])
})

test.each([
  ['that tells of changes', true, SOON],
  ['that does not, at the next look', false, 15_000],
])('a publication shows: of a store %s', async (_, notifies, ms) => {
  const store = await filled()
  const { watch, told } = watching(store, { notifies })
  watch.open()
  await clock.pass(SOON)
  await publish(store, NEW)
  await clock.pass(ms)
  expect(told).toHaveLength(2)
})

test('what stays as it is is told once, also while processes say every minute that they are there', async () => {
  const store = await filled()
  const [process] = await fleetOf(store, 1)
  const { watch, told, looks } = watching(store)
  watch.open()
  for (let minute = 0; minute < 3; minute++) {
    await clock.pass(60_000)
    await process?.look()
  }
  expect(looks()).toBeGreaterThan(10)
  expect(told).toHaveLength(1)
})

test('processes are looked at every two seconds while somebody looks at them, else every 15', async () => {
  const store = await filled()
  const { watch, told, looks } = watching(store)
  watch.open()
  await clock.pass(SOON)
  looks()
  await clock.pass(30_000)
  expect(looks()).toBe(2)
  watch.show()
  await clock.pass(28_000)
  expect(looks()).toBe(14)
  await new FleetProcess(store, 'web-9').look()
  await clock.pass(2000)
  expect(told).toHaveLength(2)
  await clock.pass(2000)
  looks()
  await clock.pass(60_000)
  expect(looks()).toBe(4)
})

test('stages are followed every second, and their end is told', async () => {
  const store = await filled()
  await fleetOf(store, 3)
  const { watch, told, looks } = watching(store, { notifies: false })
  const stop = new AbortController()
  const options = { stages: [1, 100], eachMs: 60_000, ackWithinMs: 60_000, signal: stop.signal }
  let begun: () => void = () => undefined
  const first = new Promise<void>((resolve) => void (begun = resolve))
  const stages = publishStaged(store, NEW, { ...options, onStage: () => begun() })
  await first
  watch.open()
  await clock.pass(SOON)
  looks()
  await clock.pass(5000)
  expect(looks()).toBe(5)
  expect(watch.latest()).toMatchObject([{ staged: { generation: 2, asked: 1 } }])
  stop.abort()
  await stages.catch(() => undefined)
  await clock.pass(1000)
  expect(told.at(-1)).toEqual({ source: 'live-0', staged: null })
})

test('while the store is away the last that was seen stays, and it goes on when it is back', async () => {
  let isAway = false
  const store = await filled()
  const before = async (): Promise<void> => {
    if (isAway) throw new StoreError('unreachable', 'store', 'it is away', 'wait')
  }
  const { watch, told, looks } = watching(store, { before })
  watch.open()
  await clock.pass(SOON)
  isAway = true
  await publish(store, NEW)
  await clock.pass(45_000)
  expect([told.length, watch.latest().length]).toEqual([1, 1])
  expect(looks()).toBeLessThan(6)
  isAway = false
  await clock.pass(15_000)
  expect(told).toHaveLength(2)
})

test('a store that hangs is given up, is asked no more than a fifth of the time, and recovers', async () => {
  let isHanging = false
  const store = await filled()
  const before = () => (isHanging ? new Promise<void>(() => undefined) : Promise.resolve())
  const { watch, told, looks } = watching(store, { before })
  watch.open()
  await clock.pass(SOON)
  looks()
  isHanging = true
  await publish(store, NEW)
  await clock.pass(99_000)
  expect(looks()).toBe(4)
  isHanging = false
  await clock.pass(25_000)
  expect(told).toHaveLength(2)
})

test('what changes while the store is being read is looked at again at once', async () => {
  const store = await filled()
  let held: (() => void)[] | undefined
  const before = () =>
    held ? new Promise<void>((resolve) => void held?.push(resolve)) : Promise.resolve()
  const { watch, looks } = watching(store, { before })
  watch.open()
  await clock.pass(SOON)
  looks()
  held = []
  await clock.pass(15_000)
  await publish(store, NEW)
  const waiting = held
  held = undefined
  for (const goOn of waiting) goOn()
  await clock.pass(SOON)
  expect(looks()).toBe(2)
})

test('sources that are others by now are watched instead', async () => {
  const [first, second] = [await filled(), await filled()]
  const { watch, told, looks, replace } = watching(first)
  watch.open()
  await clock.pass(SOON)
  looks()
  replace(second, memoryKeyStore())
  watch.open()
  await clock.pass(SOON)
  expect(watch.latest().map(({ source }) => source)).toEqual(['live-0', 'live-1'])
  const before = told.length
  await publish(first, NEW)
  await clock.pass(30_000)
  expect([looks(), told.length]).toEqual([0, before])
  await publish(second, NEW)
  await clock.pass(SOON)
  expect(told.length).toBe(before + 1)
})
