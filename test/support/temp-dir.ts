import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const made: string[] = []

/** A new directory of the test's own; its path holds no links. */
export function tempDir(): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'liveflag-')))
  made.push(dir)
  return dir
}

afterAll(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true })
})
