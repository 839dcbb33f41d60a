/** Redis as itself: a server that the test starts. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { openFeatures } from '../../src/engine/features'
import { history, processes, publish, published, rollback } from '../../src/fleet/fleet'
import type { KeyStore } from '../../src/sources/key-store'
import { openedSource } from '../../src/sources/keyed/source'
import { redis, redisKeyStore } from '../../src/sources/redis'
import { keyStoreContract } from '../contracts/key-store'
import { type StoreScene, storeSourceContract } from '../contracts/store-source'
import { storeTlsContract } from '../contracts/store-tls'
import { Authority } from '../support/authority'
import { certificateFor } from '../support/certificate'
import { chainOf } from '../support/chain'
import { eventually } from '../support/eventually'
import { RecordingSink } from '../support/recording-sink'
import { type RedisServer, sentinelConfig, startFailover, startRedis } from '../support/redis'
import { selfSigned } from '../support/self-signed'
import { freePort, startServer } from '../support/server-process'
import { TcpProxy } from '../support/tcp-proxy'
import { tempDir } from '../support/temp-dir'
import { describeWith } from '../support/with-program'

const A = 'feature_a: on\n'
const B = 'feature_a: on\nfeature_b: on\n'

describeWith('redis-server', 'Redis', (program) => {
  let server: RedisServer
  let proxy: TcpProxy
  let admin: Redis
  const urlAt = (port: number, query = '?key=live', login = ''): string =>
    `redis://${login}127.0.0.1:${port}/0${query}`

  beforeAll(async () => {
    server = await startRedis(program, { appendOnly: true })
    proxy = await TcpProxy.start(server.port)
    admin = new Redis(server.port, { retryStrategy: () => 20 })
    admin.on('error', () => undefined)
  })
  afterAll(async () => {
    admin.disconnect()
    await proxy.close()
    await server.end()
  })

  const clear = async (): Promise<void> => void (await admin.flushall())
  keyStoreContract('a store of keys in Redis', {
    open: () => redisKeyStore(urlAt(server.port)),
    clear,
  })
  keyStoreContract('a store of keys in Redis by a client of the application', {
    open: () => redisKeyStore(admin, { key: '{shop}:live' }),
    clear,
  })

  const scene: StoreScene = {
    open: () => redisKeyStore(urlAt(proxy.port), { connectTimeoutMs: 500 }),
    put: async (text) =>
      void (await (text === undefined ? admin.del('live') : admin.set('live', text))),
    cut: () => proxy.cut(),
    restore: () => proxy.restore(),
    crash: () => server.kill(),
    start: () => server.start(),
    openRefused: () => redisKeyStore(urlAt(server.port, '?key=live', 'ann:wrong@')),
    refusal:
      /^redis:\/\/127\.0\.0\.1:\d+\/0\?key=live cannot be read: WRONGPASS .*; correct the user and the password in its URL$/,
  }
  const setPassword = async (password: string): Promise<void> => {
    await admin.config('SET', 'requirepass', password)
    if (password !== '') await admin.auth(password)
    await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
  }
  const rights: Partial<StoreScene> = {
    takeRights: () => setPassword('changed'),
    giveRights: () => setPassword(''),
    lostRights: /NOAUTH .*; correct the user and the password in its URL/,
  }

  describe('that notifies of keys', () => {
    const notify = () => admin.config('SET', 'notify-keyspace-events', 'K$gx')
    beforeAll(notify)
    afterAll(() => admin.config('SET', 'notify-keyspace-events', ''))
    storeSourceContract('a source over Redis', {
      ...scene,
      ...rights,
      async start() {
        await server.start()
        // A server that ends forgets it, and who listens again before a write would not be notified.
        await notify()
      },
    })

    test('notices what another tool writes, before it would read again', async () => {
      await admin.set('live', A)
      const sink = new RecordingSink()
      const source = redis(urlAt(server.port), { unwatchedPollMs: 600_000, pollMs: 600_000 })
      await source.open(sink)
      await eventually('it listens', () => source.watch.mode === 'events+poll')
      execFileSync('redis-cli', ['-p', String(server.port), 'set', 'live', B])
      await eventually('it is read', () => sink.texts.includes(B))
      await source.close()
    })
  })

  test('what liveflag writes is notified by a server that notifies of no keys', async () => {
    const sink = new RecordingSink()
    const store = redisKeyStore(urlAt(server.port))
    await store.write([{ key: '', bytes: Buffer.from(A) }])
    const source = redis(urlAt(server.port), { unwatchedPollMs: 600_000, pollMs: 600_000 })
    await source.open(sink)
    await eventually('it listens', () => source.watch.mode === 'events+poll')
    await store.write([{ key: '', bytes: Buffer.from(B) }])
    await eventually('it is read', () => sink.texts.includes(B))
    await Promise.all([source.close(), store.close()])
  })

  test('a watch whose connection breaks listens again', async () => {
    await admin.set('live', A)
    const store = redisKeyStore(urlAt(proxy.port))
    let lives = 0
    let downs = 0
    const watcher = { live: () => lives++, changed: () => undefined, down: () => downs++ }
    const watch = store.watch([''], watcher)
    await eventually('it listens', () => lives === 1)
    proxy.breakAll()
    await eventually('it listens again', () => lives === 2 && downs === 1)
    watch.close()
    await store.close()
  })

  test('a list sends no more than what is asked for, and all of it is of one moment', async () => {
    const store = redisKeyStore(urlAt(server.port, '?key=long'))
    const bytes = Buffer.alloc(100_000, 'x')
    for (let i = 1; i <= 30; i++) await store.write([{ key: `history/${i}`, bytes }])
    await store.write([{ key: 'acks/web-1', bytes: Buffer.from('{}') }])
    await admin.config('RESETSTAT')
    expect([...(await store.list('acks/')).keys()]).toEqual(['acks/web-1'])
    const sent = /total_net_output_bytes:(\d+)/.exec(await admin.info('stats'))?.[1]
    expect(Number(sent)).toBeLessThan(100_000)
    await store.close()
  })

  test('what is added while a list is read is in it, or nothing of that write is', async () => {
    const [store, writer] = [0, 1].map(() => redisKeyStore(urlAt(server.port, '?key=moving')))
    if (!store || !writer) throw new Error('there are two')
    let count = 0
    const adding = (async () => {
      for (; count < 200; count++) {
        const bytes = Buffer.from(String(count))
        await writer.write([
          { key: `acks/${count}`, bytes },
          { key: 'acks/last', bytes },
        ])
      }
    })()
    while (count < 200) {
      const found = await store.list('acks/')
      const last = found.get('acks/last')
      const names = [...found.keys()].filter((name) => name !== 'acks/last')
      expect(names).toHaveLength(last ? Number(Buffer.from(last.bytes)) + 1 : 0)
    }
    await adding
    await Promise.all([store.close(), writer.close()])
  })

  test.each(['Reading', 'With `fleet` it', 'Publishing'])(
    'the rights that the documents list after "%s needs" are enough',
    async (who) => {
      await admin.del('live', '{live}:liveflag', '{live}:liveflag:acks')
      const text = readFileSync(join(__dirname, '../../docs/key-stores.md'), 'utf8')
      const [, rights = ''] =
        new RegExp(`${who.replaceAll('`', '.')} needs\\s+\`([^\`]+)\``).exec(
          text.split('## PostgreSQL')[0] ?? '',
        ) ?? []
      expect(rights).toContain('+get')
      const user = `user-${who.slice(0, 4).trim()}`
      const own = ['resetchannels', '-@all', ...rights.split(/\s+/)]
      await admin.call('ACL', 'SETUSER', user, 'on', '>secret', ...own)
      const at = urlAt(server.port, '?key=live', `${user}:secret@`)
      if (who === 'Publishing') {
        const store = redisKeyStore(at)
        expect(await publish(store, A)).toMatchObject({ kind: 'published' })
        expect(await publish(store, B)).toMatchObject({ kind: 'published' })
        expect(await rollback(store, 1)).toMatchObject({ kind: 'published' })
        expect((await history(store)).generations.map(({ generation }) => generation)).toContain(1)
        expect(await processes(store)).toMatchObject([])
        return store.close()
      }
      await admin.set('live', A)
      const fleet = who === 'Reading' ? {} : { fleet: { host: 'web-1' } }
      const source = redis(at, fleet)
      const features = await openFeatures({ source })
      await eventually('it listens', () => source.watch.mode === 'events+poll')
      if (who !== 'Reading')
        await eventually(
          'it acknowledges',
          async () => (await admin.hlen('{live}:liveflag:acks')) > 0,
        )
      expect(features.snapshot.problems).toEqual([])
      await features.close()
    },
  )

  /** The rights that the documents list, and the URL of a user who has them without some. */
  const loginWith = async (
    user: string,
    after: string,
    without: readonly string[] = [],
  ): Promise<string> => {
    const text = readFileSync(join(__dirname, '../../docs/key-stores.md'), 'utf8')
    const found = new RegExp(`${after} needs\\s+\`([^\`]+)\``).exec(text)?.[1]?.split(/\s+/) ?? []
    const rights = found.filter((right) => !without.includes(right))
    expect(rights).toHaveLength(found.length - without.length)
    const own = ['reset', '-@all', ...rights]
    await admin.call('ACL', 'SETUSER', user, ...own, 'on', '>secret')
    return urlAt(server.port, '?key=live', `${user}:secret@`)
  }

  test.each([
    ['SET on live', ['+set']],
    ['HSET on {live}:liveflag', ['+hset']],
    ['DEL on live', ['+del']],
    ['HDEL on {live}:liveflag', ['+hdel']],
    ['SET on live', ['+set', '+hdel']],
  ])('a publisher who may not run %s (without %j) writes nothing', async (what, without) => {
    await clear()
    const store = redisKeyStore(urlAt(server.port))
    await publish(store, A)
    const before = await store.list('')
    const limited = redisKeyStore(await loginWith('limited', 'Publishing', without))
    const everything = limited.write([
      { key: 'history/000000002', bytes: Buffer.from('{}') },
      { key: '', bytes: Buffer.from(B) },
      { key: 'history/000000001', bytes: undefined },
      { key: '', bytes: undefined },
    ])
    await expect(everything).rejects.toMatchObject({
      code: 'LIVEFLAG_STORE_REFUSED',
      message: expect.stringContaining(`may not run ${what}; give its user the right`) as string,
    })
    expect(await store.list('')).toEqual(before)
    if (!without.includes('+del') && String(without) !== '+hdel') {
      await expect(publish(limited, B)).rejects.toMatchObject({ code: 'LIVEFLAG_STORE_REFUSED' })
      expect(await store.list('')).toEqual(before)
    }
    await Promise.all([store.close(), limited.close()])
  })

  test('who may acknowledge may neither publish nor put a text to the trial', async () => {
    await clear()
    const store = redisKeyStore(urlAt(server.port))
    await publish(store, A)
    const member = redisKeyStore(await loginWith('member', 'With `fleet` it'))
    const bytes = Buffer.from(B)
    for (const key of ['', 'history/000000002', 'rollout', 'quarantine/000000001'])
      for (const write of [
        { key, bytes },
        { key, bytes: undefined },
      ])
        await expect(member.write([write])).rejects.toMatchObject({
          code: 'LIVEFLAG_STORE_REFUSED',
        })
    expect(await member.write([{ key: 'acks/web-1', bytes }])).toMatchObject({ written: true })
    expect([...(await store.list('')).keys()]).toEqual(['', 'acks/web-1', 'history/000000001'])
    await Promise.all([store.close(), member.close()])
  })

  test.each([['+hset'], ['+eval'], ['%RW~{live}:liveflag:acks']])(
    'a process of a fleet without %s warns that it is not counted',
    async (right) => {
      await admin.set('live', A)
      const at = await loginWith('mute', 'With `fleet` it', [right])
      const features = await openFeatures({ source: redis(at, { fleet: { host: 'web-1' } }) })
      await eventually('it warns', () => features.snapshot.problems.length > 0)
      expect(features.snapshot.problems).toMatchObject([
        { code: 'not-acknowledged', message: expect.stringContaining('NOPERM') as string },
      ])
      await features.close()
    },
  )

  test('a login without the right to list is told so', async () => {
    const own = ['resetchannels', '-@all', '+get', '+hget', '+multi', '+exec', '+hkeys', '~live']
    await admin.call('ACL', 'SETUSER', 'lister', 'on', '>secret', ...own, '~{live}:*')
    await admin.hset('{live}:liveflag:acks', 'acks/a', '{}')
    const store = redisKeyStore(urlAt(server.port, '?key=live', 'lister:secret@'))
    await expect(store.list('acks/')).rejects.toMatchObject({
      code: 'LIVEFLAG_STORE_REFUSED',
      message: expect.stringMatching(/NOPERM .*hmget.*; give its user the right/) as string,
    })
    await store.close()
  })

  test('a reader needs the rights to read one key and to subscribe, and no others', async () => {
    await admin.set('live', A)
    await admin.call(
      'ACL',
      'SETUSER',
      'reader',
      'on',
      '>secret',
      '~live',
      '&*',
      '-@all',
      '+get',
      '+subscribe',
      '+unsubscribe',
      '+ping',
    )
    const source = redis(urlAt(server.port, '?key=live', 'reader:secret@'))
    const features = await openFeatures({ source })
    await eventually('it listens', () => source.watch.mode === 'events+poll')
    expect(features.isEnabled('a')).toBe(true)
    expect(features.snapshot.problems).toEqual([])
    await features.close()
    const store = redisKeyStore(urlAt(server.port, '?key=live', 'reader:secret@'))
    await expect(store.write([{ key: '', bytes: Buffer.from(B) }])).rejects.toMatchObject({
      code: 'LIVEFLAG_STORE_REFUSED',
      message: expect.stringMatching(/NOPERM .*; give its user the right/) as string,
    })
    await store.close()
  })

  test('who may not subscribe is warned once, and finds changes by reading', async () => {
    await admin.set('live', A)
    await admin.call(
      'ACL',
      'SETUSER',
      'poller',
      'on',
      '>secret',
      '~live',
      'resetchannels',
      '-@all',
      '+get',
    )
    const sink = new RecordingSink()
    const source = redis(urlAt(server.port, '?key=live', 'poller:secret@'), { unwatchedPollMs: 50 })
    await source.open(sink)
    await admin.set('live', B)
    await eventually('it is read', () => sink.texts.includes(B))
    await eventually('it is a warning', () => sink.tellings.some(({ kind }) => kind === 'warn'))
    await source.close()
    expect(sink.failures).toEqual([])
    expect(sink.tellings.filter(({ kind }) => kind === 'warn')).toEqual([
      expect.objectContaining({
        problem: expect.objectContaining({
          code: 'watch-failed',
          message: expect.stringMatching(/not by its notices: NOPERM .*; give its user/) as string,
        }) as object,
      }),
    ])
  })

  storeTlsContract('TLS', {
    start: ({ cert, key }, authority) =>
      startServer('redis-tls', (port, home) => ({
        program,
        args: [
          ...['--port', '0', '--tls-port', String(port), '--dir', home, '--save', ''],
          ...['--tls-cert-file', cert, '--tls-key-file', key],
          ...['--tls-ca-cert-file', authority.cert, '--tls-auth-clients', 'yes'],
        ],
      })),
    open: (host, port, tls) =>
      redisKeyStore(`${tls ? 'rediss' : 'redis'}://${host}:${port}/0`, {
        ...(tls && { tls }),
      }),
    hasNoPaths: true,
    plain: /the connection was cut/,
  })

  test('an authority may be named by the URL', async () => {
    const authority = Authority.in(tempDir())
    const { cert, key } = authority.sign()
    const secure = await startServer('redis-tls', (port, home) => ({
      program,
      args: [
        ...['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no', '--save', ''],
        ...['--dir', home, '--tls-cert-file', cert, '--tls-key-file', key],
      ],
    }))
    const store = redisKeyStore(`rediss://localhost:${secure.port}/0?ca=${authority.cert}`)
    expect(await store.get('')).toBeUndefined()
    await store.close()
    await secure.end()
  })

  test('the options of TLS reach the server, and a certificate that nobody trusts is named', async () => {
    const certificate = selfSigned()
    if (certificate === undefined) return
    const secure = await startServer('redis-tls', (port, home) => {
      for (const name of ['key', 'cert'] as const)
        writeFileSync(join(home, `${name}.pem`), certificate[name])
      const files = [
        '--tls-cert-file',
        join(home, 'cert.pem'),
        '--tls-key-file',
        join(home, 'key.pem'),
      ]
      return {
        program,
        args: [
          ...['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no', '--save', ''],
          ...['--dir', home, ...files],
        ],
      }
    })
    const url = `rediss://localhost:${secure.port}/0`
    const trusting = redisKeyStore(url, { tls: { ca: certificate.cert } })
    expect(await trusting.write([{ key: '', bytes: Buffer.from(A) }])).toMatchObject({
      written: true,
    })
    const sink = new RecordingSink()
    const source = redis(url, { tls: { ca: certificate.cert } })
    await source.open(sink)
    await eventually('it listens', () => source.watch.mode === 'events+poll')
    expect(sink.texts).toEqual([A])
    const doubting = redisKeyStore(url)
    await expect(doubting.get('')).rejects.toThrow(/certificate is self-signed .*; trust it/)
    await Promise.all([source.close(), trusting.close(), doubting.close()])
    await secure.end()
  })

  test('a server that is not there holds nobody who has closed the store', async () => {
    const timers = (): number =>
      process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
    const store = redisKeyStore(urlAt(await freePort()))
    const before = timers()
    await expect(store.get('')).rejects.toThrow(/ECONNREFUSED/)
    await store.close()
    // Those of tests before it may end meanwhile.
    expect(timers()).toBeLessThanOrEqual(before)
  })

  test('a key of another type is named', async () => {
    await admin.hset('other', 'a', '1')
    const store = redisKeyStore(urlAt(server.port, '?key=other'))
    await expect(store.get('')).rejects.toMatchObject({
      code: 'LIVEFLAG_STORE_UNUSABLE',
      message: expect.stringContaining('its key holds a value of another type') as string,
    })
    await store.close()
  })

  test('a cluster of one server serves all keys of one live config from one slot', async () => {
    const cluster = await startServer('redis-cluster', (port, home) => ({
      program,
      args: [
        '--port',
        String(port),
        '--dir',
        home,
        '--save',
        '',
        '--cluster-enabled',
        'yes',
        '--cluster-announce-ip',
        '127.0.0.1',
      ],
    }))
    const node = new Redis(cluster.port)
    await node.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
    await eventually('the cluster is up', async () =>
      String(await node.call('CLUSTER', 'INFO')).includes('cluster_state:ok'),
    )
    const open = (): KeyStore => redisKeyStore(urlAt(cluster.port, '?key=live&cluster=true'))
    const sink = new RecordingSink()
    const store = open()
    const writes = [
      { key: 'history/000000001', bytes: Buffer.from('{}'), basedOn: null },
      { key: '', bytes: Buffer.from(A), basedOn: null },
    ]
    expect(await store.write(writes)).toMatchObject({ written: true })
    expect(await store.keys('')).toEqual(['', 'history/000000001'])
    const source = openedSource('redis', open, { pollMs: 600_000, unwatchedPollMs: 600_000 })
    await source.open(sink)
    await eventually('it listens', () => source.watch.mode === 'events+poll')
    await store.write([{ key: '', bytes: Buffer.from(B) }])
    await eventually('it is read', () => sink.texts.includes(B))
    await Promise.all([source.close(), store.close()])
    node.disconnect()
    await cluster.end()
  })

  test('behind Sentinels rediss: is TLS to them and to the server, each with its own password', async () => {
    const certificate = certificateFor(tempDir())
    const secure = (port: number): string[] => [
      ...['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no'],
      ...['--tls-cert-file', certificate.cert, '--tls-key-file', certificate.key],
      ...['--tls-ca-cert-file', certificate.cert, '--tls-replication', 'yes'],
    ]
    const master = await startServer('redis-tls', (port, home) => ({
      program,
      args: [...secure(port), '--dir', home, '--save', '', '--requirepass', 'of-server'],
    }))
    const sentinel = await startServer('redis-tls-sentinel', (port, home) => {
      const file = join(home, 'sentinel.conf')
      const settings = sentinelConfig(port, master.port).replace(/port \d+/, '')
      writeFileSync(file, `${settings}sentinel auth-pass shop of-server\nrequirepass of-sentinel\n`)
      return { program, args: [file, '--sentinel', ...secure(port)] }
    })
    const at = `rediss://:of-server@127.0.0.1:${sentinel.port}/0?sentinel=shop`
    const tls = { ca: readFileSync(certificate.cert) }
    const store = redisKeyStore(`${at}&sentinelPassword=of-sentinel`, { tls })
    expect(store.name).not.toMatch(/of-se/)
    expect(await store.write([{ key: '', bytes: Buffer.from(A) }])).toMatchObject({ written: true })
    const source = redis(at, { tls, sentinelPassword: 'of-sentinel', unwatchedPollMs: 600_000 })
    const sink = new RecordingSink()
    await source.open(sink)
    await eventually('it listens', () => source.watch.mode === 'events+poll')
    expect(sink.texts).toEqual([A])
    await Promise.all([source.close(), store.close()])
    await Promise.all([sentinel, master].map((one) => one.end()))
  })

  test('behind Sentinels the new master is followed', async () => {
    const group = await startFailover(program)
    const sentinelUrl = `${group.url}?key=live&sentinel=shop`
    const store = redisKeyStore(sentinelUrl)
    await store.write([{ key: '', bytes: Buffer.from(A) }])
    const sink = new RecordingSink()
    const source = redis(sentinelUrl, { unwatchedPollMs: 300, pollMs: 600_000 })
    await source.open(sink)
    await eventually('it listens', () => source.watch.mode === 'events+poll')
    await group.master.kill()
    await group.isOver()
    await eventually(
      'it is written',
      () =>
        store.write([{ key: '', bytes: Buffer.from(B) }]).then(
          ({ written }) => written,
          () => false,
        ),
      30_000,
    )
    await eventually('it is read', () => sink.texts.includes(B), 30_000)
    await eventually('it listens again', () => source.watch.mode === 'events+poll', 30_000)
    await Promise.all([source.close(), store.close()])
    await group.end()
  }, 90_000)

  test('what is published while the master ends has a whole history, and all have the same', async () => {
    const group = await startFailover(program)
    const at = `${group.url}?key=live&sentinel=shop`
    const store = redisKeyStore(at)
    const source = redis(at, { unwatchedPollMs: 300, pollMs: 600_000 })
    await publish(store, 'feature_n: on\n')
    const sink = new RecordingSink()
    await source.open(sink)
    const acknowledged: number[] = []
    let isOver = false
    const publishing = (async () => {
      for (let i = 0; !isOver; i++) {
        const result = await publish(store, `feature_n: {users: [n${i}]}\n`).catch(() => undefined)
        if (result?.kind === 'published') acknowledged.push(result.generation)
      }
    })()
    await eventually('there are some', () => acknowledged.length > 20)
    await group.master.kill()
    const atKill = acknowledged.length
    await group.isOver()
    await eventually('it goes on', () => acknowledged.length > atKill + 20, 30_000)
    isOver = true
    await publishing
    const chain = await chainOf(store)
    // Redis acknowledges before its replica has a write, so the last ones may be gone.
    const lost =
      new Set(acknowledged).size - chain.filter((one) => acknowledged.includes(one)).length
    expect(lost).toBeLessThan(atKill)
    process.stdout.write(
      `failover while publishing: ${acknowledged.length} acknowledged, ${lost} of them lost\n`,
    )
    const head = (await published(store)).text
    await eventually('the reader has the head', () => sink.texts.at(-1) === head, 30_000)
    await Promise.all([source.close(), store.close()])
    await group.end()
  }, 90_000)
})
