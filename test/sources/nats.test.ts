import { natsKeyStore } from '../../src/sources/nats'
import { storeOfUrlContract } from '../contracts/store-of-url'

storeOfUrlContract({
  open: natsKeyStore,
  shown: [
    'nats://app:s3cret@one:4222,two/flags/live?creds=/run/app.creds',
    'nats://one:4222,two/flags/live?creds=…',
  ],
  refused: [
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
  ],
  openAt: (port) => natsKeyStore(`nats://127.0.0.1:${port}/flags/live`),
  nothingListens: 'nothing listens there',
})
