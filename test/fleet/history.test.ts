import {
  generation,
  history,
  memoryKeyStore,
  prune,
  publish,
  published,
  rollback,
} from '../../src/fleet/fleet'
import type { KeyStore } from '../../src/sources/key-store'
import { serialStore, setOutside, textIn } from '../support/key-stores'

const text = (n: number): string => `feature_a: {users: [u${n}]}`

async function withGenerations(count: number): Promise<KeyStore> {
  const store = memoryKeyStore()
  for (let n = 1; n <= count; n++) await publish(store, text(n), { by: 'ann', reason: `edit ${n}` })
  return store
}

const numbers = async (store: KeyStore) =>
  (await history(store)).generations.map((one) => one.generation)

test('an empty store has no history, and says that it is empty', async () => {
  expect(await history(memoryKeyStore())).toMatchObject({
    generations: [],
    isEmpty: true,
    isOutside: false,
    staged: undefined,
  })
})

test('a generation is read with its text', async () => {
  const store = await withGenerations(3)
  expect(await generation(store, 2)).toMatchObject({ text: text(2), by: 'ann', reason: 'edit 2' })
  expect(await generation(store, 9)).toBeUndefined()
})

test('what is published is found also far below entries that were never published', async () => {
  const inner = memoryKeyStore()
  const store = serialStore(inner)
  await publish(store, text(1))
  const dying = serialStore(inner, async (what) => {
    if (what === 'write ') throw new Error('killed')
  })
  for (let n = 2; n < 9; n++) await expect(publish(dying, text(n))).rejects.toThrow('killed')
  expect(await published(store)).toMatchObject({ generation: 1 })
  expect(await publish(store, text(9))).toMatchObject({ generation: 9, basedOn: 1 })
})

test('entries that another tool put there are passed over', async () => {
  const store = await withGenerations(2)
  const bytes = new TextEncoder().encode('{}')
  await store.write([
    { key: 'history/000000007', bytes },
    { key: 'history/latest', bytes },
    { key: 'rollout', bytes },
    { key: 'quarantine/000000001', bytes },
  ])
  expect(await numbers(store)).toEqual([2, 1])
  expect(await publish(store, text(3))).toMatchObject({ kind: 'published', generation: 8 })
})

describe('a rollback', () => {
  test('publishes the old text as a new generation, with its reason', async () => {
    const store = await withGenerations(3)
    const result = await rollback(store, 1, { by: 'bob', reason: 'sales fall' })
    expect(result).toMatchObject({ kind: 'published', generation: 4, basedOn: 3 })
    expect(await textIn(store)).toBe(text(1))
    const [first] = (await history(store)).generations
    expect(first).toMatchObject({ kind: 'rollback', of: 1, by: 'bob', reason: 'sales fall' })
    expect(await numbers(store)).toEqual([4, 3, 2, 1])
  })

  test('to what is in force changes nothing', async () => {
    const store = await withGenerations(2)
    expect(await rollback(store, 2)).toMatchObject({ kind: 'unchanged', generation: 2 })
    expect(await numbers(store)).toEqual([2, 1])
  })

  test('goes back to a text with problems and fewer features, which was in force once', async () => {
    const store = memoryKeyStore()
    await setOutside(store, 'feature_a: {precent: 5}\nfeature_b: on')
    await publish(store, 'feature_a: on\nfeature_b: on\nfeature_c: on\nfeature_d: on')
    expect(await rollback(store, 1)).toMatchObject({ kind: 'published', generation: 3 })
  })

  test.each([
    ['that is broken', 'feature_a: [on'],
    ['that is empty', ''],
    ['that is a list', '[1, 2]'],
  ])('refuses what another tool wrote %s, which no process could read', async (_, broken) => {
    const store = memoryKeyStore()
    await setOutside(store, broken)
    await publish(store, text(1))
    expect(await rollback(store, 1)).toMatchObject({
      kind: 'refused',
      refusals: [{ code: 'problems', message: 'no process can read the text' }],
    })
    expect(await textIn(store)).toBe(text(1))
  })

  test('to a generation that there is not is an error that says where to look', async () => {
    await expect(rollback(await withGenerations(1), 7)).rejects.toMatchObject({
      code: 'LIVEFLAG_BAD_OPTION',
      message: expect.stringContaining('has no generation 7'),
    })
  })
})

describe('pruning', () => {
  test('keeps the newest, and numbers go on', async () => {
    const store = await withGenerations(6)
    expect(await prune(store, { keep: 2 })).toEqual([1, 2, 3, 4])
    expect(await numbers(store)).toEqual([6, 5])
    expect(await publish(store, text(7))).toMatchObject({ generation: 7, basedOn: 6 })
  })

  test('keeps what is in force, however old it is', async () => {
    const inner = memoryKeyStore()
    await publish(inner, text(1))
    const dying = serialStore(inner, async (what) => {
      if (what === 'write ') throw new Error('killed')
    })
    for (let n = 2; n < 5; n++) await expect(publish(dying, text(n))).rejects.toThrow('killed')
    await prune(serialStore(inner), { keep: 1 })
    expect(await numbers(inner)).toEqual([4, 1])
  })

  test('of less than one is refused', async () => {
    await expect(prune(memoryKeyStore(), { keep: 0 })).rejects.toMatchObject({
      code: 'LIVEFLAG_BAD_OPTION',
    })
  })
})
