import { natsKeyStore } from '../../src/sources/nats'
import { freePort } from '../support/server-process'

const refusedWith = (call: () => unknown): unknown => {
  try {
    call()
    return 'nothing'
  } catch (error) {
    return error
  }
}

test('messages show the URL without user and password', async () => {
  const store = natsKeyStore('nats://app:s3cret@one:4222,two/flags/live?creds=/run/app.creds')
  expect(store.name).toBe('nats://one:4222,two/flags/live?creds=…')
  await store.close()
})

test.each<[unknown, object, string]>([
  ['nats://host:4222', {}, 'the path is ""; give a bucket and a key'],
  ['nats://host:4222/flags', {}, 'the path is "/flags"; give a bucket and a key'],
  ['nats://host:4222/fl.ags/live', {}, 'give a bucket and a key'],
  ['nats://host:4222/flags/live.', {}, 'give a bucket and a key'],
  ['nats://host:4222/flags/a/b', {}, 'give a bucket and a key'],
  ['etcd://host/live', {}, 'this is no URL of this store'],
  [5, {}, 'this is no URL of this store'],
  ['nats://host/flags/live', { timeoutMs: 0 }, 'timeoutMs is 0'],
  ['nats://host/flags/live', { replicas: 0 }, 'replicas is 0'],
  ['nats://host/flags/live?replicas=many', {}, 'replicas in the URL is "many"'],
  ['nats://host/flags/live', { cred: 'x' }, 'there is no option cred'],
])('%j with %j is refused', (at, options, message) => {
  expect(refusedWith(() => natsKeyStore(at as string, options))).toMatchObject({
    code: 'LIVEFLAG_BAD_OPTION',
    message: expect.stringContaining(message),
  })
})

test('where nothing listens, it says so and asks for no restart', async () => {
  const store = natsKeyStore(`nats://127.0.0.1:${await freePort()}/flags/live`)
  await expect(store.get('')).rejects.toMatchObject({
    code: 'LIVEFLAG_STORE_UNAVAILABLE',
    kind: 'unreachable',
    reason: 'nothing listens there',
  })
  await store.close()
})
