/** Nest on both of its platforms, by the contract of all frameworks, and its decorators. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { frameworkContract, type Running } from '../contracts/framework'
import { typeScript } from '../support/type-script'

const program = join(__dirname, '../support/nest-process.ts')

/** Each platform runs in a process of its own. */
async function start(platform: string): Promise<Running> {
  const child = spawn(process.execPath, [...typeScript, program, platform], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [printed] = (await once(child.stdout, 'data')) as [Buffer]
  const urls = JSON.parse(String(printed)) as Omit<Running, 'close'>
  return { ...urls, close: async () => child.kill() && once(child, 'exit') }
}

describe.each(['express', 'fastify'])('on %s', (platform) => {
  let running: Running
  frameworkContract(async () => (running = await start(platform)))

  test.each([
    ['/guarded/by-method', 404, undefined],
    ['/guarded/by-method?feature=has_it', 200, [true, true, true]],
    ['/guarded-class', 404, undefined],
    ['/guarded-class?feature=has_it', 200, 'there'],
  ])('@Feature: %s answers %d', async (path, status, expected) => {
    const answer = await fetch(running.url + path)
    const text = await answer.text()
    expect(answer.status).toBe(status)
    if (expected !== undefined)
      expect(text).toBe(typeof expected === 'string' ? expected : JSON.stringify(expected))
  })
})
