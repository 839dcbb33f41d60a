import { memoryKeyStore } from '../../src/sources/memory-key-store'
import { keyStoreContract } from '../contracts/key-store'

const NAME = 'contract'

keyStoreContract('a store of keys in memory', {
  open: () => memoryKeyStore({ name: NAME }),
  async clear() {
    const store = memoryKeyStore({ name: NAME })
    const keys = await store.keys('')
    await store.write(keys.map((key) => ({ key, bytes: undefined })))
    await store.close()
  },
})

test('stores without a name share nothing', async () => {
  const [one, other] = [memoryKeyStore(), memoryKeyStore()]
  await one.write([{ key: '', bytes: Buffer.from('a') }])
  expect(await other.get('')).toBeUndefined()
})

test('what the caller does to its bytes later does not reach the store', async () => {
  const store = memoryKeyStore()
  const bytes = Buffer.from('a')
  await store.write([{ key: '', bytes }])
  bytes.fill('b')
  expect(Buffer.from((await store.get(''))?.bytes ?? []).toString()).toBe('a')
})

test('an option that it does not know is refused', () => {
  expect(() => memoryKeyStore({ nam: 'a' } as never)).toThrow(
    'memoryKeyStore: there is no option nam; there are name; did you mean name?',
  )
})
