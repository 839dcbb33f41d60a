import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { sqliteStore } from '../../src/recording/sqlite'
import { tempDir } from '../support/temp-dir'
import { typeScript } from '../support/type-script'

/**
 * Runs the program, by default until SIGTERM. Returns how it ended and how many units it had
 * recorded.
 */
async function ended(
  how?: 'listens' | 'writes',
): Promise<{ code: unknown; signal: unknown; units: number | undefined }> {
  const path = join(tempDir(), 'records.db')
  const child = spawn(
    process.execPath,
    [...typeScript.arguments, 'test/support/recording-process.ts', path, ...(how ? [how] : [])],
    {
      cwd: resolve(__dirname, '../..'),
      env: { ...process.env, ...typeScript.environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  await once(child.stdout, 'data')
  if (how !== 'writes') child.kill('SIGTERM')
  const [code, signal] = (await once(child, 'exit')) as unknown[]
  const store = sqliteStore(path)
  const [variant] = await store.exposedUnits('exp')
  await store.close()
  return { code, signal, units: variant?.units }
}

test('a signal closes the writer first, and then ends the process as usual', async () => {
  expect(await ended()).toEqual({ code: null, signal: 'SIGTERM', units: 50 })
}, 30_000)

test('a process that listens for the signal itself chooses how it ends', async () => {
  expect(await ended('listens')).toEqual({ code: 7, signal: null, units: 50 })
}, 30_000)

test('a process that has nothing more to do ends once its rows are written by the thread', async () => {
  expect(await ended('writes')).toEqual({ code: 0, signal: null, units: 50 })
}, 30_000)
