/**
 * Every public function that takes options refuses a name that it does not know, at once and with
 * the name that was meant: an option that is passed over is a wrong answer without a word.
 */
import type { LiveflagError } from '../../src'
import * as liveflag from '../../src'
import * as decide from '../../src/decide/decide'
import * as growthbook from '../../src/growthbook/growthbook'
import * as metrics from '../../src/metrics/metrics'
import * as express from '../../src/middleware/express'
import * as expressSticky from '../../src/middleware/express-sticky'
import * as fastify from '../../src/middleware/fastify'
import * as hono from '../../src/middleware/hono'
import * as koa from '../../src/middleware/koa'
import * as nest from '../../src/middleware/nest'
import * as node from '../../src/middleware/node'
import * as openfeature from '../../src/openfeature/openfeature'
import * as keySources from '../../src/sources/key-source'
import * as memoryKeys from '../../src/sources/memory-key-store'
import * as etcd from '../../src/sources/etcd'
import * as nats from '../../src/sources/nats'
import * as openKeys from '../../src/sources/open-key-store'
import * as postgresSource from '../../src/sources/postgres'
import * as redisSource from '../../src/sources/redis'
import * as s3 from '../../src/sources/s3'
import * as zooKeeper from '../../src/sources/zookeeper'
import * as overrides from '../../src/sources/override-file'
import * as testing from '../../src/testing/testing'
import { Registry } from 'prom-client'

const { memory, openFeatures, worldOf } = liveflag
const empty = (): liveflag.Source => memory('{}', { format: 'json' })
const store = decide.memoryStore()
const service = growthbook.memoryStickyService()
let features: liveflag.Features

beforeAll(async () => {
  features = await openFeatures({ source: empty() })
})
afterAll(() => features.close())

type Call = (options: never) => unknown

