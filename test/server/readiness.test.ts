import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { file, openFeatures } from '../../src/index'
import { createServer } from '../../src/server/server'
import { eventually } from '../support/eventually'
import { TokenStore } from '../../src/server/token-store'
import { tempDir } from '../support/temp-dir'
import { closeServers, post, serve } from './scene'

afterEach(closeServers)

test('/readyz falls when a source has failed for the grace time, comes back with it, and /healthz answers throughout', async () => {
  const path = join(tempDir(), 'live.yaml')
  writeFileSync(path, 'feature_a: on\n')
  const features = await openFeatures({ source: file(path) })
  features.on('problem', () => undefined)
  let now = 0
  const server = await createServer(features, {
    port: 0,
    logLevel: 'silent',
    staleGraceMs: 1000,
    now: () => now,
  })
  const statusOf = async (name: string): Promise<number> =>
    (await fetch(`${server.url}/${name}`)).status
  expect(await statusOf('readyz')).toBe(200)

  writeFileSync(path, 'feature_a: [\n')
  await features.reload()
  await eventually('it is stale', () => features.content.status === 'STALE')
  expect(await statusOf('readyz')).toBe(200)
  // A clock that was ahead when the source failed begins the grace time anew.
  now -= 3650 * 86_400_000
  expect(await statusOf('readyz')).toBe(200)
  now += 1000
  expect(await statusOf('readyz')).toBe(200)
  now += 1
  expect(await statusOf('readyz')).toBe(503)
  expect(await statusOf('healthz')).toBe(200)
  // What was good goes on answering.
  const answer = await fetch(`${server.url}/ofrep/v1/evaluate/flags/a`, { method: 'POST' })
  expect(await answer.json()).toMatchObject({ value: true })

  writeFileSync(path, 'feature_a: off\n')
  await features.reload()
  await eventually('it is current', () => features.content.status === 'READY')
  expect(await statusOf('readyz')).toBe(200)

  rmSync(path)
  await eventually('it is stale again', () => features.content.status === 'STALE')
  now += 1001
  expect(await statusOf('readyz')).toBe(503)
  await server.close()
  await features.close()
})

test('a server whose database is deleted is not ready, says so once, and lets nobody in whom it did not let in before', async () => {
  const db = join(tempDir(), 'liveflag.db')
  const tokens = new TokenStore(db, 'test')
  const { token } = tokens.create({ name: 'ann', scopes: ['admin'] }, 0)
  tokens.close()
  const { server, logged } = await serve({ db })
  const statusOf = async (path: string, headers = {}): Promise<number> =>
    (await fetch(`${server.url}/${path}`, { headers })).status
  expect(await statusOf('readyz')).toBe(200)
  rmSync(db)
  expect([await statusOf('readyz'), await statusOf('readyz')]).toEqual([503, 503])
  expect(logged().filter(({ db: lost }) => lost === db)).toHaveLength(1)
  expect(await statusOf('status')).toBe(401)
  expect(await statusOf('status', { authorization: `Bearer ${token}` })).toBe(200)
  const signIn = await post(`${server.url}/api/v1/session`, { token })
  expect([signIn.status, JSON.stringify(await signIn.json())]).toEqual([
    500,
    expect.not.stringContaining('stack'),
  ])
})
