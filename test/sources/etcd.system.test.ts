/** The store in etcd, and the source over it, against a real one. */
import { etcdKeyStore } from '../../src/sources/etcd'
import type { KeyStore } from '../../src/sources/key-store'
import { keyStoreContract } from '../contracts/key-store'
import { storeSourceContract } from '../contracts/store-source'
import { eventually } from '../support/eventually'
import { askForLogins, startEtcd } from '../support/etcd'
import type { ServerProcess } from '../support/server-process'
import { sceneBehind, storesAt } from '../support/store-scene'
import { TcpProxy } from '../support/tcp-proxy'
import { describeWith } from '../support/with-program'

describeWith('etcd', 'etcd', (program) => {
  let server: ServerProcess
  let network: TcpProxy
  beforeAll(async () => {
    server = await startEtcd(program)
    await askForLogins(server.port)
    network = await TcpProxy.start(server.port)
  })
  afterAll(async () => {
    await network.close()
    await server.end()
  })

  const openAt = (port: number): KeyStore => etcdKeyStore(`etcd://app:app@127.0.0.1:${port}/live`)

  keyStoreContract(
    'the store',
    storesAt(() => openAt(server.port)),
  )

  storeSourceContract('the source', {
    ...sceneBehind(
      openAt,
      () => server.port,
      () => network,
    ),
    crash: () => server.kill(),
    start: () => server.start(),
    openRefused: () => etcdKeyStore(`etcd://app:wrong@127.0.0.1:${server.port}/live`),
    refusal: /user or password is wrong; correct them/,
  })

  it('says who lacks a right, and watches again when the right is there', async () => {
    const store = etcdKeyStore(`etcd://app:app@127.0.0.1:${server.port}/other`)
    await expect(store.get('')).rejects.toMatchObject({
      kind: 'refused',
      reason: 'the user lacks the right to these keys',
    })
    const downs: string[] = []
    store.watch([''], {
      live: () => undefined,
      changed: () => undefined,
      down: ({ reason }) => void downs.push(reason),
    })
    await eventually('the watch is refused', () => downs.length > 0)
    expect(downs[0]).toBe('the user lacks the right to these keys')
    await store.close()
  })

  it('names the limit when a write is larger than the server takes', async () => {
    const store = openAt(server.port)
    const write = store.write([{ key: '', bytes: Buffer.alloc(40_000_000) }])
    await expect(write).rejects.toThrow(/the value is larger than etcd takes/)
    await store.close()
  })
})
