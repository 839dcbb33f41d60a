/** The store in a bucket of NATS, and the source over it, against a real server. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Kvm } from '@nats-io/kv'
import { connect } from '@nats-io/transport-node'
import { natsKeyStore } from '../../src/sources/nats'
import type { KeyStore } from '../../src/sources/key-store'
import { clusterContract } from '../contracts/cluster'
import { keyStoreContract } from '../contracts/key-store'
import { severalHostsContract } from '../contracts/several-hosts'
import { storeSourceContract } from '../contracts/store-source'
import { storeTlsContract } from '../contracts/store-tls'
import { eventually } from '../support/eventually'
import { startNats, startNatsCluster } from '../support/nats'
import type { ServerProcess } from '../support/server-process'
import { sceneBehind, storesAt } from '../support/store-scene'
import { passSteps, stopSystemClock } from '../support/system-clock'
import { TcpProxy } from '../support/tcp-proxy'
import { describeWith } from '../support/with-program'

describeWith('nats-server', 'NATS', (program) => {
  let server: ServerProcess
  let network: TcpProxy
  beforeAll(async () => {
    server = await startNats(program, 'authorization { user: app, password: app }')
    network = await TcpProxy.start(server.port)
  })
  afterAll(async () => {
    await network.close()
    await server.end()
  })

  const openAt = (port: number): KeyStore =>
    natsKeyStore(`nats://app:app@127.0.0.1:${port}/flags/live`)

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
    openRefused: () => natsKeyStore(`nats://app:wrong@127.0.0.1:${server.port}/flags/live`),
    refusal: /user, password, token or credentials are wrong; correct them/,
  })

  severalHostsContract(
    'several hosts',
    (hosts) => natsKeyStore(`nats://app:app@${hosts}/flags/live`),
    () => server.port,
  )

  it('has no key where the bucket was removed, and notices what is in the next one', async () => {
    const clock = stopSystemClock()
    const store = openAt(server.port)
    const heard: string[] = []
    await store.write([{ key: '', bytes: Buffer.from('a') }])
    store.watch([''], {
      live: () => void heard.push('live'),
      changed: () => void heard.push('changed'),
      down: () => void heard.push('down'),
    })
    await passSteps(clock, 5000, 500, () => heard.includes('live'))
    const connection = await connect({
      servers: `127.0.0.1:${server.port}`,
      user: 'app',
      pass: 'app',
    })
    await (await new Kvm(connection).open('flags')).destroy()
    expect(await store.get('')).toBeUndefined()
    expect(await store.keys('')).toEqual([])
    await passSteps(clock, 40_000, 1000, () => heard.includes('down'))
    await store.write([{ key: '', bytes: Buffer.from('b'), basedOn: null }])
    const lives = (): number => heard.filter((one) => one === 'live').length
    await passSteps(clock, 60_000, 1000, () => lives() === 2)
    await store.write([{ key: '', bytes: Buffer.from('c') }])
    await eventually('it is noticed', () => heard.at(-1) === 'changed')
    expect(heard.slice(0, 2)).toEqual(['live', 'down'])
    await connection.close()
    await store.close()
    jest.restoreAllMocks()
  })
})

describeWith('nats-server', 'NATS with the rights of the documents', (program) => {
  test('a publisher makes the bucket and publishes with no others', async () => {
    const text = readFileSync(join(__dirname, '../../docs/key-stores.md'), 'utf8')
    const [, rights = ''] = /## NATS[^]*?\* \*\*Rights\.\*\*([^]*?)\n\* /.exec(text) ?? []
    const subjects = [...rights.matchAll(/`(\$[^`]+)`/g)].map(([, subject]) => subject)
    expect(subjects).toContain('$KV.flags.live')
    const allowed = `publish: ${JSON.stringify(subjects)}, subscribe: ["_INBOX.>"]`
    const server = await startNats(
      program,
      `authorization { users: [{ user: app, password: app, permissions: { ${allowed} } }] }`,
    )
    const store = natsKeyStore(`nats://app:app@127.0.0.1:${server.port}/flags/live`)
    const bytes = Buffer.from('feature_a: on')
    expect(await store.write([{ key: '', bytes, basedOn: null }])).toMatchObject({ written: true })
    expect(await store.write([{ key: 'acks/a', bytes }])).toMatchObject({ written: true })
    expect([...(await store.list('acks/')).keys()]).toEqual(['acks/a'])
    await store.close()
    await server.end()
  })
})

describeWith('nats-server', 'three NATS', (program) =>
  clusterContract('a cluster', {
    start: () => startNatsCluster(program),
    open: (hosts) => natsKeyStore(`nats://${hosts}/flags/live?replicas=3`),
    ends: 1,
    isSlow: true,
  }),
)

describeWith('nats-server', 'NATS with TLS', (program) =>
  storeTlsContract('the store', {
    start: ({ cert, key }, authority) =>
      startNats(
        program,
        `tls { cert_file: "${cert}", key_file: "${key}", ca_file: "${authority.cert}", verify: true }`,
      ),
    open: (host, port, tls, query) =>
      natsKeyStore(`nats://${host}:${port}/flags/live${query ? `?${query}` : ''}`, tls && { tls }),
    // The server says that it wants TLS, and the client goes on in it.
    plain: /certificate is of an authority that is not trusted/,
    noTls: /unexpected response from server/,
  }),
)
