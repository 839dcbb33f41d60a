/** Two servers read one Redis: what is saved in one is in force in the other. */
import { history } from '../../../../src/fleet/history'
import { publish, published } from '../../../../src/fleet/publish'
import { type Features, openFeatures } from '../../../../src/index'
import type { ConfigFiles } from '../../../../src/server/admin/contract'
import type { AuditLog, Conflict, Saved } from '../../../../src/server/admin/edits/contract'
import type { Fleet } from '../../../../src/server/admin/fleet/contract'
import { redis, redisKeyStore } from '../../../../src/sources/redis'
import { eventually } from '../../../support/eventually'
import { PATIENCE, sized } from '../../../support/long-run'
import { type RedisServer, startRedis } from '../../../support/redis'
import { describeWith } from '../../../support/with-program'
import { closeScenes, serving } from '../scene'

const TEXT = 'feature_a: {percent_loggedin: 5}\nfeature_b: on\n'
const ROUNDS = sized(50, 500)
const PASSWORD = 'not-in-any-answer'

const withRedis = (program: string): void => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis(program, { password: PASSWORD })
  }, PATIENCE)
  afterEach(closeScenes)
  afterAll(() => server.end())

  const replica = async () => {
    const features = await openFeatures({ source: redis(server.url) })
    const here = await serving(features)
    return { ...here, features }
  }

  test(
    'an edit that is saved in one replica is in force in the other, with who and why',
    async () => {
      const store = redisKeyStore(server.url)
      await publish(store, TEXT, { by: 'ann' })
      const [first, second] = [await replica(), await replica()]
      try {
        await second.ask('/edits')
        const config = await first.ask<ConfigFiles>('/config')
        expect(JSON.stringify(config)).not.toContain(PASSWORD)
        const { source, hash: baseHash } = config.files[0] ?? {}
        const changes = [{ kind: 'set', feature: 'a', path: ['percent_loggedin'], value: 50 }]
        const edit = { source, baseHash, reason: 'a half', changes }
        const saved = await first.post<Saved>('/edits', edit)
        expect(saved.generation).toBe(2)
        await eventually('it is in force', () => second.features.content.generation === 2)
        expect(second.features.definition('a')?.value).toEqual({ percent_loggedin: 50 })
        const { edits } = await second.ask<AuditLog>('/edits')
        expect(edits).toMatchObject([{ kind: 'outside', by: 'local', reason: 'a half' }])
        expect((await second.call('POST')('/edits', edit)).status).toBe(409)
        const { id = 0 } = edits[0] ?? {}
        await second.post<Saved>(`/edits/${id}/rollback`, { reason: 'back' })
        await eventually(
          'the first has what the second put back',
          () => first.features.content.generation === 3,
        )
        expect(first.features.definition('a')?.value).toEqual({ percent_loggedin: 5 })
        const { generations } = await history(store)
        expect(generations.map(({ reason }) => reason)).toEqual(['back', 'a half', null])
      } finally {
        await Promise.all([first.features.close(), second.features.close(), store.close()])
      }
    },
    PATIENCE,
  )

  test(
    'of two who edit one entry at once, in two replicas, one saves and the other is told, each time',
    async () => {
      const store = redisKeyStore(server.url)
      const begun = await published(store)
      await publish(store, TEXT, { basedOn: begun, by: 'ann', reason: 'again', allow: ['shrink'] })
      const replicas = [await replica(), await replica()] as const
      const before = (await history(store)).generations.length
      try {
        for (let round = 0; round < ROUNDS; round++) {
          const { text = '', hash: baseHash } = await published(store)
          const { source } = (await replicas[0].ask<ConfigFiles>('/config')).files[0] ?? {}
          const answers = await Promise.all(
            replicas.map(({ call }, i) => {
              const value = (round * 2 + i) % 100
              const changes = [{ kind: 'set', feature: 'a', path: ['percent_loggedin'], value }]
              return call('POST')('/edits', { source, baseHash, reason: `${round} ${i}`, changes })
            }),
          )
          const statuses = answers.map(({ status }) => status)
          expect([...statuses].sort()).toEqual([200, 409])
          const loser = JSON.parse(answers[statuses.indexOf(409)]?.said ?? '{}') as Told
          const winner = (round * 2 + statuses.indexOf(200)) % 100
          expect(loser.preview.conflict.entries).toMatchObject([{ feature: 'a', isConflict: true }])
          expect(loser.preview.conflict.entries[0]?.theirs).toContain(`percent_loggedin: ${winner}`)
          expect(await published(store)).toMatchObject({
            text: text.replace(/percent_loggedin: \d+/, `percent_loggedin: ${winner}`),
          })
        }
        const { generations } = await history(store)
        expect(generations.length - before).toBe(ROUNDS)
        expect(generations.filter(({ state }) => state === 'never published')).toEqual([])
      } finally {
        await Promise.all([...replicas.map(({ features }) => features.close()), store.close()])
      }
    },
    PATIENCE,
  )

  test(
    'stages that one replica leads are seen, and taken back, in the other',
    async () => {
      const store = redisKeyStore(server.url)
      await publish(store, TEXT, { basedOn: await published(store), by: 'ann', reason: 'anew' })
      const [first, second] = [await replica(), await replica()]
      const member = await openFeatures({ source: redis(server.url, { fleet: { host: 'web-1' } }) })
      try {
        await eventually(
          'the process is there',
          async () => (await second.ask<Fleet>('/fleet')).processes.length > 0,
        )
        const { source, hash: baseHash } = (await first.ask<ConfigFiles>('/config')).files[0] ?? {}
        const stages = { percentages: [1, 100], eachMs: 60_000 }
        const text = 'feature_a: {percent_loggedin: 99}\nfeature_b: on\n'
        const edit = { source, baseHash, reason: 'all', text, stages }
        expect((await first.call('POST')('/edits', edit)).status).toBe(202)
        await eventually('the process has it', () => isAt99(member))
        await eventually('the other replica says so', async () => {
          const { staged } = await second.ask<Fleet>('/fleet')
          return staged?.confirmed === 1
        })
        const { processes } = await second.ask<Fleet>('/fleet')
        expect(processes).toMatchObject([{ host: 'web-1', isStaged: true, isCurrent: true }])
        expect((await second.call('POST')('/fleet/abort', { reason: 'no' })).status).toBe(200)
        await eventually('the process is back', () => !isAt99(member))
        expect(first.features.definition('a')?.value).not.toEqual({ percent_loggedin: 99 })
      } finally {
        for (const features of [first.features, second.features, member]) await features.close()
        await store.close()
      }
    },
    PATIENCE,
  )
}

interface Told {
  readonly preview: { readonly conflict: Conflict }
}

const isAt99 = (features: Features): boolean =>
  JSON.stringify(features.definition('a')?.value) === '{"percent_loggedin":99}'

describeWith('redis-server', 'the dashboard over Redis', withRedis)
