import { memoryStore } from '../../src/recording/memory'
import { ASSIGNED, type DecisionRow } from '../../src/recording/store'
import { storeContract } from '../contracts/store'
import { exposureRow } from '../support/rows'

storeContract('in memory', async () => {
  const store = memoryStore()
  return { store, again: () => store }
})

test('with mostRows the oldest rows and subjects are forgotten', async () => {
  const store = memoryStore({ mostRows: 3 })
  const decision = (n: number, subject: string): DecisionRow => ({
    decisionId: `d${n}`,
    flag: 'buy',
    subject,
    experimentId: 'e',
    variantId: 'a',
    value: true,
    reason: ASSIGNED,
    at: n,
  })
  const subjects = ['u0', 'u1', 'u2', 'u0', 'u3']
  for (const [n, subject] of subjects.entries())
    await store.write({ decisions: [decision(n, subject)] })
  const known: unknown[] = []
  for (const id of ['d0', 'd1', 'd2', 'd3', 'd4']) known.push(await store.hasDecision?.(id))
  expect(known).toEqual([false, false, true, true, true])
  const histories = await store.histories(['u0', 'u1', 'u2', 'u3'])
  expect(histories.map(({ assigned }) => assigned.length)).toEqual([1, 0, 1, 1])
})

test('with mostRows a sign-in may outlive the exposures of its user, and is an orphan then', async () => {
  const store = memoryStore({ mostRows: 1 })
  await store.write({ exposures: [exposureRow('u1', 'a', { user: 'u1', loid: 'l1' })] })
  expect((await store.orphans()).signIns).toBe(0)
  await store.write({ exposures: [exposureRow('u2', 'a', { user: 'u2' })] })
  expect((await store.orphans()).signIns).toBe(1)
  expect((await store.orphans({ from: 1001 })).signIns).toBe(0)
  await store.write({ exposures: [exposureRow('u3', 'a', { user: 'u3', loid: 'l3' })] })
  const loids: string[] = []
  await store.eachSignIn?.('exp', ({ loid }) => loids.push(loid))
  expect(loids).toEqual(['l3'])
})

test.each([0, -1, 1.5, '3'])('mostRows: %p is refused', (mostRows) => {
  expect(() => memoryStore({ mostRows } as never)).toThrow(
    expect.objectContaining({ code: 'LIVEFLAG_BAD_OPTION' }),
  )
})
