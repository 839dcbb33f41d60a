/** Whom shares and previews are about. */
import { memoryStore } from '../../../src/decide/decide'
import { LiveflagError } from '../../../src/index'
import type { Reports, Store } from '../../../src/recording/store'
import { Populations } from '../../../src/server/admin/populations'
import { exposureRow } from '../../support/rows'

test('the simulated visitors are the same thousand always', () => {
  const { simulated } = new Populations(memoryStore())
  expect(simulated.info).toEqual({ name: 'simulated', size: 1000 })
  expect(simulated.visitors).toHaveLength(1000)
})

test('recorded units are visitors by what they are, the newest first, each once', async () => {
  const store = memoryStore()
  const exposures = [
    exposureRow('t2_1', 'a', { at: 1 }),
    exposureRow('l1', 'a', { at: 2, data: { signed_out: true } }),
    exposureRow('p1', 'a', { at: 3, kind: 'page' }),
    exposureRow('acme', 'a', { at: 4, kind: 'company' }),
    exposureRow('t2_1', 'b', { at: 5, experiment: 'other' }),
    exposureRow('t2_2', 'b', { at: 6, kind: 'id' }),
  ]
  await store.write({ exposures })
  const { info, visitors } = await new Populations(store).recorded()
  expect(visitors).toEqual([
    { user: { id: 't2_2' } },
    { user: { id: 't2_1' } },
    { attributes: { company: 'acme' } },
    { loid: 'l1' },
  ])
  expect(info).toEqual({
    name: 'recorded',
    size: 4,
    note: expect.stringContaining('by their ids alone') as unknown,
  })
})

test('an empty store has nobody, and the note says so', async () => {
  const { info, visitors } = await new Populations(memoryStore()).recorded()
  expect(visitors).toEqual([])
  expect(info).toMatchObject({ size: 0, note: expect.stringMatching(/^nobody is recorded yet/) })
})

test('a store that cannot say who was recorded has nobody', async () => {
  const old = { snapshot: (read: (reports: Reports) => unknown) => read({} as Reports) } as Store
  expect((await new Populations(old).recorded()).visitors).toEqual([])
})

test('the store is asked once in a while, and again at once when it was away', async () => {
  let asked = 0
  let isAway = true
  const store = memoryStore()
  const counting = {
    snapshot: <T>(read: (reports: Reports) => Promise<T>): Promise<T> => {
      asked++
      return isAway
        ? Promise.reject(new LiveflagError('LIVEFLAG_STORE_UNAVAILABLE', 'away'))
        : store.snapshot(read)
    },
  }
  const populations = new Populations(counting)
  await expect(populations.recorded()).rejects.toThrow('away')
  isAway = false
  await populations.recorded()
  await populations.recorded()
  expect(asked).toBe(2)
})
