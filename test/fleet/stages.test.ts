import {
  abortStages,
  history,
  memoryKeyStore,
  publish,
  publishStaged,
  resumeStages,
  rollback,
  type StagedResult,
} from '../../src/fleet/fleet'
import type { StageOptions } from '../../src/fleet/staged'
import { readAcks } from '../../src/fleet/processes'
import { Stages } from '../../src/fleet/stages'
import { readEntry, readHead, readState } from '../../src/fleet/store-state'
import { contentHash } from '../../src/sources/bytes'
import {
  ackKey,
  drawOf,
  encodeRecord,
  HEAD,
  isAsked,
  readRollout,
  ROLLOUT,
  type Rollout,
} from '../../src/sources/fleet-records'
import { type KeyStore, StoreError } from '../../src/sources/key-store'
import { fleetOf, following, FleetProcess, lookAll, type Saying } from '../support/fleet-process'
import { atomicStore, type Before, serialStore, setOutside, textIn } from '../support/key-stores'

const OLD = 'feature_a: on'
const NEW = 'feature_a: off'
const QUICK = { stages: [1, 10, 100], eachMs: 0, ackWithinMs: 2000 } as const

const ill: Saying = (text) => ({
  problems: [],
  health: { isHealthy: text !== NEW, ...(text === NEW && { message: '500s' }) },
})
const states = async (store: KeyStore) =>
  (await history(store)).generations.map(({ generation, state }) => `${generation} ${state}`)
const withNew = (all: readonly FleetProcess[]): number =>
  all.filter(({ had }) => had.includes(NEW)).length

/** A publisher at this store is killed when its generation is staged. */
function killedAfterItsWrite(store: KeyStore): KeyStore {
  const dying = { ...atomicStore(store) }
  dying.write = async (writes) => {
    dying.get = () => Promise.reject(new Error('killed'))
    return store.write(writes)
  }
  return dying
}

/** Staged publishing in a fleet of 40, which follows the store. */
async function staged(
  store: KeyStore,
  saying: (host: string) => Saying | undefined = () => undefined,
  options: Partial<StageOptions> & { readonly signal?: AbortSignal } = {},
): Promise<{ readonly result: StagedResult; readonly all: readonly FleetProcess[] }> {
  await publish(store, OLD)
  const fine: Saying = () => ({ health: { isHealthy: true } })
  const all = await fleetOf(store, 40, (host) => saying(host) ?? fine)
  const end = following(store, all)
  try {
    return { result: await publishStaged(store, NEW, { ...QUICK, ...options }), all }
  } finally {
    end()
    await lookAll(all)
  }
}

