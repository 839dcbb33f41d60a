/** The store in S3, and the source over it, against a server that is like it. */
import { readFileSync } from 'node:fs'
import { s3KeyStore } from '../../src/sources/s3'
import type { KeyStore } from '../../src/sources/key-store'
import { keyStoreContract } from '../contracts/key-store'
import { storeSourceContract } from '../contracts/store-source'
import { storeTlsContract } from '../contracts/store-tls'
import { type Conditions, S3_BUCKET, S3_CREDENTIALS, type S3Server, startS3 } from '../support/s3'
import { sceneBehind, storesAt } from '../support/store-scene'
import { TcpProxy } from '../support/tcp-proxy'

let server: S3Server
let network: TcpProxy
beforeAll(async () => {
  server = await startS3()
  network = await TcpProxy.start(server.port)
})
afterAll(async () => {
  await network.close()
  await server.end()
})

const openAt = (port: number, credentials = S3_CREDENTIALS): KeyStore =>
  s3KeyStore(`s3://${S3_BUCKET}/config/live.yaml?endpoint=http://127.0.0.1:${port}`, {
    client: { credentials },
  })

keyStoreContract(
  'the store in S3',
  storesAt(() => openAt(server.port)),
)

storeSourceContract('the source over S3', {
  ...sceneBehind(
    (port) => openAt(port),
    () => server.port,
    () => network,
  ),
  crash: () => server.stop(),
  start: () => server.start(),
  openRefused: () => openAt(server.port, { ...S3_CREDENTIALS, accessKeyId: 'unknown' }),
  refusal: /the credentials lack the right, or are wrong/,
})

storeTlsContract('TLS of a server that is like S3', {
  async start({ cert, key }, authority) {
    const [certificate, secret] = [cert, key].map((path) => readFileSync(path))
    const options = { cert: certificate, key: secret, ca: authority.text, requestCert: true }
    const secure = await startS3({ ...options, rejectUnauthorized: true })
    return { port: secure.port, end: () => secure.end() }
  },
  open(host, port, tls, query = '') {
    const scheme = tls === undefined && query === '' ? 'http' : 'https'
    const url = `s3://${S3_BUCKET}/live.yaml?endpoint=${scheme}://${host}:${port}`
    const client = { credentials: S3_CREDENTIALS }
    return s3KeyStore(query === '' ? url : `${url}&${query}`, { client, ...(tls && { tls }) })
  },
  plain: /cannot be read: .*; /,
})

describe('a store that does not compare before it writes', () => {
  afterEach(() => {
    server.conditions = 'compares'
  })

  it.each<[Conditions, RegExp]>([
    ['ignores', /cannot be used: it pays no heed to If-None-Match when it writes/],
    ['refuses', /cannot be used: it refuses a write that is compared first/],
    ['is busy', /ConditionalRequestConflict, HTTP 409/],
  ])('that %s is not published to, and nothing is written', async (conditions, message) => {
    const store = openAt(server.port)
    await store.write([{ key: '', bytes: Buffer.from('before') }])
    const { version } = (await store.get('')) ?? { version: '' }
    server.conditions = conditions
    const write = store.write([{ key: '', bytes: Buffer.from('after'), basedOn: version }])
    await expect(write).rejects.toThrow(message)
    expect(Buffer.from((await store.get(''))?.bytes ?? []).toString()).toBe('before')
    await store.close()
  })
})
