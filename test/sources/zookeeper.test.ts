import { zooKeeperKeyStore } from '../../src/sources/zookeeper'
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
  const store = zooKeeperKeyStore('zookeeper://app:s3cret@one:2181,two/config/live?acl=auth::cdrwa')
  expect(store.name).toBe('zookeeper://one:2181,two/config/live?acl=auth%3A%3Acdrwa')
  await store.close()
})

test.each<[unknown, object, string]>([
  ['zookeeper://host:2181', {}, 'the path is ""; give the path of a node'],
  ['zookeeper://host/', {}, 'the path is "/"; give the path of a node'],
  ['zookeeper://host/config/', {}, 'the path is "/config/"; give the path of a node'],
  ['zookeeper://host/config/../live', {}, 'give the path of a node'],
  ['etcd://host/live', {}, 'this is no URL of this store'],
  [5, {}, 'this is no URL of this store'],
  ['zookeeper://host/live', { timeoutMs: 0 }, 'timeoutMs is 0'],
  ['zookeeper://host/live', { acl: 'everybody' }, 'acl is "everybody"; give a list such as'],
  ['zookeeper://host/live', { acl: 'world:anyone:x' }, 'acl is "world:anyone:x"'],
  ['zookeeper://host/live?acl=all', {}, 'acl in the URL is "all"'],
  ['zookeeper://host/live', { acls: [] }, 'there is no option acls'],
])('%j with %j is refused', (at, options, message) => {
  expect(refusedWith(() => zooKeeperKeyStore(at as string, options))).toMatchObject({
    code: 'LIVEFLAG_BAD_OPTION',
    message: expect.stringContaining(message),
  })
})

test('where nothing listens, it says so and asks for no restart', async () => {
  const store = zooKeeperKeyStore(`zookeeper://127.0.0.1:${await freePort()}/live`)
  await expect(store.get('')).rejects.toMatchObject({
    code: 'LIVEFLAG_STORE_UNAVAILABLE',
    kind: 'unreachable',
    reason: 'nothing listens there (ECONNREFUSED)',
  })
  await store.close()
})
