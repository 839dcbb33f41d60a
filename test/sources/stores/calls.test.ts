import { StoreError } from '../../../src/sources/key-store'
import { Calls } from '../../../src/sources/stores/calls'

const readError = (error: unknown): StoreError =>
  new StoreError('unreachable', 'store', String(error), 'check it', { cause: error })
const never = (): Promise<never> => new Promise(() => undefined)

test('a call gives what its work gives', async () => {
  const calls = new Calls('store', 1000, readError)
  await expect(calls.make(async () => 5)).resolves.toBe(5)
})

test('an error of the client becomes one of the store, and one of the store stays as it is', async () => {
  const calls = new Calls('store', 1000, readError)
  await expect(
    calls.make(() => {
      throw new Error('boom')
    }),
  ).rejects.toMatchObject({ kind: 'unreachable', reason: 'Error: boom' })
  const own = new StoreError('refused', 'store', 'no', 'ask')
  await expect(calls.make(() => Promise.reject(own))).rejects.toBe(own)
})

test('a server that does not answer is told after the time, and so is who holds the connection', async () => {
  const silences: string[] = []
  const calls = new Calls('store', 20, readError, () => silences.push('silent'))
  let over: AbortSignal | undefined
  const call = calls.make((signal) => {
    over = signal
    return never()
  })
  await expect(call).rejects.toThrow(
    'store cannot be reached: it did not answer within 20 ms; check the server and the network, or raise timeoutMs',
  )
  expect(silences).toEqual(['silent'])
  expect(over?.aborted).toBe(true)
})

test('a call that is aborted is given up at once', async () => {
  const calls = new Calls('store', 60_000, readError)
  const given = new AbortController()
  const call = calls.make(never, given.signal)
  given.abort()
  await expect(call).rejects.toMatchObject({ kind: 'unreachable', reason: 'the call was aborted' })
  await expect(calls.make(never, given.signal)).rejects.toMatchObject({ kind: 'unreachable' })
})

test('closing gives up what is under way, and refuses what comes after', async () => {
  const calls = new Calls('store', 60_000, readError)
  const call = calls.make(never)
  calls.close()
  await expect(call).rejects.toMatchObject({ kind: 'unusable', reason: 'it has been closed' })
  let isMade = false
  const after = calls.make(async () => {
    isMade = true
  })
  await expect(after).rejects.toMatchObject({ kind: 'unusable' })
  expect(isMade).toBe(false)
})

test('work that fails when nobody waits for it any more does no harm', async () => {
  const calls = new Calls('store', 60_000, readError)
  let fail: (error: Error) => void = () => undefined
  const call = calls.make(() => new Promise<never>((_, reject) => (fail = reject)))
  calls.close()
  await expect(call).rejects.toMatchObject({ kind: 'unusable' })
  fail(new Error('late'))
  await new Promise(setImmediate)
})

test('a call that is under way holds the process, and one that has ended does not', async () => {
  const timers = (): number =>
    process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  const calls = new Calls('store', 60_000, readError)
  const before = timers()
  const call = calls.make(never)
  expect(timers()).toBe(before + 1)
  calls.close()
  await expect(call).rejects.toMatchObject({ kind: 'unusable' })
  expect(timers()).toBe(before)
})
