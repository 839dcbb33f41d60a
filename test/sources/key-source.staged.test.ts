/** A generation that is staged, as a process of the fleet takes it. */
import { processes } from '../../src/fleet/fleet'
import { contentHash } from '../../src/sources/bytes'
import { type Features, openFeatures } from '../../src/engine/features'
import type { FeaturesOptions } from '../../src/engine/options'
import {
  type Ack,
  drawOf,
  encodeRecord,
  type HistoryEntry,
  historyKey,
  quarantineKey,
  readAck,
  ROLLOUT,
  type Rollout,
} from '../../src/sources/fleet-records'
import { keySource } from '../../src/sources/key-source'
import { type KeyStore, StoreError } from '../../src/sources/key-store'
import type { FleetOptions } from '../../src/sources/keyed/fleet'
import type { KeyedOptions } from '../../src/sources/keyed/options'
import { memoryKeyStore } from '../../src/sources/memory-key-store'
import { atomicStore } from '../support/key-stores'
import { eventually } from '../support/eventually'
import { MoodyKeyStore } from '../support/moody-key-store'
import { passSteps, stopSystemClock } from '../support/system-clock'

const OLD = 'feature_a: on\n'
const NEW = 'feature_a: on\nfeature_b: on\n'
const BAD = 'feature_a: on\nfeature_b: {percent_loggedin: 300}\n'
const GENERATION = 7

/** Their draws for generation 7, which the vectors of fleet-records hold, are below and above ten. */
const hosts = Array.from({ length: 200 }, (_, i) => `web-${i}`)
const inside = hosts.find((host) => drawOf(host, GENERATION) < 10) ?? ''
const outside = hosts.find((host) => drawOf(host, GENERATION) > 90) ?? ''

let store: KeyStore
const open: Features[] = []
beforeEach(async () => {
  store = memoryKeyStore()
  await put('', OLD)
})
afterEach(async () => {
  jest.restoreAllMocks()
  await Promise.all(open.splice(0).map((features) => features.close()))
})

const put = (key: string, text: string | undefined) =>
  store.write([{ key, bytes: text === undefined ? undefined : Buffer.from(text) }])

const entryOf = (text: string): HistoryEntry => ({
  ...{ generation: GENERATION, kind: 'staged', text, hash: contentHash(text), basedOn: null },
  ...{ by: null, reason: null, at: Date.now() },
})

const rolloutOf = (text: string, change: Partial<Rollout> = {}): Rollout => ({
  ...{ generation: GENERATION, hash: contentHash(text), basedOn: null, percent: 10 },
  ...{ stages: [10, 100], eachMs: 1000, minAcks: 1, limitMs: 60_000, publisher: 'p', beat: 1 },
  ...{ by: null, reason: null, at: Date.now() },
  ...change,
})

const stage = (text: string, change: Partial<Rollout> = {}) =>
  store.write([
    { key: historyKey(GENERATION), bytes: encodeRecord(entryOf(text)) },
    { key: ROLLOUT, bytes: encodeRecord(rolloutOf(text, change)) },
  ])

const withdraw = () =>
  store.write([
    { key: quarantineKey(GENERATION), bytes: Buffer.from('{}') },
    { key: ROLLOUT, bytes: undefined },
  ])

async function follow(
  host: string,
  more: FleetOptions = {},
  through: KeyStore = store,
  { guards, ...options }: Pick<FeaturesOptions, 'guards'> & Partial<KeyedOptions> = {},
): Promise<Features> {
  const features = await openFeatures({
    ...(guards && { guards }),
    source: keySource(through, { fleet: { host, ...more }, unwatchedPollMs: 1000, ...options }),
  })
  features.on('problem', () => undefined)
  open.push(features)
  return features
}

/** What the processes of a host have written. */
async function acksOf(host: string): Promise<readonly Ack[]> {
  const stored = await store.list('acks/')
  const acks = [...stored.values()].flatMap(({ bytes }) => readAck(bytes) ?? [])
  return acks.filter((ack) => ack.host === host)
}
const ackOf = async (host: string): Promise<Ack | undefined> => (await acksOf(host))[0]
const has = (features: Features, feature: string) =>
  eventually(`${feature} is on`, () => features.isEnabled(feature))
const hasNot = (features: Features, feature: string) =>
  eventually(`${feature} is off`, () => !features.isEnabled(feature))
const acknowledged = (host: string, isIt: (ack: Ack) => boolean) =>
  eventually(`${host} acknowledges`, async () => {
    const ack = await ackOf(host)
    return ack !== undefined && isIt(ack)
  })

