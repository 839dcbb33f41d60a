import { type KeyStore, StoreError } from '../../src/sources/key-store'
import { keySource } from '../../src/sources/key-source'
import { memoryKeyStore } from '../../src/sources/memory-key-store'
import { type StoreScene, storeSourceContract } from '../contracts/store-source'
import { eventually } from '../support/eventually'
import { MoodyKeyStore } from '../support/moody-key-store'
import { RecordingSink } from '../support/recording-sink'
import { passSteps, stopSystemClock } from '../support/system-clock'

const NAME = 'key-source'

/** A network that loses whatever is sent, as long as it is cut. */
function memoryScene(notifies: boolean): StoreScene {
  const open = new Set<MoodyKeyStore>()
  let isCut = false
  const opened = (): MoodyKeyStore => {
    const store = new MoodyKeyStore({ ...unbound(memoryKeyStore({ name: NAME })), notifies })
    if (isCut) store.fail('silence')
    open.add(store)
    return store
  }
  return {
    open: opened,
    async put(text) {
      const store = memoryKeyStore({ name: NAME })
      await store.write([{ key: '', bytes: text === undefined ? text : Buffer.from(text) }])
    },
    cut() {
      isCut = true
      for (const store of open) store.fail('silence')
    },
    restore() {
      isCut = false
      for (const store of open) {
        // The connections of before are found to be dead.
        store.break()
        store.fail(undefined)
      }
    },
    openRefused() {
      const store = opened()
      store.fail(new StoreError('refused', store.name, 'wrong password', 'correct it'))
      return store
    },
    pollMs: 10,
    timeoutMs: 30,
    refusal: /^memory:key-source cannot be read: wrong password; correct it$/,
  }
}

function unbound(store: KeyStore): KeyStore {
  const { name, isAtomic, notifies } = store
  return {
    ...{ name, isAtomic, notifies },
    get: (key) => store.get(key),
    keys: (prefix) => store.keys(prefix),
    list: (prefix) => store.list(prefix),
    write: (writes) => store.write(writes),
    watch: (keys, watcher) => store.watch(keys, watcher),
    close: () => store.close(),
  }
}

storeSourceContract('a source over a store that notifies', memoryScene(true))
storeSourceContract('a source over a store that can only be asked', memoryScene(false))

describe('a source over a store of the application', () => {
  it('does not close it', async () => {
    const store = new MoodyKeyStore(memoryKeyStore())
    await store.write([{ key: '', bytes: Buffer.from('feature_a: on') }])
    const source = keySource(store)
    const sink = new RecordingSink()
    await source.open(sink)
    await source.close()
    expect(sink.texts).toEqual(['feature_a: on'])
    expect(store.hasBeenClosed).toBe(false)
  })

  it('asks again soon when a server that has just started takes connections, and answers later', async () => {
    const clock = stopSystemClock()
    const store = new MoodyKeyStore(memoryKeyStore())
    await store.write([{ key: '', bytes: Buffer.from('feature_a: on') }])
    const source = keySource(store)
    const sink = new RecordingSink()
    await source.open(sink)
    await passSteps(clock, 1000, 100)
    store.break()
    // It listens again, and is still loading.
    store.fail(undefined)
    await store.write([{ key: '', bytes: Buffer.from('feature_b: on') }])
    store.fail(new StoreError('unreachable', store.name, 'LOADING', 'wait'))
    await passSteps(clock, 200, 100)
    store.fail('silence')
    store.fail(undefined)
    const isRead = (): boolean => sink.texts.includes('feature_b: on')
    expect(await passSteps(clock, 10_000, 100, isRead)).toBeLessThanOrEqual(1500)
    await source.close()
    jest.restoreAllMocks()
  })

  it('says that its notices do not come when it can still be read', async () => {
    const store = new MoodyKeyStore(memoryKeyStore())
    await store.write([{ key: '', bytes: Buffer.from('feature_a: on') }])
    const watching = store.watch.bind(store)
    store.watch = (keys, watcher) => {
      const watch = watching(keys, { ...watcher, live: () => undefined })
      watcher.down(new StoreError('refused', store.name, 'no rights to listen', 'grant them'))
      return watch
    }
    const source = keySource(store, { unwatchedPollMs: 5 })
    const sink = new RecordingSink()
    await source.open(sink)
    const warnings = (): string[] =>
      sink.tellings.flatMap((one) => (one.kind === 'warn' ? [one.problem.message] : []))
    await eventually('it is a warning', () => warnings().length > 0)
    await source.check()
    await source.close()
    expect(warnings()).toEqual([
      'changes of memory:store are found by asking again and again, not by its notices: no rights to listen; grant them',
    ])
  })

  it.each<[unknown, object, RegExp]>([
    [{}, {}, /keySource: store is \[object Object\]; give what openKeyStore returned/],
    [memoryKeyStore(), { pollMS: 5 }, /no option pollMS; .*did you mean pollMs\?/],
    [memoryKeyStore(), { startup: 'cache' }, /keySource: cache is undefined; give \{ path \}/],
    [memoryKeyStore(), { cache: {} }, /keySource: cache: path is null; give the path of a file/],
  ])('refuses %p with %j', (store, options, message) => {
    expect(() => keySource(store as never, options)).toThrow(message)
  })
})

describe('a store that is made anew, with the versions of before,', () => {
  let text = ''
  const stored = () => ({ bytes: Buffer.from(text), version: '1' })
  const repeating = (): MoodyKeyStore =>
    new MoodyKeyStore({
      ...unbound(memoryKeyStore({ name: NAME })),
      get: async () => stored(),
      getUnless: async (version) => (version === '1' ? 'unchanged' : stored()),
    })
  const A = 'feature_a: on'
  const B = 'feature_b: on'

  it.each([true, false])('is read whole after it was away, when watched: %s', async (watch) => {
    const store = repeating()
    const sink = new RecordingSink()
    text = A
    const source = keySource(store, { watch, pollMs: 5, unwatchedPollMs: 5, maxBackoffMs: 5 })
    await source.open(sink)
    await eventually('it reads again', () => store.reads > 2)
    expect(sink.texts).toEqual([A])
    store.break()
    if (!watch) await eventually('it fails', () => sink.failures.length > 0)
    text = B
    store.fail(undefined)
    await eventually('it is read', () => sink.texts.at(-1) === B)
    await source.close()
  })
})