describe.each([
  ['together', atomicStore],
  ['one after another', serialStore],
])('where writes take effect %s', (_, open) => {
  test('a good generation reaches stage after stage, and is published', async () => {
    const store = open()
    const percents: number[] = []
    const { result, all } = await staged(store, undefined, {
      onStage: ({ percent, confirmed, asked }) => {
        if (confirmed === asked) percents.push(percent)
      },
    })
    expect(result).toMatchObject({ kind: 'published', generation: 2, basedOn: 1 })
    expect(percents.at(-1)).toBe(100)
    expect(new Set(percents).size).toBeGreaterThan(1)
    expect(await textIn(store)).toBe(NEW)
    expect(await store.get(ROLLOUT)).toBeUndefined()
    expect(all.every(({ text }) => text === NEW)).toBe(true)
    expect(await states(store)).toEqual(['2 in force', '1 replaced'])
  })

  test('a bad one is withdrawn in its first stage, and nobody else ever has it', async () => {
    const store = open()
    const { result, all } = await staged(store, () => ill)
    expect(result).toMatchObject({ kind: 'withdrawn', generation: 2 })
    expect(result).toMatchObject({
      reason: expect.stringMatching(/^web-\d+: it is not healthy: 500s/),
    })
    expect(withNew(all)).toBe(1)
    expect(all.every(({ text }) => text === OLD)).toBe(true)
    expect(await textIn(store)).toBe(OLD)
    expect(await states(store)).toEqual(['2 withdrawn', '1 in force'])
  })

  test('and its text is not published again, unless told', async () => {
    const store = open()
    await staged(store, () => ill)
    const again = await publish(store, NEW)
    expect(again).toMatchObject({
      kind: 'refused',
      refusals: [{ code: 'quarantined', message: expect.stringContaining('generation 2') }],
    })
    expect(await rollback(store, 2)).toMatchObject({ kind: 'refused' })
    expect(await publish(store, NEW, { allow: ['quarantined'] })).toMatchObject({ generation: 3 })
    expect(await states(store)).toEqual(['3 in force', '2 withdrawn', '1 replaced'])
    const [, withdrawn] = (await history(store)).generations
    expect(withdrawn?.quarantined).toMatchObject({
      reason: expect.stringContaining('it is not healthy: 500s'),
      releasedBy: 3,
    })
    await publish(store, OLD)
    expect(await publish(store, NEW)).toMatchObject({ kind: 'published' })
  })

  test('a rollback during a stage wins at once, and the generation is under quarantine', async () => {
    const store = open()
    await publish(store, 'feature_a: {users: [ann]}')
    await publish(store, OLD)
    const all = await fleetOf(store, 10)
    const end = following(store, all)
    const running = publishStaged(store, NEW, { ...QUICK, eachMs: 60_000 })
    while ((await store.get(ROLLOUT)) === undefined) await new Promise(setImmediate)
    expect(await rollback(store, 1, { by: 'bob', reason: 'sales fall' })).toMatchObject({
      kind: 'published',
      generation: 4,
    })
    expect(await running).toMatchObject({
      ...{ kind: 'withdrawn', generation: 3, hosts: [] },
      reason: 'rolled back by bob while it was staged: sales fall',
    })
    end()
    await lookAll(all)
    expect(all.every(({ text }) => text === 'feature_a: {users: [ann]}')).toBe(true)
    expect(await states(store)).toEqual(['4 in force', '3 withdrawn', '2 replaced', '1 replaced'])
  })
})

