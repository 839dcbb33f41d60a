/** Two servers read one Redis: what is saved in one is in force in the other. */
import { history } from '../../../../src/fleet/history'
import { publish } from '../../../../src/fleet/publish'
import { openFeatures } from '../../../../src/index'
import type { ConfigFiles } from '../../../../src/server/admin/contract'
import type { AuditLog, Saved } from '../../../../src/server/admin/edits/contract'
import { redis, redisKeyStore } from '../../../../src/sources/redis'
import { eventually } from '../../../support/eventually'
import { PATIENCE } from '../../../support/long-run'
import { type RedisServer, startRedis } from '../../../support/redis'
import { describeWith } from '../../../support/with-program'
import { closeScenes, serving } from '../scene'

const TEXT = 'feature_a: {percent_loggedin: 5}\nfeature_b: on\n'
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
}

describeWith('redis-server', 'the dashboard over Redis', withRedis)
