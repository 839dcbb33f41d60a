/**
 * A busy server: new visitors all the time, edits of its file, exposures into SQLite. In the long
 * form some ten minutes of it.
 */
import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isLongRun, PATIENCE, sized } from '../support/long-run'

interface Measured {
  /** Bytes in use, after a collection. */
  readonly heaps: readonly number[]
  /** Listeners of the process, each time. */
  readonly listening: readonly number[]
  readonly before: number
  readonly after: number
  readonly failed: number
  readonly changes: number
  readonly received: number
  readonly written: number
  readonly dropped: number
}

const folder = mkdtempSync(join(tmpdir(), 'liveflag-busy-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function run(requests: number, between: number) {
  const program = join(__dirname, '../support/busy-server-process.cjs')
  const child = fork(program, [folder, String(requests), String(between)], {
    execArgv: ['--expose-gc'],
  })
  let measured: Measured | undefined
  child.on('message', (message) => (measured = message as Measured))
  const code = await new Promise((resolve) => child.on('exit', resolve))
  return { code, measured }
}

test(
  'its heap stays flat, no listener is left behind, no exposure is lost, and it ends when it is closed',
  async () => {
    const { code, measured } = await run(sized(400, 60_000), sized(40, 100))
    expect(code).toBe(0)
    expect(measured).toMatchObject({ failed: 0, dropped: 0 })
    const { heaps = [], listening = [], before, after, received, written, changes } = measured ?? {}
    expect(written).toBe(received)
    expect(received).toBeGreaterThan(0)
    expect(changes).toBeGreaterThan(0)
    expect(new Set(listening).size).toBe(1)
    expect(after).toBe(before)
    // The first samples warm up: code is compiled, and tables are filled up to their bounds.
    const [warm = 0, last = 0] = [heaps[Math.floor(heaps.length / 2) - 1], heaps.at(-1)]
    expect(last / warm).toBeLessThan(isLongRun ? 1.1 : 1.5)
  },
  PATIENCE,
)
