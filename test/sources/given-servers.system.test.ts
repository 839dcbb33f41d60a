/** What every store does, at servers that somebody else runs: CONTRIBUTING.md names the variables. */
import { etcdKeyStore } from '../../src/sources/etcd'
import type { KeyStore } from '../../src/sources/key-store'
import { natsKeyStore } from '../../src/sources/nats'
import { postgresKeyStore } from '../../src/sources/postgres'
import { redisKeyStore } from '../../src/sources/redis'
import { s3KeyStore } from '../../src/sources/s3'
import { readStoreUrl } from '../../src/sources/store-url'
import { zooKeeperKeyStore } from '../../src/sources/zookeeper'
import { keyStoreContract } from '../contracts/key-store'
import { storeSourceContract } from '../contracts/store-source'
import { givenServer } from '../support/given-server'
import { sceneBehind, storesAt } from '../support/store-scene'
import { TcpProxy } from '../support/tcp-proxy'

interface Kind {
  readonly title: string
  readonly variable: string
  open(url: string): KeyStore
  /** Removes what stays when every key has been removed. */
  tidy?(url: string): Promise<void>
}

const KINDS: readonly Kind[] = [
  {
    title: 'Redis',
    variable: 'LIVEFLAG_TEST_REDIS_URL',
    open: (url) => redisKeyStore(url, { connectTimeoutMs: 500 }),
  },
  {
    title: 'PostgreSQL',
    variable: 'LIVEFLAG_TEST_POSTGRES_URL',
    open: (url) => postgresKeyStore(url, { connectTimeoutMs: 500 }),
  },
  { title: 'etcd', variable: 'LIVEFLAG_TEST_ETCD_URL', open: etcdKeyStore },
  {
    title: 'ZooKeeper',
    variable: 'LIVEFLAG_TEST_ZOOKEEPER_URL',
    open: zooKeeperKeyStore,
    tidy: removeFolder,
  },
  { title: 'NATS', variable: 'LIVEFLAG_TEST_NATS_URL', open: natsKeyStore },
  { title: 'S3', variable: 'LIVEFLAG_TEST_S3_URL', open: s3KeyStore },
]

interface RawZooKeeper {
  addAuthInfo(scheme: string, auth: Buffer): void
  connect(): void
  close(): void
  once(event: 'connected', heard: () => void): unknown
  remove(path: string, answer: (error: unknown) => void): void
}

/** The node below which liveflag keeps what is beside a text. */
async function removeFolder(url: string): Promise<void> {
  const { hosts, path, user, password = '' } = readStoreUrl('test', url, ['zookeeper'], url)
  // It has no types.
  const { createClient } = jest.requireActual<{ createClient(at: string): RawZooKeeper }>(
    'node-zookeeper-client',
  )
  const client = createClient(hosts.map(({ host, port = 2181 }) => `${host}:${port}`).join(','))
  if (user !== undefined) client.addAuthInfo('digest', Buffer.from(`${user}:${password}`))
  const connected = new Promise((is) => client.once('connected', () => is(undefined)))
  client.connect()
  await connected
  await new Promise((done) => client.remove(`${path}.liveflag`, done))
  client.close()
}

describe.each(KINDS)('$title', ({ variable, open, tidy }) => {
  const given = process.env[variable]
  if (given === undefined) {
    it.skip(`is a server of yours (skipped: there is no ${variable})`, () => undefined)
    return
  }
  const { url, at, through } = givenServer(given)
  const stores = storesAt(() => open(url))
  // The first write makes what keys are in, such as a table.
  beforeAll(async () => {
    const store = open(url)
    await store.write([{ key: '', bytes: Buffer.from('feature_a: on') }])
    await store.close()
  })
  afterAll(async () => {
    await stores.clear()
    await tidy?.(url)
  })

  keyStoreContract('a store of keys', stores)

  if (typeof at === 'string') {
    it.skip(`a source is tested behind a network that is cut (skipped: ${at})`, () => undefined)
    return
  }
  let network: TcpProxy
  beforeAll(async () => {
    network = await TcpProxy.start(at.port, at.host)
  })
  afterAll(() => network.close())
  // Nobody stops a server that others may use: where it would end, its network is cut.
  const openAt = (port: number): KeyStore => open(port === at.port ? url : through(port))
  storeSourceContract(
    'a source',
    sceneBehind(
      openAt,
      () => at.port,
      () => network,
    ),
  )
})

it.each([
  ['redis://u:p@host:1/2', 'redis://u:p@host:1/2?key=NAME', 'redis://u:p@127.0.0.1:9/2?key=NAME'],
  ['redis://host?key=live', 'redis://host?key=NAME', 'redis://127.0.0.1:9?key=NAME'],
  ['postgres://u@host/db', 'postgres://u@host/db?key=NAME', 'postgres://u@127.0.0.1:9/db?key=NAME'],
  ['etcd://host:2379', 'etcd://host:2379/NAME', 'etcd://127.0.0.1:9/NAME'],
  ['etcd://host/live', 'etcd://host/live-NAME', 'etcd://127.0.0.1:9/live-NAME'],
  ['zookeeper://host/a/b', 'zookeeper://host/a/b-NAME', 'zookeeper://127.0.0.1:9/a/b-NAME'],
  ['nats://t@host', 'nats://t@host/liveflag-test/NAME', 'nats://t@127.0.0.1:9/liveflag-test/NAME'],
  [
    's3://b/k?endpoint=http://host:9000',
    's3://b/k-NAME?endpoint=http://host:9000',
    's3://b/k-NAME?endpoint=http%3A%2F%2F127.0.0.1%3A9',
  ],
])('at %s tests have a live config of their own', (given, own, behindProxy) => {
  const { url, through } = givenServer(given, 'NAME')
  expect([url, through(9)]).toEqual([own, behindProxy])
})

it.each([
  ['rediss://host', 'it has TLS'],
  ['nats://host/a/b?tls=true', 'it has TLS'],
  ['s3://b/k?endpoint=https://host', 'it has TLS'],
  ['s3://b/k', 'its URL names no host'],
  ['etcd://one,two/live', 'it has several servers'],
  ['redis://host?cluster=true', 'it has several servers'],
  ['zookeeper://host:21/a', { host: 'host', port: 21 }],
  ['postgres://host/db', { host: 'host', port: 5432 }],
])('%s can be cut off by a proxy, or not: %j', (given, at) => {
  expect(givenServer(given).at).toEqual(at)
})
