import { s3KeyStore } from '../../src/sources/s3'
import { storeOfUrlContract } from '../contracts/store-of-url'

storeOfUrlContract({
  open: s3KeyStore,
  shown: [
    's3://flags/config/live.yaml?region=eu-central-1',
    's3://flags/config/live.yaml?region=eu-central-1',
  ],
  refused: [
    ['s3://flags', {}, 'the URL is "s3://flags"; give one of a bucket and an object'],
    ['s3://flags/', {}, 'give one of a bucket and an object'],
    ['s3://flags/config/', {}, 'give one of a bucket and an object'],
    ['s3:///live.yaml', {}, 'give one of a bucket and an object'],
    ['etcd://host/live', {}, 'this is no URL of this store'],
    [5, {}, 'this is no URL of this store'],
    ['s3://flags/live.yaml?endpoint=minio', {}, 'endpoint is "minio"; give an http or https URL'],
    [
      's3://flags/live.yaml?endpoint=http://a:b%40c',
      {},
      'endpoint is "…"; give an http or https URL',
    ],
    ['s3://flags/live.yaml', { endpoint: 'http://a:b@c' }, 'endpoint is "…"; give an http'],
    ['s3://flags/live.yaml', { timeoutMs: 0 }, 'timeoutMs is 0'],
    ['s3://flags/live.yaml', { client: 'x' }, 'client is "x"'],
    ['s3://flags/live.yaml', { pathstyle: true }, 'there is no option pathstyle'],
  ],
  openAt: (port) =>
    s3KeyStore(`s3://flags/live?endpoint=http://127.0.0.1:${port}`, {
      client: { credentials: { accessKeyId: 'a', secretAccessKey: 'b' } },
    }),
  nothingListens: 'nothing listens there (ECONNREFUSED)',
})
