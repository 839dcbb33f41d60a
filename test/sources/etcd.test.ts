import { etcdKeyStore } from '../../src/sources/etcd'
import { storeOfUrlContract } from '../contracts/store-of-url'

storeOfUrlContract({
  open: etcdKeyStore,
  shown: [
    'etcd://app:s3cret@one:2379,two/config/live?tls=true',
    'etcd://one:2379,two/config/live?tls=true',
  ],
  refused: [
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
  ],
  openAt: (port) => etcdKeyStore(`etcd://127.0.0.1:${port}/live`),
  nothingListens: 'nothing listens there (ECONNREFUSED)',
})

test('a client that is given stays open', async () => {
  let closes = 0
  const client = { close: () => closes++ }
  const store = etcdKeyStore(client as never, { key: 'live' })
  await store.close()
  expect(closes).toBe(0)
})