describe('while a generation is staged', () => {
  /** A publisher that was killed in its first stage. */
  async function left(
    store: KeyStore,
    count = 10,
    saying?: (host: string) => Saying,
  ): Promise<readonly FleetProcess[]> {
    await publish(store, OLD)
    const all = await fleetOf(store, count, saying)
    const dying = killedAfterItsWrite(store)
    // All are asked at once, so whoever is ill has the text when the next publisher comes.
    const stages = saying ? [100] : QUICK.stages
    await expect(publishStaged(dying, NEW, { ...QUICK, stages })).rejects.toThrow('killed')
    await lookAll(all)
    return all
  }

  const rolloutIn = async (store: KeyStore): Promise<Rollout | undefined> => {
    const stored = await store.get(ROLLOUT)
    return stored && readRollout(stored.bytes)
  }

  test('another text is refused, and with now it is published in its place', async () => {
    const store = memoryKeyStore()
    const all = await left(store)
    const other = 'feature_a: {users: [bob]}'
    expect(await publish(store, other)).toMatchObject({
      refusals: [{ code: 'staging', message: expect.stringContaining('generation 2') }],
    })
    expect(await publish(store, other, { now: true })).toMatchObject({ generation: 3, basedOn: 1 })
    await lookAll(all)
    expect(all.every(({ text }) => text === other)).toBe(true)
    expect(await states(store)).toEqual(['3 in force', '2 never published', '1 replaced'])
  })

  test.each([
    ['together', atomicStore, 'never published'],
    // Its publisher may write the head at any moment, so it is in force before, for a moment.
    ['one after another', serialStore, 'replaced'],
  ])(
    'its own text with now ends the stages, under the name of who did: writes %s',
    async (_, open, before) => {
      const store = open()
      await left(store)
      const signed = { by: 'bob', reason: 'approved' }
      expect(await publish(store, NEW, { now: true, ...signed })).toMatchObject({ generation: 3 })
      expect(await states(store)).toEqual(['3 in force', `2 ${before}`, '1 replaced'])
      const [first] = (await history(store)).generations
      expect(first).toMatchObject({ kind: 'publish', ...signed })
      expect(await rolloutIn(store)).toBeUndefined()
    },
  )

  test.each([
    ['together', atomicStore],
    ['one after another', serialStore],
  ])('a rollback to the very text is told as one: writes %s', async (_, open) => {
    const store = open()
    await publish(store, NEW, { by: 'zoe' })
    await publish(store, OLD)
    await fleetOf(store, 10)
    const running = publishStaged(store, NEW, { ...QUICK, eachMs: 60_000, by: 'ann' })
    while ((await store.get(ROLLOUT)) === undefined) await new Promise(setImmediate)
    const back = await rollback(store, 1, { by: 'bob', reason: 'incident 42' })
    expect(back).toMatchObject({ kind: 'published', generation: 4 })
    expect(await running).toMatchObject({ kind: 'superseded', generation: 3 })
    const { generations } = await history(store)
    expect(generations[0]).toMatchObject({
      ...{ kind: 'rollback', of: 1, by: 'bob', reason: 'incident 42', state: 'in force' },
    })
    expect(generations.filter(({ quarantined }) => quarantined)).toEqual([])
  })

  test('a rollback to what is in force takes it off its stages', async () => {
    const store = memoryKeyStore()
    const all = await left(store)
    expect(await rollback(store, 1)).toMatchObject({ kind: 'unchanged', generation: 1 })
    await lookAll(all)
    expect(all.every(({ text }) => text === OLD)).toBe(true)
    expect(await states(store)).toEqual(['2 withdrawn', '1 in force'])
  })

  test('another publisher goes on where the first one was killed', async () => {
    const store = memoryKeyStore()
    const all = await left(store)
    const end = following(store, all)
    expect(await resumeStages(store, { ackWithinMs: 2000 })).toMatchObject({
      kind: 'published',
      generation: 2,
    })
    end()
    expect(await textIn(store)).toBe(NEW)
  })

  test('and does not hold against it what was there before the first one', async () => {
    const store = memoryKeyStore()
    const [old, other] = [false, true].map((isHealthy) => ({ health: { isHealthy } }))
    const all = await left(store, 10, (host) => () => (host === 'web-3' ? old : other) ?? {})
    const end = following(store, all)
    expect(await resumeStages(store, { ackWithinMs: 2000 })).toMatchObject({ kind: 'published' })
    end()
  })

  test('or takes it back', async () => {
    const store = memoryKeyStore()
    const all = await left(store)
    expect(await abortStages(store, { by: 'bob', reason: 'wrong day' })).toBe(2)
    await lookAll(all)
    expect(all.every(({ text }) => text === OLD)).toBe(true)
    const [first] = (await history(store)).generations
    expect(first?.quarantined?.reason).toBe('taken back by bob: wrong day')
  })

  test('there is nothing to go on with when another tool has written the text', async () => {
    const store = memoryKeyStore()
    await left(store)
    await setOutside(store, 'feature_b: on')
    expect(await resumeStages(store)).toMatchObject({ kind: 'superseded' })
    expect(await rolloutIn(store)).toBeUndefined()
  })

  test.each([
    ['resume', resumeStages],
    ['abort', abortStages],
  ])('%s without stages is an error', async (_, work) => {
    await expect(work(memoryKeyStore())).rejects.toMatchObject({ code: 'LIVEFLAG_BAD_OPTION' })
  })

  test('an interrupt takes it off its stages, without quarantine', async () => {
    const store = memoryKeyStore()
    const interrupt = new AbortController()
    const { result, all } = await staged(store, undefined, {
      eachMs: 60_000,
      signal: interrupt.signal,
      onStage: () => interrupt.abort(),
    })
    expect(result).toMatchObject({ kind: 'interrupted', generation: 2 })
    expect(all.every(({ text }) => text === OLD)).toBe(true)
    expect(await states(store)).toEqual(['2 never published', '1 in force'])
  })

  test.each([
    ['together', atomicStore],
    ['one after another', serialStore],
  ])(
    'after an interrupt the same command stages the text under a new number: writes %s',
    async (_, open) => {
      const store = open()
      const interrupt = new AbortController()
      const options = { ...QUICK, by: 'ann', reason: 'try' }
      const { all } = await staged(store, undefined, {
        ...options,
        eachMs: 60_000,
        signal: interrupt.signal,
        onStage: ({ confirmed }) => {
          if (confirmed > 0) interrupt.abort()
        },
      })
      const end = following(store, all)
      expect(await publishStaged(store, NEW, options)).toMatchObject({
        ...{ kind: 'published', generation: 3, basedOn: 1 },
      })
      end()
      expect(await states(store)).toEqual(['3 in force', '2 never published', '1 replaced'])
    },
  )
})

