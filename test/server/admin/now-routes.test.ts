import { rmSync, writeFileSync } from 'node:fs'
import type { Now } from '../../../src/server/admin/contract'
import { eventually } from '../../support/eventually'
import { closeScenes, LIVE, scene } from './scene'

afterEach(closeScenes)

/** Reads a stream until what came contains a text. */
async function until(body: AsyncIterable<Uint8Array>, wanted: string): Promise<string> {
  let came = ''
  for await (const chunk of body) {
    came += Buffer.from(chunk).toString()
    if (came.includes(wanted)) return came
  }
  return came
}

test('changes are on the timeline, the newest first, with what was edited', async () => {
  const { ask, path } = await scene()
  writeFileSync(path, LIVE.replace('percent_loggedin: 25', 'percent_loggedin: 50'))
  const changeOf = async () =>
    (await ask<Now>('/now')).timeline.find(({ kind }) => kind === 'change')
  await eventually('the change is noticed', async () => (await changeOf()) !== undefined)
  expect(await changeOf()).toMatchObject({
    changed: ['search'],
    edits: [{ feature: 'search', path: 'percent_loggedin', from: 25, to: 50 }],
  })
})

test('a file that disappears is STALE, on the page and in the stream', async () => {
  const { ask, path, url } = await scene()
  const abort = new AbortController()
  const stream = await fetch(`${url}/api/v1/stream`, { signal: abort.signal })
  const coming = until(stream.body as unknown as AsyncIterable<Uint8Array>, '"status":"STALE"')
  rmSync(path)
  expect(await coming).toMatch(/^retry: 2000\n\nevent: status\ndata: {"status":"READY"/)
  abort.abort()
  const now = await ask<Now>('/now')
  expect(now.status).toBe('STALE')
  expect(now.staleSince).not.toBeNull()
  expect(now.timeline.some(({ kind }) => kind === 'stale')).toBe(true)
})

test('a change that was saved here has who and why, on the page and in the stream', async () => {
  const { ask, post, url, path } = await scene()
  const abort = new AbortController()
  const stream = await fetch(`${url}/api/v1/stream`, { signal: abort.signal })
  const coming = until(stream.body as unknown as AsyncIterable<Uint8Array>, 'event: change')
  await post('/features/header/off', { reason: 'it broke' })
  expect(await coming).toContain('"by":"local","reason":"it broke"')
  abort.abort()
  const changes = async () =>
    (await ask<Now>('/now')).timeline.filter(({ kind }) => kind === 'change')
  expect(await changes()).toMatchObject([{ changed: ['header'], by: 'local', reason: 'it broke' }])
  writeFileSync(path, LIVE.replace('feature_header: on', 'feature_header: { gold: true }'))
  await eventually('the change is noticed', async () => (await changes()).length === 2)
  expect((await changes())[0]).toMatchObject({ by: null, reason: null })
})
