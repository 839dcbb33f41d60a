import { history, processes, publish, publishStaged } from '../../src/fleet/fleet'
import { keySource } from '../../src/sources/key-source'
import { StoreError, type KeyStore } from '../../src/sources/key-store'
import { memoryKeyStore } from '../../src/sources/memory-key-store'
import { eventually } from '../support/eventually'
import { atomicStore, serialStore, textIn } from '../support/key-stores'
import { sized } from '../support/long-run'
import { RecordingSink } from '../support/recording-sink'

const OLD = 'feature_a: on\n'
const NEW = 'feature_a: off\n'

/** A store with a text and a process, seen by a publisher whose steps are counted. */
async function scene(
  kind: (inner: KeyStore, before: (what: string) => Promise<void>) => KeyStore,
  onStep: (step: number) => void,
) {
  const inner = memoryKeyStore()
  await publish(inner, OLD)
  const source = keySource(inner, { fleet: { host: 'web-1' } })
  const sink = new RecordingSink()
  await source.open(sink)
  await eventually('it is there', async () => (await processes(inner)).length === 1)
  let steps = 0
  const store = kind(inner, async () => onStep(++steps))
  return { inner, store, close: () => source.close(), steps: () => steps }
}

describe.each([
  { title: 'together', kind: atomicStore },
  { title: 'one after another', kind: serialStore },
])('where writes take effect $title, an interrupt', ({ kind }) => {
  const options = { stages: [100], eachMs: 0, ackWithinMs: 5000 }

  /** Interrupts before the given step of the publisher. */
  async function interruptedBefore(step: number) {
    const interrupt = new AbortController()
    const one = await scene(kind, (at) => {
      if (at === step) interrupt.abort()
    })
    const result = await publishStaged(one.store, NEW, { ...options, signal: interrupt.signal })
    return { ...one, result }
  }

  it('at any step leaves the old text or the new one, nothing staged, and lets the next one publish', async () => {
    const kinds = new Set<string>()
    for (let step = 1, most = Infinity; step <= most; step += sized(3, 1)) {
      const { inner, result, steps, close } = await interruptedBefore(step)
      if (steps() < step) most = step
      kinds.add(result.kind)
      const isPublished = result.kind === 'published'
      expect([step, await textIn(inner)]).toEqual([step, isPublished ? NEW : OLD])
      const { staged, generations } = await history(inner)
      expect(staged).toBeUndefined()
      expect(generations.filter(({ state }) => state === 'withdrawn')).toEqual([])
      const next = await publish(inner, isPublished ? OLD : NEW)
      expect([step, next.kind]).toEqual([step, 'published'])
      await close()
    }
    expect([...kinds].sort()).toEqual(['interrupted', 'published'])
  }, 60_000)

  it('before anything is written says that nothing is, and of no generation', async () => {
    const { result, inner, close } = await interruptedBefore(1)
    expect(result).toEqual({ kind: 'interrupted', generation: undefined, hash: expect.any(String) })
    expect((await history(inner)).generations).toHaveLength(1)
    await close()
  })
})

test('a store that is away is no interrupt', async () => {
  const { store, close } = await scene(atomicStore, () => {
    throw new StoreError('unreachable', 'store', 'away', 'start it')
  })
  const publishing = publishStaged(store, NEW, { stages: [100] })
  await expect(publishing).rejects.toMatchObject({ code: 'LIVEFLAG_STORE_UNAVAILABLE' })
  await close()
})
