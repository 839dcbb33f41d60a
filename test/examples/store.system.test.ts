/** The example of a server whose live config is in Redis, as two processes. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { root } from '../house/files'
import { eventually } from '../support/eventually'
import { startRedis } from '../support/redis'
import { tempDir } from '../support/temp-dir'
import { describeWith } from '../support/with-program'

const start = `
  import { runNode, typeScript } from './scripts/run-node.mjs'
  runNode([...typeScript, 'examples/store/server.ts'])`
const running: ChildProcess[] = []

async function server(env: NodeJS.ProcessEnv): Promise<() => Promise<string>> {
  const args = ['--input-type=module', '-e', start]
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  running.push(child)
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text))
  await eventually('it listens', () => printed.includes('http://'), 30_000)
  const url = printed.trim()
  return async () => (await fetch(url)).text()
}

afterAll(async () => {
  for (const child of running) {
    const ended = once(child, 'exit')
    // The group: the example runs below the script that started it.
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
    await ended
  }
})

describeWith('redis-server', 'the example of a store', (program) => {
  test('an edit of the key is in force in every process, and the last good while it is away', async () => {
    const redis = await startRedis(program, { appendOnly: true })
    const set = (text: string): unknown =>
      execFileSync('redis-cli', ['-p', String(redis.port), '-x', 'set', 'live'], { input: text })
    execFileSync('redis-cli', [
      '-p',
      String(redis.port),
      'config',
      'set',
      'notify-keyspace-events',
      'K$',
    ])
    set('feature_new_basket: off\n')
    const env = { LIVE_CONFIG: `${redis.url}?key=live`, CACHE: join(tempDir(), 'live.json') }
    const asks = await Promise.all([server(env), server({ ...env, CACHE: '' })])
    for (const ask of asks) expect(await ask()).toBe('old basket, READY, generation 1\n')
    set('feature_new_basket: on\n')
    for (const ask of asks)
      await eventually('it is in force', async () => (await ask()).startsWith('new basket, READY'))
    await redis.kill()
    const late = await server(env)
    expect(await late()).toMatch(/^new basket, STALE/)
    await redis.end()
  }, 90_000)
})
