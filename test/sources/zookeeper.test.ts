import { zooKeeperKeyStore } from '../../src/sources/zookeeper'
import { storeOfUrlContract } from '../contracts/store-of-url'

storeOfUrlContract({
  open: zooKeeperKeyStore,
  shown: [
    'zookeeper://app:s3cret@one:2181,two/config/live?acl=auth::cdrwa',
    'zookeeper://one:2181,two/config/live?acl=auth%3A%3Acdrwa',
  ],
  refused: [
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
  ],
  openAt: (port) => zooKeeperKeyStore(`zookeeper://127.0.0.1:${port}/live`),
  nothingListens: 'nothing listens there (ECONNREFUSED)',
})