describe('a generation that is staged', () => {
  it('is taken by those whose draw is below the percentage, and by nobody else', async () => {
    const [one, other] = [await follow(inside), await follow(outside)]
    await stage(NEW)
    await has(one, 'b')
    await acknowledged(inside, ({ generation }) => generation === GENERATION)
    expect(other.isEnabled('b')).toBe(false)
    await stage(NEW, { percent: 100, beat: 2 })
    await has(other, 'b')
  })

  it('is taken again by the same ones after a restart, when the publisher is heard', async () => {
    await stage(NEW)
    const [one, other] = [await follow(inside), await follow(outside)]
    expect([one.isEnabled('b'), other.isEnabled('b')]).toEqual([false, false])
    await stage(NEW, { beat: 2 })
    await has(one, 'b')
    expect(other.isEnabled('b')).toBe(false)
  })

  it('is taken by no process that starts after its publisher was killed, whatever the clocks say', async () => {
    const clock = stopSystemClock()
    await stage(NEW, { at: Date.now() + 3_600_000 })
    const one = await follow(inside)
    const seen: boolean[] = []
    await passSteps(clock, 70_000, 1000, () => (seen.push(one.isEnabled('b')), false))
    expect(new Set(seen)).toEqual(new Set([false]))
  })

  it('is taken late by a process that could not look for longer than the limit', async () => {
    const clock = stopSystemClock()
    const moody = new MoodyKeyStore(store)
    const one = await follow(inside, {}, moody)
    moody.break()
    await passSteps(clock, 8000, 1000)
    await stage(NEW, { limitMs: 5000 })
    moody.fail(undefined)
    await passSteps(clock, 4000, 500)
    expect([one.isEnabled('b'), one.snapshot.status]).toEqual([false, 'READY'])
    await stage(NEW, { limitMs: 5000, beat: 2 })
    await passSteps(clock, 2000, 500)
    expect(one.isEnabled('b')).toBe(true)
  })

  it.each([-86_400_000, -1_200_000, 1_200_000, 86_400_000])(
    'is taken when the clock of its publisher is off by %i ms',
    async (off) => {
      const one = await follow(inside)
      await stage(NEW, { at: Date.now() + off })
      await has(one, 'b')
    },
  )

  it('is dropped also where the guards would not let so many features go', async () => {
    const one = await follow(inside, {}, store, { guards: { maxRemoved: 0.1 } })
    await stage('feature_a: off\nfeature_b: on\nfeature_c: on\n')
    await has(one, 'c')
    await withdraw()
    await has(one, 'a')
    expect([one.isEnabled('b'), one.snapshot.status]).toEqual([false, 'READY'])
  })

  it('leaves no entry of its own where that of the head is refused', async () => {
    const one = await follow(inside)
    await put('', 'feature_a: off\nfeature_k: on\n')
    await has(one, 'k')
    await put('', 'feature_a: {percent_loggedin: oops}\nfeature_m: on\n')
    await has(one, 'm')
    await stage('feature_a: on\nfeature_b: on\n')
    await has(one, 'b')
    expect(one.isEnabled('a')).toBe(true)
    await withdraw()
    await has(one, 'm')
    expect([one.isEnabled('a'), one.snapshot.status]).toEqual([false, 'READY'])
  })

  it('that is published is the last good one from then on', async () => {
    const one = await follow(inside)
    await stage(NEW)
    await has(one, 'b')
    const { generation } = one.snapshot
    await store.write([
      { key: '', bytes: Buffer.from(NEW) },
      { key: ROLLOUT, bytes: undefined },
    ])
    await acknowledged(inside, (ack) => ack.generation === null && ack.hash === contentHash(NEW))
    expect(one.snapshot.generation).toBe(generation)
    await put('', 'feature_a: on\nfeature_b: {percent_loggedin: oops}\n')
    await eventually('it is refused', () => one.snapshot.problems.length > 0)
    expect(one.isEnabled('b')).toBe(true)
  })

  it('is dropped at once when it is withdrawn, and never taken again', async () => {
    const one = await follow(inside)
    await stage(NEW)
    await has(one, 'b')
    await withdraw()
    await hasNot(one, 'b')
    expect(one.isEnabled('a')).toBe(true)
    await acknowledged(
      inside,
      ({ generation, hash }) => generation === null && hash === contentHash(OLD),
    )
    await put(quarantineKey(GENERATION), undefined)
    await stage(NEW, { beat: 9 })
    await one.reload()
    expect(one.isEnabled('b')).toBe(false)
  })

  it('is not taken from a quarantine that a process finds when it starts', async () => {
    await stage(NEW)
    await put(quarantineKey(GENERATION), '{}')
    expect((await follow(inside)).isEnabled('b')).toBe(false)
  })

  it('gives way to what is published meanwhile', async () => {
    const one = await follow(inside)
    await stage(NEW)
    await has(one, 'b')
    const published = 'feature_a: on\nfeature_c: on\n'
    await store.write([
      { key: '', bytes: Buffer.from(published) },
      { key: ROLLOUT, bytes: undefined },
    ])
    await has(one, 'c')
    expect(one.isEnabled('b')).toBe(false)
  })

  it.each([
    ['is not the text that was staged', { hash: contentHash('another') }],
    ['has no entry', { generation: 8 }],
  ])('is not taken when its text %s', async (_, change) => {
    const one = await follow(inside)
    await stage(NEW, { ...change, percent: 100 })
    await one.reload()
    expect(one.isEnabled('b')).toBe(false)
    expect(one.snapshot.status).toBe('READY')
  })

  it('that a rollout says which nobody can read leaves the head in force', async () => {
    const one = await follow(inside)
    await put(ROLLOUT, '{"generation": "seven"')
    await one.reload()
    expect([one.isEnabled('a'), one.snapshot.status]).toEqual([true, 'READY'])
  })

  it('is in force no longer than the publisher is heard of', async () => {
    const clock = stopSystemClock()
    const one = await follow(inside)
    await stage(NEW, { limitMs: 5000 })
    await passSteps(clock, 3000, 500)
    expect(one.isEnabled('b')).toBe(true)
    await stage(NEW, { limitMs: 5000, beat: 2 })
    await passSteps(clock, 4000, 500)
    expect(one.isEnabled('b')).toBe(true)
    await passSteps(clock, 3000, 500)
    expect(one.isEnabled('b')).toBe(false)
  })

  it('is given up also when the store is away for that long, and once', async () => {
    const clock = stopSystemClock()
    const moody = new MoodyKeyStore(store)
    const one = await follow(inside, {}, moody)
    await stage(NEW, { limitMs: 5000 })
    await passSteps(clock, 2000, 500)
    expect(one.isEnabled('b')).toBe(true)
    moody.fail(new StoreError('unreachable', 'store', 'away', 'start it'))
    const states: string[] = []
    await passSteps(clock, 8000, 500, () => (states.push(one.snapshot.status), false))
    expect([one.isEnabled('a'), one.isEnabled('b')]).toEqual([true, false])
    expect(states.slice(states.indexOf('STALE'))).not.toContain('READY')
    await passSteps(clock, 60_000, 1000)
    expect(one.snapshot.status).toBe('STALE')
    moody.fail(undefined)
    await passSteps(clock, 10_000, 500)
    expect([one.isEnabled('b'), one.snapshot.status]).toEqual([false, 'READY'])
  })

  it('is in the acknowledgement before it is taken, so that who dies of it has said so', async () => {
    const said: unknown[] = []
    const one = await follow(inside)
    await acknowledged(inside, () => true)
    one.on('change', () => void ackOf(inside).then((ack) => said.push(ack)))
    await stage(NEW)
    await has(one, 'b')
    await eventually('it was looked at', () => said.length > 0)
    expect(said[0]).toMatchObject({ generation: GENERATION, hash: contentHash(OLD) })
  })

  it('is taken also where the store does not say that it was told', async () => {
    const one = await follow(inside)
    await acknowledged(inside, () => true)
    const write = store.write.bind(store)
    jest
      .spyOn(store, 'write')
      .mockImplementation((writes) =>
        writes.some(({ key }) => key.startsWith('acks/'))
          ? new Promise(() => undefined)
          : write(writes),
      )
    await stage(NEW)
    await has(one, 'b')
  })

  it('is announced to the application before it is taken, and when it is left', async () => {
    const told: unknown[] = []
    const one = await follow(inside, { onStaged: (...what) => void told.push(what) })
    await stage(NEW)
    await has(one, 'b')
    expect(told).toEqual([[GENERATION, OLD]])
    await withdraw()
    await hasNot(one, 'b')
    expect(told).toEqual([
      [GENERATION, OLD],
      [null, undefined],
    ])
  })

  it('is taken by no process that did not ask for that', async () => {
    const features = await openFeatures({ source: keySource(store) })
    open.push(features)
    await stage(NEW, { percent: 100 })
    await features.reload()
    expect(features.isEnabled('b')).toBe(false)
    expect(await store.keys('acks/')).toEqual([])
  })
})

