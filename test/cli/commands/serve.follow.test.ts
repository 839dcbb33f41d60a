/** `liveflag serve --follow`: an edge of another liveflag server. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TokenStore } from '../../../src/server/token-store'
import { eventually } from '../../support/eventually'
import { tempDir } from '../../support/temp-dir'
import { liveflag, Started } from '../captured-terminal'

const started: Started[] = []
afterEach(async () => {
  for (const command of started.splice(0)) await ended(command)
})

async function ended(command: Started): Promise<number> {
  command.interrupt()
  return command.ended
}

interface Serving {
  readonly url: string
  readonly command: Started
  readonly errors: () => string
}

async function serving(args: readonly string[]): Promise<Serving> {
  const command = new Started(['serve', ...args], { env: {} })
  started.push(command)
  await eventually('it listens', () => command.stdout.lines.length > 0, 5000)
  const [line = ''] = command.stdout.lines
  return {
    url: line.replace('liveflag is listening on ', ''),
    command,
    errors: () => command.stderr.text,
  }
}

interface Flag {
  readonly value?: unknown
}

const valueAt = async (url: string, name: string, context = {}): Promise<unknown> => {
  const answer = await fetch(`${url}/ofrep/v1/evaluate/flags/${name}`, {
    method: 'POST',
    body: JSON.stringify({ context }),
  })
  return ((await answer.json()) as Flag).value
}

const TEXT = `
segments: { pilot: [t2_1] }
feature_a: { default: one }
feature_share: { percent_loggedin: 50 }
feature_pilot: { segments: [pilot] }
`

test('an edge answers as the server that it follows, sees its edits, and goes on without it, also after a start', async () => {
  const dir = tempDir()
  const path = join(dir, 'live.yaml')
  writeFileSync(path, TEXT)
  const upstream = await serving([path, '--port', '0', '--db', ':memory:'])
  const db = join(dir, 'edge.db')
  const edge = await serving(['--follow', upstream.url, '--port', '0', '--db', db])
  for (let n = 0; n < 20; n++)
    for (const name of ['a', 'share', 'pilot'])
      expect([name, n, await valueAt(edge.url, name, { targetingKey: `t2_${n}` })]).toEqual([
        name,
        n,
        await valueAt(upstream.url, name, { targetingKey: `t2_${n}` }),
      ])

  // An edit, and an entry that is broken: what is in force is followed.
  writeFileSync(path, TEXT.replace('one', 'two').replace('percent_loggedin: 50', 'percent: 1'))
  await eventually('the edge has the edit', async () => (await valueAt(edge.url, 'a')) === 'two')
  expect(await valueAt(edge.url, 'share', { targetingKey: 't2_3' })).toBe(
    await valueAt(upstream.url, 'share', { targetingKey: 't2_3' }),
  )

  expect(await ended(upstream.command)).toBe(0)
  expect(await valueAt(edge.url, 'a')).toBe('two')
  expect(await ended(edge.command)).toBe(0)

  const again = await serving(['--follow', upstream.url, '--port', '0', '--db', db])
  expect(await valueAt(again.url, 'a')).toBe('two')
  expect((await fetch(`${again.url}/readyz`)).status).toBe(200)
  const status = (await (await fetch(`${again.url}/status`)).json()) as { readonly status: string }
  expect(status.status).toBe('STALE')
}, 30_000)

test('an edge shows its token, and without one that may read it does not start', async () => {
  const dir = tempDir()
  const path = join(dir, 'live.yaml')
  writeFileSync(path, TEXT)
  const db = join(dir, 'liveflag.db')
  const tokens = new TokenStore(db, 'test')
  const { token } = tokens.create({ name: 'edge', scopes: ['read'] }, 0)
  const other = tokens.create({ name: 'shop', scopes: ['evaluate'] }, 0)
  tokens.close()
  const upstream = await serving([path, '--port', '0', '--db', db])
  const follow = ['--follow', upstream.url, '--port', '0', '--db', ':memory:']
  const edge = await serving([...follow, '--follow-token', token])
  expect(await valueAt(edge.url, 'a')).toBe('one')
  const refused = await liveflag(['serve', ...follow, '--follow-token', other.token], { env: {} })
  expect(refused.code).toBe(1)
  expect(refused.err).not.toContain(other.token)
}, 30_000)

test('with neither a source nor a server to follow it says what is missing', async () => {
  const { code, err } = await liveflag(['serve'], { env: {} })
  expect([code, err]).toEqual([
    2,
    expect.stringContaining('give a live config, or the server to --follow') as string,
  ])
})
