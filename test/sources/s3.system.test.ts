/** The store in S3, and the source over it, against a server that is like it. */
import { s3KeyStore } from '../../src/sources/s3'
import type { KeyStore } from '../../src/sources/key-store'
import { keyStoreContract } from '../contracts/key-store'
import { storeSourceContract } from '../contracts/store-source'
import { S3_BUCKET, S3_CREDENTIALS, type S3Server, startS3 } from '../support/s3'
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