/** A call with nothing but the option that is misspelt, that option, and what was meant. */
const CALLS: readonly (readonly [string, Call, string, string | undefined])[] = [
  [
    'openFeatures',
    (o) => openFeatures({ source: empty(), ...(o as object) }),
    'onExposur',
    'onExposure',
  ],
  [
    'openFeatures',
    (o) => openFeatures({ source: empty(), ...(o as object) }),
    'forceByURL',
    'forceByUrl',
  ],
  [
    'openFeatures: guards',
    (o) => openFeatures({ source: empty(), guards: o }),
    'maxRemove',
    'maxRemoved',
  ],
  ['worldOf', (o) => worldOf(o), 'usr', 'user'],
  ['for', (o) => features.for(worldOf(), o), 'stiky', 'sticky'],
  ['for', (o) => features.run(worldOf(), () => 1, o), 'forcedValue', 'forcedValues'],
  ['memory', (o) => memory('{}', o), 'formt', 'format'],
  ['file("f.yaml")', (o) => liveflag.file('f.yaml', o), 'keepAliv', 'keepAlive'],
  ['directory("d")', (o) => liveflag.directory('d', o), 'pollMS', 'pollMs'],
  ['overrideFile("f.yaml")', (o) => overrides.overrideFile('f.yaml', o), 'pollMS', 'pollMs'],
  ['http', (o) => liveflag.http('http://127.0.0.1/', o), 'refreshMS', 'refreshMs'],
  ['keySource', (o) => keySources.keySource(memoryKeys.memoryKeyStore(), o), 'pollMS', 'pollMs'],
  ['etcd', (o) => etcd.etcd('etcd://host/live', o), 'pollMS', 'pollMs'],
  ['etcdKeyStore', (o) => etcd.etcdKeyStore('etcd://host/live', o), 'timeoutMS', 'timeoutMs'],
  ['nats', (o) => nats.nats('nats://host/flags/live', o), 'cred', 'creds'],
  ['natsKeyStore', (o) => nats.natsKeyStore('nats://host/flags/live', o), 'replica', 'replicas'],
  ['s3', (o) => s3.s3('s3://flags/live', o), 'cach', 'cache'],
  ['s3KeyStore', (o) => s3.s3KeyStore('s3://flags/live', o), 'endPoint', 'endpoint'],
  ['zooKeeper', (o) => zooKeeper.zooKeeper('zookeeper://host/live', o), 'acls', 'acl'],
  [
    'zooKeeperKeyStore',
    (o) => zooKeeper.zooKeeperKeyStore('zookeeper://host/live', o),
    'tlss',
    'tls',
  ],
  ['openKeySource', (o) => openKeys.openKeySource('memory:a', o), 'pollMS', 'pollMs'],
  ['redis', (o) => redisSource.redis('redis://h', o), 'pollMS', 'pollMs'],
  [
    'redisKeyStore',
    (o) => redisSource.redisKeyStore('redis://h', o),
    'connectTimeoutMS',
    'connectTimeoutMs',
  ],
  ['postgres', (o) => postgresSource.postgres('postgres://h/d', o), 'pollMS', 'pollMs'],
  [
    'postgresKeyStore',
    (o) => postgresSource.postgresKeyStore('postgres://h/d', o),
    'schemas',
    'schema',
  ],
  ['memoryKeyStore', (o) => memoryKeys.memoryKeyStore(o), 'nam', 'name'],
  ['growthbook', (o) => liveflag.growthbook(o), 'clientkey', 'clientKey'],
  ['checkText', (o) => liveflag.checkText('', o), 'formt', 'format'],
  ['liveConfigSchema', (o) => liveflag.liveConfigSchema(o), 'selector', 'selectors'],
  [
    'createDecider',
    (o) => decide.createDecider({ features, store, ...(o as object) }),
    'stor',
    'store',
  ],
  [
    'createDecider: limits',
    (o) => decide.createDecider({ features, store, limits: o }),
    'cooldownDay',
    'cooldownDays',
  ],
  ['redisAnswers', (o) => decide.redisAnswers('redis://h', o), 'prefx', 'prefix'],
  ['bufferedWriter', (o) => decide.bufferedWriter(store, o), 'flushMS', 'flushMs'],
  ['sqliteStore', (o) => decide.sqliteStore('f.db', o), 'busyTimeout', 'busyTimeoutMs'],
  ['postgresStore', (o) => decide.postgresStore('postgres://h/d', o), 'poolsize', 'poolSize'],
  ['exposureRecorder', (o) => decide.exposureRecorder({} as never, o), 'sourc', 'source'],
  ['memoryStickyService', (o) => growthbook.memoryStickyService(o), 'maxDocument', 'maxDocuments'],
  ['cookieStickyService', (o) => growthbook.cookieStickyService({} as never, o), 'prefx', 'prefix'],
  ['redisStickyService', (o) => growthbook.redisStickyService('redis://h', o), 'prefx', 'prefix'],
  [
    'postgresStickyService',
    (o) => growthbook.postgresStickyService('postgres://h/d', o),
    'ttlSecond',
    'ttlSeconds',
  ],
  [
    'cookieStickyService',
    (o) => expressSticky.expressStickyService({ headers: {} } as never, {} as never, o),
    'secrt',
    'secret',
  ],
  ['loadSticky', (o) => growthbook.loadSticky(service, {}, [], o), 'timeoutMS', 'timeoutMs'],
  [
    'loadSticky',
    (o) => growthbook.evalStickyFeature({ attributes: {}, features: {} }, 'f', service, o),
    'timeoutMS',
    'timeoutMs',
  ],
  ['redirectFor', (o) => growthbook.redirectFor({}, o), 'trigger', undefined],
  ['promMetrics', (o) => metrics.promMetrics(o), 'registr', 'registry'],
  ['promMetrics: names', (o) => metrics.promMetrics({ names: o }), 'decision', 'decisions'],
  [
    'watch',
    (o) => metrics.promMetrics({ registry: new Registry() }).watch(o),
    'feature',
    'features',
  ],
  ['ReadCounts', (o) => new metrics.ReadCounts(o), 'knownFeature', 'knownFeatures'],
  ['expressFeatures', (o) => express.expressFeatures(features, o), 'usr', 'user'],
  [
    'expressFeatures: sticky',
    (o) => express.expressFeatures(features, { sticky: { service, ...(o as object) } }),
    'timeoutMS',
    'timeoutMs',
  ],
  ['nodeFeatures', (o) => node.nodeFeatures(features, o), 'cacheHeader', 'cacheHeaders'],
  [
    'cookieStickyService',
    (o) => node.nodeStickyService({ headers: {}, socket: {} } as never, {} as never, o),
    'secrt',
    'secret',
  ],
  ['fastifyFeatures', (o) => fastify.fastifyFeatures(features, o), 'usr', 'user'],
  ['LiveflagModule.forRoot', (o) => nest.LiveflagModule.forRoot(features, o), 'usr', 'user'],
  ['decisionsPage', (o) => express.decisionsPage(features, o), 'alow', 'allow'],
  ['decisionsPage', (o) => node.decisionsPage(features, o), 'alow', 'allow'],
  ['decisionsPage', (o) => fastify.decisionsPage(features, o), 'alow', 'allow'],
  ['decisionsPage', (o) => koa.decisionsPage(features, o), 'alow', 'allow'],
  ['decisionsPage', (o) => hono.decisionsPage(features, o), 'alow', 'allow'],
  ['decisionsPage', (o) => nest.decisionsPage(o), 'alow', 'allow'],
  ['koaFeatures', (o) => koa.koaFeatures(features, o), 'usr', 'user'],
  ['honoFeatures', (o) => hono.honoFeatures(features, o), 'usr', 'user'],
  [
    'cookieStickyService',
    (o) => fastify.fastifyStickyService({ headers: {} } as never, {} as never, o),
    'secrt',
    'secret',
  ],
  [
    'cookieStickyService',
    (o) => koa.koaStickyService({ req: { headers: {} } } as never, o),
    'secrt',
    'secret',
  ],
  [
    'cookieStickyService',
    (o) => hono.honoStickyService({ req: { header: () => '', url: 'http://h/' } } as never, o),
    'secrt',
    'secret',
  ],
  ['LiveflagProvider', (o) => new openfeature.LiveflagProvider(features, o), 'onErr', undefined],
  [
    'telemetryHook',
    (o) => openfeature.telemetryHook({ logger: { emit: () => undefined }, ...(o as object) }),
    'loggr',
    'logger',
  ],
  ['bootstrapScript', (o) => liveflag.bootstrapScript({} as never, o), 'nonse', 'nonce'],
  ['testFeatures', (o) => testing.testFeatures({}, o), 'enable', 'enabled'],
]

