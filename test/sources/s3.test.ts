import { s3KeyStore } from '../../src/sources/s3'
import { freePort } from '../support/server-process'

const refusedWith = (call: () => unknown): unknown => {
  try {
    call()
    return 'nothing'
  } catch (error) {
    return error
  }
}

const CREDENTIALS = { accessKeyId: 'a', secretAccessKey: 'b' }

test('messages show the URL', async () => {
  const store = s3KeyStore('s3://flags/config/live.yaml?region=eu-central-1')
  expect(store.name).toBe('s3://flags/config/live.yaml?region=eu-central-1')
  await store.close()
})

test.each<[unknown, object, string]>([
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
])('%j with %j is refused', (at, options, message) => {
  expect(refusedWith(() => s3KeyStore(at as string, options))).toMatchObject({
    code: 'LIVEFLAG_BAD_OPTION',
    message: expect.stringContaining(message),
  })
})

test('where nothing listens, it says so and asks for no restart', async () => {
  const store = s3KeyStore(`s3://flags/live?endpoint=http://127.0.0.1:${await freePort()}`, {
    client: { credentials: CREDENTIALS },
  })
  await expect(store.get('')).rejects.toMatchObject({
    code: 'LIVEFLAG_STORE_UNAVAILABLE',
    kind: 'unreachable',
    reason: 'nothing listens there (ECONNREFUSED)',
  })
  await store.close()
})