describe('an acknowledgement', () => {
  it('says what is in force, and after a change at once', async () => {
    await follow(outside)
    await acknowledged(outside, ({ hash }) => hash === contentHash(OLD))
    expect(await ackOf(outside)).toMatchObject({ generation: null, problems: [], health: null })
    await put('', NEW)
    await acknowledged(outside, ({ hash }) => hash === contentHash(NEW))
  })

  it('says which problems a staged text has in this process', async () => {
    await follow(inside)
    await stage(BAD)
    await acknowledged(inside, ({ problems }) => problems.length > 0)
    expect(await ackOf(inside)).toMatchObject({
      generation: GENERATION,
      problems: [{ severity: 'error', feature: 'b' }],
    })
  })

  it('of a text that is refused as a whole names the text before', async () => {
    const one = await follow(inside)
    await stage('feature_a: {b: [')
    await acknowledged(inside, ({ problems }) => problems.length > 0)
    expect(await ackOf(inside)).toMatchObject({
      generation: GENERATION,
      hash: contentHash(OLD),
      problems: [{ severity: 'error' }],
    })
    expect(one.isEnabled('a')).toBe(true)
    await withdraw()
    await acknowledged(
      inside,
      ({ problems, generation }) => generation === null && problems.length === 0,
    )
  })

  it.each<[string, Partial<KeyedOptions>, RegExp]>([
    [
      'the application refuses',
      {
        validate: (text) => {
          if (text === NEW) throw new Error('b is not allowed here')
        },
      },
      /b is not allowed here/,
    ],
    ['is too large for this process', { softLimitBytes: 14, hardLimitBytes: 20 }, /20 bytes/],
  ])('of a text that %s says so at once, and no longer than it is staged', async (_, more, why) => {
    const one = await follow(inside, {}, store, more)
    await acknowledged(inside, () => true)
    await stage(NEW)
    await acknowledged(
      inside,
      ({ generation, problems }) => generation === GENERATION && problems.length > 0,
    )
    const ack = await ackOf(inside)
    expect(ack).toMatchObject({ hash: contentHash(OLD), before: { problems: [] } })
    expect(ack?.problems).toMatchObject([
      { severity: 'error', message: expect.stringMatching(why) },
    ])
    expect(one.isEnabled('a')).toBe(true)
    await withdraw()
    await acknowledged(
      inside,
      ({ problems, generation }) => generation === null && problems.length === 0,
    )
  })

  it('says how soon this process hears of a text, whatever becomes of notices', async () => {
    await follow(inside)
    await acknowledged(inside, ({ hearsWithinMs }) => hearsWithinMs === 1000)
  })

  it('has at most twenty problems', async () => {
    await follow(inside)
    const lines = Array.from({ length: 50 }, (_, i) => `feature_x${i}: {percent_loggedin: 300}\n`)
    await stage(`feature_a: on\n${lines.join('')}`)
    await acknowledged(inside, ({ problems }) => problems.length === 20)
  })

  it('is written again while nothing changes, more often during a stage', async () => {
    const clock = stopSystemClock()
    const times: number[] = []
    const write = store.write.bind(store)
    jest.spyOn(store, 'write').mockImplementation(async (writes) => {
      if (writes.some(({ key }) => key.startsWith(`acks/${inside}-`))) times.push(clock.now())
      return write(writes)
    })
    await follow(inside)
    await passSteps(clock, 300_000, 1000)
    expect(times.length).toBeGreaterThanOrEqual(5)
    expect(times.length).toBeLessThanOrEqual(8)
    await stage(NEW)
    const before = times.length
    await passSteps(clock, 20_000, 500)
    expect(times.length - before).toBeGreaterThanOrEqual(9)
    expect(times.length - before).toBeLessThanOrEqual(16)
  })

  it.each<[string, FleetOptions['health'], object]>([
    ['what the application says', () => ({ isHealthy: true }), { isHealthy: true }],
    [
      'that it is not well',
      async () => ({ isHealthy: false, message: 'errors' }),
      { isHealthy: false, message: 'errors' },
    ],
    [
      'that its own question threw',
      () => {
        throw new Error('boom')
      },
      { isHealthy: false, message: 'health threw: boom' },
    ],
  ])('carries %s', async (_, health, expected) => {
    await follow(inside, health ? { health } : {})
    await acknowledged(inside, () => true)
    expect(await ackOf(inside)).toMatchObject({ health: expected })
  })

  it('is removed when the process leaves', async () => {
    const features = await follow(inside)
    await acknowledged(inside, () => true)
    await features.close()
    expect(await ackOf(inside)).toBeUndefined()
  })

  it('says last that the process is gone, where it may write and not remove', async () => {
    const inner = store
    const refused = new StoreError('refused', 'store', 'no right to delete', 'grant it')
    store = {
      ...atomicStore(inner),
      write: async (writes) => {
        if (writes.some(({ bytes }) => bytes === undefined)) throw refused
        return inner.write(writes)
      },
    }
    const features = await follow(inside)
    await acknowledged(inside, () => true)
    await features.close()
    expect(await ackOf(inside)).toMatchObject({ host: inside, isGone: true })
    expect(await processes(store)).toEqual([])
  })

  it('of one process is not that of another with its name, which stays when it leaves', async () => {
    const old = await follow(inside)
    const other = await follow(inside)
    await eventually('both acknowledge', async () => (await acksOf(inside)).length === 2)
    await stage(NEW)
    await has(old, 'b')
    await has(other, 'b')
    await old.close()
    expect(await acksOf(inside)).toHaveLength(1)
  })

  it('that somebody removed is written again', async () => {
    const clock = stopSystemClock()
    await follow(inside)
    await passSteps(clock, 3000, 500)
    for (const key of await store.keys('acks/')) await put(key, undefined)
    expect(await ackOf(inside)).toBeUndefined()
    await passSteps(clock, 60_000, 1000)
    expect(await ackOf(inside)).toBeDefined()
  })

  it('is written once more when that was due while it was being written', async () => {
    const clock = stopSystemClock()
    const write = store.write.bind(store)
    let go: (() => void) | undefined
    await follow(outside)
    await passSteps(clock, 3000, 500)
    const held = jest.spyOn(store, 'write').mockImplementation(async (writes) => {
      await new Promise<void>((resolve) => (go = resolve))
      return write(writes)
    })
    await write([{ key: '', bytes: Buffer.from(NEW) }])
    await passSteps(clock, 3000, 500)
    const third = `${NEW}feature_c: on\n`
    await write([{ key: '', bytes: Buffer.from(third) }])
    await passSteps(clock, 3000, 500)
    held.mockRestore()
    go?.()
    await passSteps(clock, 1000, 500)
    expect((await ackOf(outside))?.hash).toBe(contentHash(third))
  })

  it('says how the process was before it took the staged text', async () => {
    const health = { isHealthy: false, message: 'disk full since May' }
    await follow(inside, { health: () => health })
    await acknowledged(inside, () => true)
    expect(await ackOf(inside)).not.toHaveProperty('before')
    await stage(NEW)
    await acknowledged(inside, ({ generation }) => generation === GENERATION)
    expect((await ackOf(inside))?.before).toEqual({ problems: [], health })
  })

  it('is written when a publisher begins, also by those that it does not ask', async () => {
    await follow(outside)
    await acknowledged(outside, () => true)
    const before = await ackOf(outside)
    await stage(NEW)
    await eventually('it answers', async () => (await ackOf(outside))?.at !== before?.at)
    expect((await ackOf(outside))?.generation).toBeNull()
  })

  it('that may not be written is a warning, and hinders nothing', async () => {
    const refusing = jest
      .spyOn(store, 'write')
      .mockRejectedValue(new StoreError('refused', 'store', 'no', 'ask'))
    const features = await follow(outside)
    await eventually('it warns', () => features.snapshot.problems.length > 0)
    expect(features.isEnabled('a')).toBe(true)
    expect(features.snapshot).toMatchObject({
      status: 'READY',
      problems: [
        {
          code: 'not-acknowledged',
          severity: 'warning',
          message: expect.stringMatching(/^store does not let this process say .*: no; ask$/),
        },
      ],
    })
    refusing.mockRestore()
    await put('', NEW)
    await eventually('it is over', () => features.snapshot.problems.length === 0)
  })

  it('that does not reach a store is the business of the source alone', async () => {
    jest.spyOn(store, 'write').mockRejectedValue(new StoreError('unreachable', 's', 'no', 'wait'))
    const clock = stopSystemClock()
    const features = await follow(outside)
    await passSteps(clock, 3000, 500)
    expect(features.snapshot.problems).toEqual([])
  })
})
