/** Two `liveflag serve` that judge gates by one PostgreSQL, and write into one Redis. They run as built. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { NO_RAMP_EDITS } from '../../../../src/analysis/ramp-edit'
import { history } from '../../../../src/fleet/history'
import { publish } from '../../../../src/fleet/publish'
import { postgresStore } from '../../../../src/recording/postgres'
import type { GatesView } from '../../../../src/server/admin/gates/contract'
import { redisKeyStore } from '../../../../src/sources/redis'
import { endChildren, firstLine, start } from '../../../cli/spawned'
import { eventually } from '../../../support/eventually'
import { DAY, errorsOf, RAMPED } from '../../../support/gated-ramp'
import { PATIENCE } from '../../../support/long-run'
import { startPostgres } from '../../../support/postgres'
import { startRedis } from '../../../support/redis'
import { tempDir } from '../../../support/temp-dir'
import { describeWith } from '../../../support/with-program'

const closing: (() => unknown)[] = []
afterEach(async () => {
  endChildren()
  for (const close of closing.splice(0).reverse()) await close()
})

/** They go by the clock of the machine, so the ramp has begun three days ago. */
async function scene(program: string) {
  const [redis, postgres] = await Promise.all([startRedis(program), startPostgres()])
  closing.push(
    () => redis.end(),
    () => postgres.end(),
  )
  const begun = Date.now() - 3 * DAY
  const folder = tempDir()
  const live = join(folder, 'live.yaml')
  writeFileSync(live, RAMPED.replace('2026-12-01', new Date(begun).toISOString()))
  const records = await postgres.database()
  const store = postgresStore(records)
  await store.write(errorsOf(120, 360, { from: begun }))
  closing.push(() => store.close())
  const layer = redisKeyStore(redis.url)
  closing.push(() => layer.close())
  await publish(layer, NO_RAMP_EDITS, { by: 'ann', reason: 'the layer of gates' })
  const server = async (i: number): Promise<string> => {
    const child = start([
      ...['serve', live, redis.url, '--port', '0', '--db', join(folder, `server-${i}.db`)],
      ...['--records', records, '--gates-into', redis.url, '--gates-every-ms', '1000'],
      ...['--log-level', 'error'],
    ])
    child.stderr.resume()
    return (await firstLine(child)).replace('liveflag is listening on ', '')
  }
  return { layer, server, store }
}

const view = async (url: string): Promise<GatesView> =>
  (await (await fetch(`${url}/api/v1/features/button/gates`)).json()) as GatesView

describeWith('redis-server', 'two servers with one layer', (program) => {
  test(
    'put a ramp back once, in both, and once more when it was resumed and fails again',
    async () => {
      const { layer, server, store } = await scene(program)
      const urls = await Promise.all([1, 2].map(server))
      const written = async (): Promise<readonly string[]> =>
        (await history(layer)).generations.map(({ by }) => by ?? '').reverse()
      for (const url of urls)
        await eventually('it is put back', async () => (await view(url)).held === 'failed')
      const [first] = urls
      const before = await view(first ?? '')
      expect(before.edits).toMatchObject([{ outcome: 'fail', to: 0 }])
      expect(before.edits[0]?.reason).toContain('errors of new +200.0 %')
      expect(await written()).toEqual(['ann', 'gates'])
      const resumed = await fetch(`${first}/api/v1/features/button/gates/resume`, {
        method: 'POST',
        body: JSON.stringify({ reason: 'the timeout was ours' }),
      })
      expect(resumed.status).toBe(200)
      // What was recorded before counts no more.
      await store.write(errorsOf(120, 360, { from: Date.now() - DAY, who: 'later-' }))
      for (const url of urls)
        await eventually('it is put back again', async () => {
          const { edits, held } = await view(url)
          return held === 'failed' && edits.length === 3
        })
      expect((await view(first ?? '')).edits.map(({ outcome }) => outcome)).toEqual([
        'fail',
        'resume',
        'fail',
      ])
      expect(await written()).toEqual(['ann', 'gates', 'local', 'gates'])
    },
    PATIENCE,
  )
})
