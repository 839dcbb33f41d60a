import { execFileSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import Database from 'better-sqlite3'
import { tempDir } from '../support/temp-dir'
import { typeScript } from '../support/type-script'

interface Outcome {
  readonly acknowledged: number
  readonly received: number
  readonly written: number
  readonly spilled: number
  readonly dropped: number
}

/** Counts the rows of the spill file that the store does not have. */
const waitingOnly = `
  select count(*) from liveflag_spill, json_each(batch, '$.exposures') as row
  where row.value ->> 'unit' not in (select unit from records.liveflag_exposures)`

function rowsIn(directory: string, query: string): number {
  const database = new Database(join(directory, 'spill.db'), { readonly: true })
  database.exec(`attach '${join(directory, 'records.db')}' as records`)
  const rows = database.prepare<[], number>(query).pluck().get() ?? 0
  database.close()
  return rows
}

test('on a disk that gets full under the store and the spill file, every acknowledged row is in one of them, and the others are counted', () => {
  const directory = tempDir()
  const program = [...typeScript, 'test/support/full-disk-process.ts', directory]
  const said = execFileSync(
    '/bin/bash',
    ['-c', 'ulimit -f 600; exec "$@"', 'bash', process.execPath, ...program],
    {
      cwd: resolve(__dirname, '../..'),
      encoding: 'utf8',
    },
  )
  const { acknowledged, received, written, spilled, dropped } = JSON.parse(said) as Outcome
  expect(written + spilled + dropped).toBe(received)
  expect(Math.min(written, dropped)).toBeGreaterThan(0)
  const stored = rowsIn(directory, 'select count(*) from records.liveflag_exposures')
  // Rows that were written stay in the file as well when the disk is too full to remove them.
  const waiting = rowsIn(directory, waitingOnly)
  expect([stored, waiting]).toEqual([written, spilled])
  expect(stored + waiting).toBeGreaterThanOrEqual(acknowledged)
  expect(acknowledged).toBeGreaterThan(0)
}, 60_000)