describe('a publisher that is killed between the last head and the end of its stages', () => {
  /** Where writes take effect one after another the rollout stays. */
  async function leftBehind(open: (store: KeyStore, before?: Before) => KeyStore = serialStore) {
    const inner = memoryKeyStore()
    await publish(inner, OLD)
    const all = await fleetOf(inner, 5)
    const end = following(inner, all)
    const state = { isOver: false }
    const dying = open(inner, async (what) => {
      if (what === `write ${HEAD}`) state.isOver = true
      else if (state.isOver) throw new Error('killed')
    })
    await expect(publishStaged(dying, NEW, QUICK)).rejects.toThrow('killed')
    end()
    expect(await textIn(inner)).toBe(NEW)
    return serialStore(inner)
  }

  test('has published: the next text is not refused, and nothing is told to be staged', async () => {
    const store = await leftBehind()
    expect(await history(store)).toMatchObject({ staged: undefined })
    expect(await states(store)).toEqual(['2 in force', '1 replaced'])
    const other = 'feature_a: {users: [bob]}'
    expect(await publish(store, other)).toMatchObject({ kind: 'published', generation: 3 })
    expect(await store.get(ROLLOUT)).toBeUndefined()
  })

  test('so the next one is staged, too', async () => {
    const store = await leftBehind()
    const end = following(store, await fleetOf(store, 5))
    expect(await publishStaged(store, OLD, QUICK)).toMatchObject({
      ...{ kind: 'published', generation: 3 },
    })
    end()
    expect(await store.get(ROLLOUT)).toBeUndefined()
  })

  test('so the same text again is there already, and what is left is removed', async () => {
    const store = await leftBehind()
    expect(await publish(store, NEW)).toMatchObject({ kind: 'unchanged', generation: 2 })
    expect(await store.get(ROLLOUT)).toBeUndefined()
    expect(await states(store)).toEqual(['2 in force', '1 replaced'])
  })

  test('so it cannot be taken back by an abort, and is not under quarantine', async () => {
    const store = await leftBehind()
    await expect(abortStages(store)).rejects.toThrow(
      'the stages of generation 2 are over, and it is in force',
    )
    expect(await store.keys('quarantine/')).toEqual([])
    expect(await store.get(ROLLOUT)).toBeUndefined()
  })

  test('so whoever goes on is told that it is published', async () => {
    const store = await leftBehind()
    expect(await resumeStages(store)).toMatchObject({ kind: 'published', generation: 2 })
    expect(await store.get(ROLLOUT)).toBeUndefined()
  })

  test('an abort that comes at the very moment leaves no quarantine', async () => {
    const inner = memoryKeyStore()
    await publish(inner, OLD)
    await fleetOf(inner, 5)
    await publishStaged(killedAfterItsWrite(inner), NEW, QUICK).catch(() => undefined)
    const aborting = serialStore(inner, async (what) => {
      if (what !== 'write quarantine/000000002' || (await textIn(inner)) === NEW) return
      await setOutside(inner, NEW)
      await inner.write([{ key: ROLLOUT, bytes: undefined }])
    })
    await expect(abortStages(aborting)).rejects.toThrow('it is in force')
    expect(await inner.keys('quarantine/')).toEqual([])
  })

  test('a store that lost only the last answer is believed when it says what is in force', async () => {
    const inner = memoryKeyStore()
    const failing = { isAway: false, isTold: false }
    const store = serialStore(inner, async (what) => {
      if (failing.isAway && !failing.isTold && what === `write ${ROLLOUT}`) {
        failing.isTold = true
        throw new StoreError('unreachable', 'store', 'gone', 'wait')
      }
      if (what === `write ${HEAD}` && (await textIn(inner)) === OLD) failing.isAway = true
    })
    const { result } = await staged(store)
    expect(failing.isTold).toBe(true)
    expect(result).toMatchObject({ kind: 'published', generation: 2 })
    expect(await store.get(ROLLOUT)).toBeUndefined()
  })
})

