import { history, publish, publishStaged, rollback } from '../../src/fleet/fleet'
import { abortStages } from '../../src/fleet/abort'
import type { KeyStore } from '../../src/sources/key-store'
import { memoryKeyStore } from '../../src/sources/memory-key-store'
import { atomicStore, serialStore, textIn } from '../support/key-stores'
import { fleetOf } from '../support/fleet-process'

const MANY = 'abcdefghi'.replace(/./g, 'feature_$&: on\n')
const ONE = 'feature_a: on\n'

/** Stages a text, which is taken back in its first stage; with no reason its publisher is interrupted. */
async function tried(store: KeyStore, text: string, reason?: string) {
  await fleetOf(store, 2)
  const interrupt = new AbortController()
  const result = publishStaged(store, text, {
    ...{ stages: [1, 100], eachMs: 60_000, ackWithinMs: 60_000, allow: ['shrink'] },
    signal: interrupt.signal,
  })
  while ((await history(store)).staged === undefined) await new Promise(setImmediate)
  if (reason === undefined) interrupt.abort()
  else await abortStages(store, { by: 'bob', reason })
  await result
}

describe.each([
  ['together', atomicStore],
  ['one by one', serialStore],
])('a rollback, where writes take effect %s,', (_, over) => {
  const open = () => over(memoryKeyStore())

  test('puts back what was in force also where its text was taken back in stages since', async () => {
    const store = open()
    await publish(store, MANY)
    await publish(store, `${MANY}feature_j: on\n`)
    await tried(store, MANY, 'web-1 is ill')
    expect(await rollback(store, 1)).toMatchObject({ kind: 'published', generation: 4 })
    expect(await textIn(store)).toBe(MANY)
    const [, taken] = (await history(store)).generations
    expect(taken).toMatchObject({
      state: 'withdrawn',
      quarantined: { by: 'bob', reason: 'taken back by bob: web-1 is ill', releasedBy: 4 },
    })
  })

  test('to a generation that was never in force is checked like any other text', async () => {
    const store = open()
    await publish(store, MANY)
    await tried(store, ONE)
    expect((await history(store)).generations[0]?.state).toBe('never published')
    expect(await rollback(store, 2)).toMatchObject({
      kind: 'refused',
      refusals: [{ code: 'shrink' }],
    })
    expect(await textIn(store)).toBe(MANY)
  })

  test('may lose any number of features of one that was', async () => {
    const store = open()
    await publish(store, ONE)
    await publish(store, MANY)
    expect(await rollback(store, 1)).toMatchObject({ kind: 'published' })
  })
})
