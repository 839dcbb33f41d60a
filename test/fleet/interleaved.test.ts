/**
 * Two publishers at one store, each step of one between any two of the other, and some of them killed:
 * whoever was told "published" is in the chain, and the chain is whole.
 */
import fc from 'fast-check'
import { history, memoryKeyStore, publish, type PublishResult } from '../../src/fleet/fleet'
import { readEntries, readHead } from '../../src/fleet/store-state'
import { contentHash } from '../../src/sources/bytes'
import type { KeyStore } from '../../src/sources/key-store'
import { atomicStore, serialStore } from '../support/key-stores'
import { sized } from '../support/long-run'

/** Few, so that both publish the same text on the same base now and then: the hardest case. */
const TEXTS = ['feature_a: on', 'feature_a: off', 'feature_b: on']

interface Publisher {
  readonly texts: readonly string[]
  /** The step at which it is killed. */
  readonly killedAt: number
}

const publisher = fc.record({
  texts: fc.array(fc.constantFrom(...TEXTS), { minLength: 1, maxLength: 4 }),
  killedAt: fc.oneof(fc.constant(10_000), fc.integer({ min: 0, max: 80 })),
})

/** Whose turn it is, step by step. */
const TURNS = fc.infiniteStream(fc.boolean())

class Killed extends Error {}

/** Lets one of those who wait go on, and looks again when it waits or is done. */
class Interleaving {
  private readonly waiting = new Map<string, () => void>()

  step(name: string): Promise<void> {
    return new Promise((resolve) => this.waiting.set(name, resolve))
  }

  async run<T>(all: Promise<T>, turns: Iterator<boolean>): Promise<T> {
    const state = { isDone: false }
    void all.finally(() => (state.isDone = true)).catch(() => undefined)
    while (!state.isDone) {
      await new Promise((resolve) => setImmediate(resolve))
      const names = [...this.waiting.keys()].sort()
      const name = names[turns.next().value === true ? 0 : names.length - 1]
      if (name === undefined) continue
      const resolve = this.waiting.get(name)
      this.waiting.delete(name)
      resolve?.()
    }
    return all
  }
}

async function work(
  { texts, killedAt }: Publisher,
  name: string,
  open: (step: () => Promise<void>) => KeyStore,
  interleaving: Interleaving,
): Promise<readonly PublishResult[]> {
  let steps = 0
  const store = open(async () => {
    if (steps++ >= killedAt) throw new Killed()
    await interleaving.step(name)
  })
  const results: PublishResult[] = []
  try {
    for (const text of texts)
      results.push(await publish(store, text, { by: name, allow: ['shrink'] }))
  } catch (error) {
    if (!(error instanceof Killed)) throw error
  }
  return results
}

async function chainIn(store: KeyStore): Promise<readonly number[]> {
  const entries = await readEntries(store)
  const { generations } = await history(store)
  const chain: number[] = []
  let at = generations.find(({ state }) => state === 'in force')?.generation ?? null
  while (at !== null) {
    chain.push(at)
    const entry = entries.find(({ generation }) => generation === at)
    expect(entry).toBeDefined()
    expect(contentHash(entry?.text ?? '')).toBe(entry?.hash)
    at = entry?.basedOn ?? null
  }
  return chain
}

test.each([
  ['together', atomicStore],
  ['one after another', serialStore],
])(
  'two publishers keep the chain whole where writes take effect %s',
  async (_, open) => {
    await fc.assert(
      fc.asyncProperty(TURNS, publisher, publisher, async (turns, one, two) => {
        const interleaving = new Interleaving()
        const inner = memoryKeyStore()
        const opening = (step: () => Promise<void>) => open(inner, step)
        const all = Promise.all([
          work(one, 'ann', opening, interleaving),
          work(two, 'bob', opening, interleaving),
        ])
        const results = (await interleaving.run(all, turns)).flat()
        const store = open(inner)
        const chain = await chainIn(store)
        const told = results.flatMap((one) => (one.kind === 'published' ? [one.generation] : []))
        expect(told.filter((generation) => !chain.includes(generation))).toEqual([])
        expect([...chain]).toEqual([...chain].sort((a, b) => b - a))
        const numbers = (await history(store)).generations.map(({ generation }) => generation)
        expect(new Set(numbers).size).toBe(numbers.length)
        expect((await history(store)).isOutside).toBe(false)
        if (told.length === 0) return
        const next = await publish(store, 'feature_last: on', { allow: ['shrink'] })
        expect(next).toMatchObject({ kind: 'published', basedOn: chain[0] })
        expect((await readHead(store))?.text).toBe('feature_last: on')
      }),
      { numRuns: sized(150, 5000) },
    )
  },
  sized(60_000, 3_600_000),
)

test.each([
  ['before it reads the history', 'keys history/', 2, [2, 1]],
  ['before it creates its entry', 'write history/000000002', 2, [2, 1]],
  // Nobody knows that it was not killed, so its text is in force first, and then that of the first.
  ['before it writes the head', 'write ', 3, [3, 2, 1]],
])(
  'two publishers of one text on one base are told one generation: the second waits %s',
  async (_, where, generation, chain) => {
    const inner = memoryKeyStore()
    await publish(serialStore(inner), 'feature_a: on')
    let first: Promise<PublishResult> | undefined
    const store = serialStore(inner, async (what) => {
      if (what !== where || first) return
      first = publish(serialStore(inner), 'feature_a: off', { by: 'ann' })
      await first
    })
    const second = await publish(store, 'feature_a: off', { by: 'bob' })
    expect(await first).toMatchObject({ kind: 'published', generation })
    expect(second).toMatchObject({ generation })
    expect(await chainIn(serialStore(inner))).toEqual(chain)
  },
)

test('two publishers at once, a thousand times: each accepted text is in the chain, each other one told', async () => {
  const store = memoryKeyStore()
  const accepted: number[] = []
  let refused = 0
  for (let round = 0; round < sized(250, 1000); round++) {
    const results = await Promise.all(
      ['ann', 'bob'].map((by) => publish(store, `feature_a: {users: [${by}${round}]}`, { by })),
    )
    for (const result of results)
      if (result.kind === 'published') accepted.push(result.generation)
      else if (result.kind === 'changed') refused++
  }
  const rounds = sized(250, 1000)
  expect(accepted.length + refused).toBe(2 * rounds)
  expect(refused).toBeGreaterThan(0)
  expect([...(await chainIn(store))].reverse()).toEqual(accepted.sort((a, b) => a - b))
})