describe('nothing is staged', () => {
  test.each([
    ['where no process has acknowledged', 0, {}, 'no process has acknowledged lately'],
    ['where too few have', 2, { minAcks: 3 }, 'only 2 of at least 3 processes'],
  ])('%s', async (_, count, options, message) => {
    const store = memoryKeyStore()
    await publish(store, OLD)
    await fleetOf(store, count)
    expect(await publishStaged(store, NEW, { ...QUICK, ...options })).toMatchObject({
      kind: 'refused',
      refusals: [{ code: 'processes', message: expect.stringContaining(message) }],
    })
    expect(await store.get(ROLLOUT)).toBeUndefined()
  })

  test.each([[[]], [[1, 10]], [[10, 1, 100]], [[0, 100]], [[1, 1, 100]]])(
    'in stages of %j',
    async (stages) => {
      await expect(
        publishStaged(memoryKeyStore(), NEW, { ...QUICK, stages }),
      ).rejects.toMatchObject({ code: 'LIVEFLAG_BAD_OPTION' })
    },
  )

  test('of a text with problems', async () => {
    const store = memoryKeyStore()
    await publish(store, OLD)
    await fleetOf(store, 3)
    const result = await publishStaged(store, 'feature_a: {precent: 3}', QUICK)
    expect(result).toMatchObject({ kind: 'refused', refusals: [{ code: 'problems' }] })
  })
})

describe('clocks that are wrong', () => {
  const MINUTE = 60_000
  const wrong = async (
    aheadMs: number,
    saying: Saying,
  ): Promise<{ store: KeyStore; all: readonly FleetProcess[] }> => {
    const store = memoryKeyStore()
    await publish(store, OLD)
    const right = await fleetOf(store, 1)
    const off = new FleetProcess(store, 'off', saying, aheadMs)
    await off.look()
    return { store, all: [...right, off] }
  }

  test.each([-4 * MINUTE, 4 * MINUTE, -5 * 60 * MINUTE])(
    'by %d ms hide no process that is ill with it',
    async (aheadMs) => {
      const { store, all } = await wrong(aheadMs, ill)
      const end = following(store, all)
      const result = await publishStaged(store, NEW, { ...QUICK, stages: [100], eachMs: 500 })
      end()
      expect(result).toMatchObject({ kind: 'withdrawn', reason: 'off: it is not healthy: 500s' })
    },
  )

  test('do not make a dead process one that is waited for', async () => {
    const { store, all } = await wrong(60 * MINUTE, ill)
    for (const one of all) one.isDead = one.host === 'off'
    const end = following(store, all)
    const result = await publishStaged(store, NEW, { ...QUICK, stages: [100], ackWithinMs: 1000 })
    end()
    expect(result).toMatchObject({ kind: 'published' })
  })

  test('of the publisher itself leave it the processes that it hears', async () => {
    const store = memoryKeyStore()
    await publish(store, OLD)
    const off = new FleetProcess(store, 'off', () => ({}), -10 * MINUTE)
    await off.look()
    const end = following(store, [off])
    let looks = 0
    const asked = atomicStore(store, async (what) => {
      // It writes from time to time: here before the second look of the publisher.
      if (what === 'list acks/' && ++looks === 2) await off.look()
    })
    expect(await publishStaged(asked, NEW, { ...QUICK, stages: [100] })).toMatchObject({
      kind: 'published',
    })
    end()
  })
})

