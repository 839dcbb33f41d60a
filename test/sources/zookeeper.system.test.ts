/** The store in ZooKeeper, and the source over it, against a real one. */
import { deflateSync } from 'node:zlib'
import { asError } from '../../src/core/errors'
import { zooKeeperKeyStore } from '../../src/sources/zookeeper'
import type { KeyStore } from '../../src/sources/key-store'
import { keyStoreContract } from '../contracts/key-store'
import { severalHostsContract } from '../contracts/several-hosts'
import { storeSourceContract } from '../contracts/store-source'
import { storeTlsContract } from '../contracts/store-tls'
import type { ServerProcess } from '../support/server-process'
import { sceneBehind, storesAt } from '../support/store-scene'
import { TcpProxy } from '../support/tcp-proxy'
import { describeWith } from '../support/with-program'
import { javaOfZooKeeper, startSecureZooKeeper, startZooKeeper } from '../support/zookeeper'

/** It has no types. */
const { createClient } = jest.requireActual<{ createClient(at: string): RawClient }>(
  'node-zookeeper-client',
)
interface RawClient {
  addAuthInfo(scheme: string, auth: Buffer): void
  connect(): void
  close(): void
  once(event: 'connected', heard: () => void): unknown
  create(path: string, data: Buffer, answer: (error: unknown) => void): void
}

describeWith('zookeeper', 'ZooKeeper', withZooKeeper, javaOfZooKeeper)
describeWith('zookeeper', 'ZooKeeper with TLS', withTls, javaOfZooKeeper)
describeWith('zookeeper', 'A ZooKeeper that takes 1 MB', withLittleRoom, javaOfZooKeeper)

function withTls(program: string): void {
  storeTlsContract('the store', {
    start: (certificate, authority) => startSecureZooKeeper(program, certificate, authority),
    open(host, port, tls, query) {
      const url = `zookeeper://${host}:${port}/config/live${query ? `?${query}` : ''}`
      return zooKeeperKeyStore(url, tls && { tls })
    },
    plain: /the connection was closed; check ZooKeeper .* whether this port wants TLS/,
  })
}

function withLittleRoom(program: string): void {
  it.each([
    ['that is not there', undefined],
    ['that is there', Buffer.from('a')],
  ])(
    'names its limit at once when more is written to a node %s',
    async (_, before) => {
      const server = await startZooKeeper(program, { maxBuffer: 1_000_000 })
      const url = `zookeeper://127.0.0.1:${server.port}/config/live`
      const store = zooKeeperKeyStore(url, { timeoutMs: 60_000 })
      await store.write([{ key: '', bytes: before }])
      // How much has been sent when the server hangs up is a matter of luck.
      for (const bytes of [1_100_000, 2_000_000, 5_000_000, 5_000_000, 5_000_000, 9_000_000]) {
        const write = store.write([{ key: '', bytes: Buffer.alloc(bytes) }])
        await expect(write).rejects.toThrow(/it takes jute\.maxbuffer at once, 1 MB by default/)
      }
      await store.close()
      await server.end()
    },
    40_000,
  )
}

function withZooKeeper(program: string): void {
  let server: ServerProcess
  let network: TcpProxy
  beforeAll(async () => {
    server = await startZooKeeper(program)
    network = await TcpProxy.start(server.port)
  }, 40_000)
  afterAll(async () => {
    await network.close()
    await server.end()
  })

  const openAt = (port: number, login = 'app:app'): KeyStore =>
    zooKeeperKeyStore(`zookeeper://${login}@127.0.0.1:${port}/config/live`)

  keyStoreContract(
    'the store',
    storesAt(() => openAt(server.port)),
  )

  storeSourceContract('the source', {
    ...sceneBehind(
      (port) => openAt(port),
      () => server.port,
      () => network,
    ),
    crash: () => server.kill(),
    start: () => server.start(),
    openRefused: () => openAt(server.port, 'app:wrong'),
    refusal: /the user lacks the right to the node; put user:password/,
  })

  severalHostsContract(
    'several hosts',
    (hosts) => zooKeeperKeyStore(`zookeeper://app:app@${hosts}/config/live`),
    () => server.port,
  )

  describe('what only ZooKeeper has', () => {
    let store: KeyStore
    beforeEach(async () => {
      store = openAt(server.port)
      await store.write([{ key: '', bytes: undefined }])
    })
    afterEach(() => store.close())

    it("reads the node of r2, which is compressed behind 'gzip'", async () => {
      const text = '{"feature_a": "on", "feature_b": "{\\"admin\\": true}"}'
      const bytes = Buffer.concat([Buffer.from('gzip'), deflateSync(text)])
      await store.write([{ key: '', bytes }])
      expect(Buffer.from((await store.get(''))?.bytes ?? []).toString()).toBe(text)
      await store.write([{ key: '', bytes: Buffer.from('gzip, but not compressed') }])
      await expect(store.get('')).rejects.toThrow(/begins with gzip, as r2 writes it, but is not/)
    })

    it('compares the version of a node that another tool made and wrote once', async () => {
      const raw = createClient(`127.0.0.1:${server.port}`)
      raw.addAuthInfo('digest', Buffer.from('app:app'))
      // What it is asked before it is connected is sent before the login.
      const connected = new Promise((is) => raw.once('connected', () => is(undefined)))
      raw.connect()
      await connected
      await new Promise((made, failed) => {
        const answer = (error: unknown): void => (error ? failed(asError(error)) : made(undefined))
        raw.create('/config/live', Buffer.from('a'), answer)
      })
      const basedOn = (await store.get(''))?.version ?? ''
      expect(basedOn).toMatch(/:0$/)
      const write = (text: string) => store.write([{ key: '', bytes: Buffer.from(text), basedOn }])
      const results = await Promise.all([write('b'), write('c'), write('d')])
      expect(results.filter(({ written }) => written)).toHaveLength(1)
      raw.close()
    })
  })
}
