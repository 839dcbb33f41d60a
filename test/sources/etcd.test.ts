import { etcdKeyStore } from '../../src/sources/etcd'
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
  const store = etcdKeyStore('etcd://app:s3cret@one:2379,two/config/live?tls=true')
  expect(store.name).toBe('etcd://one:2379,two/config/live?tls=true')
  await store.close()
})

test.each<[unknown, object, string]>([
  ['etcd://host:2379', {}, 'key is ""; give the key of the live config'],
  ['etcd://host:2379/', {}, 'key is ""; give the key of the live config'],
  ['redis://host/0', {}, 'this is no URL of this store'],
  ['etcd://host:99999/live', {}, 'this is no URL of this store'],
  [5, {}, 'the first argument is 5; give a URL such as'],
  ['etcd://host/live', { timeoutMs: 0 }, 'timeoutMs is 0'],
  ['etcd://host/live', { tls: 'yes' }, 'tls is "yes"'],
  ['etcd://host/live', { timeout: 5 }, 'there is no option timeout'],
  ['etcd://host/live?tls=false&ca=/etc/hosts', {}, 'tls in the URL is "false"; give true'],
  ['etcd://host/live?ca=/nowhere.pem', {}, 'ca in the URL is "/nowhere.pem"'],
])('%j with %j is refused', (at, options, message) => {
  expect(refusedWith(() => etcdKeyStore(at as string, options))).toMatchObject({
    code: 'LIVEFLAG_BAD_OPTION',
    message: expect.stringContaining(message),
  })
})

test('a client that is given stays open', async () => {
  let closes = 0
  const client = { close: () => closes++ }
  const store = etcdKeyStore(client as never, { key: 'live' })
  await store.close()
  expect(closes).toBe(0)
})

test('where nothing listens, it says so and asks for no restart', async () => {
  const store = etcdKeyStore(`etcd://127.0.0.1:${await freePort()}/live`)
  await expect(store.get('')).rejects.toMatchObject({
    code: 'LIVEFLAG_STORE_UNAVAILABLE',
    kind: 'unreachable',
    reason: 'nothing listens there (ECONNREFUSED)',
  })
  await store.close()
})
