/** The store in etcd, and the source over it, against a real one. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { openFeatures } from '../../src/engine/features'
import { processes } from '../../src/fleet/fleet'
import { etcd, etcdKeyStore } from '../../src/sources/etcd'
import type { KeyStore } from '../../src/sources/key-store'
import { openedSource } from '../../src/sources/keyed/source'
import { clusterContract } from '../contracts/cluster'
import { keyStoreContract } from '../contracts/key-store'
import { severalHostsContract } from '../contracts/several-hosts'
import { storeSourceContract } from '../contracts/store-source'
import { storeTlsContract } from '../contracts/store-tls'
import { eventually } from '../support/eventually'
import {
  addMember,
  askForLogins,
  compact,
  setRights,
  startEtcd,
  startEtcdCluster,
} from '../support/etcd'
import { RecordingSink } from '../support/recording-sink'
import { freePort, type ServerProcess } from '../support/server-process'
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
    takeRights: () => setRights(server.port, 'revoke'),
    giveRights: () => setRights(server.port, 'grant'),
    lostRights: /the user lacks the right to these keys; grant its role/,
  })

  severalHostsContract(
    'several hosts',
    (hosts) => etcdKeyStore(`etcd://app:app@${hosts}/live`),
    () => server.port,
  )

  it('loses nothing that was written while it was away and compacted before it came back', async () => {
    const direct = openAt(server.port)
    const put = (text: string) => direct.write([{ key: '', bytes: Buffer.from(text) }])
    await put('feature_a: on')
    const sink = new RecordingSink()
    const source = openedSource('source', () => openAt(network.port), {
      pollMs: 600_000,
      unwatchedPollMs: 600_000,
    })
    await source.open(sink)
    await eventually('it listens', () => source.watch.mode === 'events+poll')
    network.cut()
    for (const text of ['one', 'two', 'three']) await put(`feature_${text}: on`)
    await compact(server.port)
    network.restore()
    await eventually('it has the last', () => sink.texts.at(-1) === 'feature_three: on')
    await eventually('it listens again', () => source.watch.mode === 'events+poll')
    await put('feature_four: on')
    await eventually('it is notified', () => sink.texts.at(-1) === 'feature_four: on')
    await Promise.all([source.close(), direct.close()])
  })

  it('is not held up by the pauses of another client of the process', async () => {
    await openAt(server.port).write([{ key: '', bytes: Buffer.from('feature_a: on') }])
    const away = await TcpProxy.start(await freePort())
    const first = openAt(away.port)
    for (let i = 0; i < 3; i++) await expect(first.get('')).rejects.toThrow(/reached/)
    away.leadTo(server.port)
    const second = openAt(away.port)
    expect(await second.get('')).toBeDefined()
    await Promise.all([first.close(), second.close()])
    await away.close()
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

  it('lets who may write below /acks/ alone take part, and put no text in force', async () => {
    await addMember(server.port)
    const publisher = openAt(server.port)
    const at = `etcd://web:web@127.0.0.1:${server.port}/live`
    const member = etcdKeyStore(at)
    const bytes = Buffer.from('feature_a: on\n')
    await publisher.write([{ key: '', bytes }])
    for (const key of ['', 'history/000000002', 'rollout', 'quarantine/000000001'])
      await expect(member.write([{ key, bytes }])).rejects.toMatchObject({ kind: 'refused' })
    const features = await openFeatures({ source: etcd(at, { fleet: { host: 'web-1' } }) })
    await eventually('it acknowledges', async () => (await processes(publisher)).length === 1)
    expect(features.snapshot.problems).toEqual([])
    await features.close()
    expect((await publisher.list('acks/')).size).toBe(0)
    await Promise.all([publisher.close(), member.close()])
  })

  it('names the limit when a write is larger than the server takes', async () => {
    const store = openAt(server.port)
    const write = store.write([{ key: '', bytes: Buffer.alloc(40_000_000) }])
    await expect(write).rejects.toThrow(/the value is larger than etcd takes/)
    await store.close()
  })
})

describeWith('etcd', 'an etcd that is made anew', (program) =>
  it('is read, though its revisions are those of before', async () => {
    const server = await startEtcd(program)
    const open = () => etcdKeyStore(`etcd://127.0.0.1:${server.port}/live`)
    const put = async (text: string): Promise<string | undefined> => {
      const store = open()
      const result = await store.write([{ key: '', bytes: Buffer.from(text) }])
      await store.close()
      return result.written ? result.versions.get('') : undefined
    }
    const version = await put('feature_a: on')
    const sink = new RecordingSink()
    const source = openedSource('source', open, { pollMs: 200, unwatchedPollMs: 200 })
    await source.open(sink)
    await eventually('it listens', () => source.watch.mode === 'events+poll')
    await server.kill()
    rmSync(join(server.home, 'data'), { recursive: true })
    await server.start()
    expect(await put('feature_b: on')).toBe(version)
    await eventually('it is read', () => sink.texts.at(-1) === 'feature_b: on')
    await source.close()
    await server.end()
  }),
)

describeWith('etcd', 'three etcd', (program) =>
  clusterContract('a cluster', {
    start: () => startEtcdCluster(program),
    open: (hosts) => etcdKeyStore(`etcd://${hosts}/live`),
    ends: 2,
  }),
)

describeWith('etcd', 'etcd with TLS', (program) =>
  storeTlsContract('the store', {
    start: ({ cert, key }, authority) =>
      startEtcd(program, [
        ...['--cert-file', cert, '--key-file', key],
        ...['--client-cert-auth', '--trusted-ca-file', authority.cert],
      ]),
    open: (host, port, tls, query) =>
      etcdKeyStore(`etcd://${host}:${port}/live${query ? `?${query}` : ''}`, tls && { tls }),
    plain: /No connection established.*; check etcd and the network, and whether it wants TLS/,
  }),
)