async function refusal(call: () => unknown): Promise<LiveflagError> {
  try {
    await call()
  } catch (error) {
    return error as LiveflagError
  }
  throw new Error('it was accepted')
}

test.each(CALLS)(
  '%s refuses an option that it does not know',
  async (name, call, misspelt, meant) => {
    const { code, message } = await refusal(() => call({ [misspelt]: 1 } as never))
    expect(code).toBe('LIVEFLAG_BAD_OPTION')
    expect(message).toContain(`${name}: there is no option ${misspelt}; there are `)
    if (meant !== undefined) expect(message).toContain(`did you mean ${meant}?`)
  },
)

test.each([
  ['expressFeatures', (opening: never) => express.expressFeatures(opening)],
  ['createDecider', (opening: never) => decide.createDecider({ features: opening, store })],
])('%s refuses features that were not awaited, and says so', async (_, call) => {
  const opening = Promise.resolve(features)
  const { code, message } = await refusal(() => call(opening as never))
  expect(code).toBe('LIVEFLAG_BAD_OPTION')
  expect(message).toContain('[object Promise]; give what openFeatures resolved to (await it)')
})

test.each([
  ['bufferedWriter', (given: never) => decide.bufferedWriter(given)],
  ['exposureRecorder', (given: never) => decide.exposureRecorder(given)],
  ['usageRecorder', (given: never) => decide.usageRecorder(given)],
  ['testFeatures', (given: never) => testing.testFeatures(given)],
  ['openFeatures', (given: never) => openFeatures({ source: empty(), onMetric: given })],
])('%s refuses a promise where an object belongs', async (_, call) => {
  const { code, message } = await refusal(() => call(Promise.resolve(store) as never))
  expect(code).toBe('LIVEFLAG_BAD_OPTION')
  expect(message).toContain('is [object Promise]; give ')
})

test.each([null, 'yaml', 7])('%j in the place of options is refused', async (given) => {
  const { message } = await refusal(() => liveflag.checkText('', given as never))
  expect(message).toMatch(/^checkText: options is .*; give an object$/)
})

test.each([null, 'u1', 7])('worldOf(%j) is refused', async (given) => {
  const { code, message } = await refusal(() => worldOf(given as never))
  expect(code).toBe('LIVEFLAG_BAD_OPTION')
  expect(message).toMatch(/^worldOf: the first argument is /)
})

/** Functions without options. What `Trial` and `runKit` take belongs to the reload kit. */
const WITHOUT = [
  'formatOf',
  'RequestFeatures',
  'LiveflagError',
  'usageRecorder',
  'lastGood',
  'memoryStore',
  'decrypt',
  'evalCondition',
  'evalFeature',
  'runExperiment',
  'hash',
  'getQueryStringOverride',
  'chooseVariation',
  'getBucketRanges',
  'getEqualWeights',
  'inNamespace',
  'secureAttribute',
  'stickyAttributesOf',
  'stickySaved',
  'sqliteStickyService',
  'valueLabel',
  'bitsOf',
  'liveConfigDialect',
  'numberOf',
  'reportText',
  'totals',
  'runKit',
  'Trial',
  'stickyContract',
  'isStoreUrl',
  'postgresMigration',
  'openKeyStore',
]

test('every public function is in the table, or is known to have no options', () => {
  const exported = [
    liveflag,
    decide,
    growthbook,
    metrics,
    express,
    expressSticky,
    fastify,
    hono,
    koa,
    nest,
    node,
    openfeature,
    overrides,
    keySources,
    memoryKeys,
    openKeys,
    redisSource,
    etcd,
    nats,
    s3,
    zooKeeper,
    postgresSource,
    testing,
  ]
  const names = exported.flatMap((part) =>
    Object.entries(part).flatMap(([name, value]) => (typeof value === 'function' ? [name] : [])),
  )
  const tried = CALLS.map(([name, call]) => `${name} ${String(call)}`).join('\n')
  expect(names.filter((name) => !WITHOUT.includes(name) && !tried.includes(name))).toEqual([])
})