describe('step by step, by the clock of the publisher', () => {
  const fault =
    (feature: string): Saying =>
    () => ({
      problems: [{ code: 'bad-value', message: `${feature} is bad`, severity: 'error', feature }],
      health: null,
    })
  const old = fault('old')
  const hostsBelow = (percent: number) =>
    Array.from({ length: 500 }, (_, i) => `late-${i}`).filter((host) => drawOf(host, 2) < percent)

  async function scene(eachMs = 30_000, saying?: Saying) {
    const store = memoryKeyStore()
    await publish(store, OLD)
    const all = await fleetOf(store, 40, saying && (() => saying))
    const clock = { now: 0 }
    const before = await readAcks(store)
    const failing = { isAway: false }
    const flaky = atomicStore(store, async () => {
      if (failing.isAway) throw new StoreError('unreachable', 'store', 'gone', 'wait')
    })
    const dying = killedAfterItsWrite(store)
    await publishStaged(dying, NEW, { ...QUICK, eachMs }).catch(() => undefined)
    const { staged: found } = await readState(store)
    const entry = await readEntry(store, 2)
    const head = await readHead(store)
    if (!found || !entry || !head) throw new Error('nothing is staged')
    const options = { ackWithinMs: 30_000, now: () => clock.now }
    const stages = new Stages(flaky, found, entry, head.version, before, options)
    return { store, all, clock, stages, failing }
  }

  const percentIn = async (store: KeyStore): Promise<number | undefined> => {
    const stored = await store.get(ROLLOUT)
    return stored && readRollout(stored.bytes)?.percent
  }

  test('each stage lasts as long as it must', async () => {
    const { store, all, clock, stages } = await scene()
    await lookAll(all)
    clock.now = 29_999
    await stages.step()
    const first = await percentIn(store)
    clock.now = 30_000
    await stages.step()
    expect(await percentIn(store)).toBeGreaterThan(first ?? 100)
  })

  test('the publisher says again that it lives, three times within the limit', async () => {
    const { store, all, clock, stages } = await scene(3_600_000)
    const beats = new Set<string | undefined>()
    for (clock.now = 0; clock.now < 60_000; clock.now += 1000) {
      await lookAll(all)
      await stages.step()
      beats.add((await store.get(ROLLOUT))?.version)
    }
    expect(beats.size).toBe(3)
  })

  test('it says so at once when a process has started that it asks, and once', async () => {
    const { store, all, clock, stages } = await scene()
    await lookAll(all)
    await stages.step()
    const stored = await store.get(ROLLOUT)
    const rollout = stored && readRollout(stored.bytes)
    const hosts = Array.from({ length: 1000 }, (_, i) => `new-${i}`)
    const asked = hosts.find((host) => rollout && isAsked(host, rollout)) ?? ''
    const other = hosts.find((host) => rollout && !isAsked(host, rollout)) ?? ''
    const versions = new Set<string | undefined>()
    const writes = encodeRecord({
      ...{ host: other, process: 'one', generation: null, hash: contentHash(OLD) },
      ...{ problems: [], health: null, at: Date.now() },
    })
    await store.write([{ key: ackKey({ host: other, process: 'one' }), bytes: writes }])
    for (clock.now = 1000; clock.now < 4000; clock.now += 1000) {
      await stages.step()
      versions.add((await store.get(ROLLOUT))?.version)
    }
    expect(versions).toEqual(new Set([stored?.version]))
    const starting = { host: asked, process: 'two' }
    for (; clock.now < 8000; clock.now += 1000) {
      const bytes = encodeRecord({
        ...{ ...starting, generation: null, hash: contentHash(OLD) },
        ...{ problems: [], health: null, at: Date.now() },
      })
      await lookAll(all)
      await store.write([{ key: ackKey(starting), bytes }])
      await stages.step()
      versions.add((await store.get(ROLLOUT))?.version)
    }
    expect(versions.size).toBe(2)
  })

  test.each([
    ['and stays away', false, 11, 'it was heard last 11 seconds ago'],
    ['and is started again', true, 5, 'it ended without a word, and was started again'],
  ])('a process that dies of the generation %s is noticed', async (_, isAgain, after, problem) => {
    const { store, all, clock, stages } = await scene()
    await lookAll(all)
    await stages.step()
    for (const one of all) one.isDead = one.text === NEW
    const [dead] = all.filter(({ isDead }) => isDead)
    const host = dead?.host ?? ''
    const again = isAgain ? [new FleetProcess(store, host, undefined, 0, 'second')] : []
    for (clock.now = 1000; clock.now < after * 1000; clock.now += 1000) {
      await lookAll([...all, ...again])
      expect(await stages.step()).toBeUndefined()
    }
    await lookAll([...all, ...again])
    expect(await stages.step()).toMatchObject({
      kind: 'withdrawn',
      reason: `${host}: ${problem}`,
    })
  })

  test('whoever has a generation taken back is told by whom, and why', async () => {
    const { store, stages } = await scene()
    await abortStages(store, { by: 'bob', reason: 'kills the database' })
    expect(await stages.step()).toEqual({
      ...{ kind: 'withdrawn', reason: 'taken back by bob: kills the database', hosts: [] },
    })
  })

  test('what the text before had against it is held against nobody who starts within a stage', async () => {
    const { store, clock, stages } = await scene(0, old)
    const first = await percentIn(store)
    const late = hostsBelow(first ?? 0).map((host) => new FleetProcess(store, host, old))
    expect(late.length).toBeGreaterThan(0)
    await lookAll(late)
    expect(await stages.step()).toBeUndefined()
    const fresh = new FleetProcess(store, late[0]?.host ?? '', fault('new'), 0, 'second')
    await fresh.look()
    clock.now = 1
    expect(await stages.step()).toMatchObject({
      kind: 'withdrawn',
      reason: `${fresh.host}: new is bad`,
    })
  })

  test('a text that another tool wrote ends the stages', async () => {
    const { store, all, clock, stages } = await scene(0)
    await lookAll(all)
    await setOutside(store, 'feature_b: on')
    clock.now = 1
    expect(await stages.step()).toEqual({ kind: 'superseded' })
    expect(await store.get(ROLLOUT)).toBeUndefined()
    expect(await textIn(store)).toBe('feature_b: on')
  })

  test('a second publisher that goes on ends the first', async () => {
    const { store, stages } = await scene()
    const interrupt = new AbortController()
    const second = resumeStages(store, { signal: interrupt.signal })
    const { staged: before } = await readState(store)
    let now = before
    while (now?.rollout.publisher === before?.rollout.publisher)
      now = (await readState(store)).staged
    expect(await stages.step()).toEqual({ kind: 'superseded' })
    interrupt.abort()
    await second
  })

  test('a write that the store made and did not confirm counts', async () => {
    const { store, all, stages } = await scene(0)
    await lookAll(all)
    await store.write([
      { key: HEAD, bytes: new TextEncoder().encode(NEW) },
      { key: ROLLOUT, bytes: undefined },
    ])
    expect(await stages.step()).toEqual({ kind: 'published' })
  })
})
