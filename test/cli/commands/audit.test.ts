/** `liveflag audit --store PATH`: whether what was recorded is what the entries draw. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import Database from 'better-sqlite3'
import { hundredthOf } from '../../../src/hash/sha256'
import { sqliteStore } from '../../../src/recording/sqlite'
import type { CountedBatch } from '../../../src/recording/store'
import { conversionRow, exposureRow } from '../../support/rows'
import { block, liveflag } from '../captured-terminal'

const folder = mkdtempSync(join(tmpdir(), 'liveflag-audit-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const AT = Date.UTC(2026, 10, 1)
const text = JSON.stringify({
  experiment: {
    experiment_id: 'exp',
    variants: [
      { name: 'a', weight: 1 },
      { name: 'b', weight: 1 },
    ],
  },
})
const revision = createHash('sha256').update(text).digest('hex')
const config = { revision, feature: 'button', text, at: AT }

const drawn = (unit: string, also: object = {}) => {
  const bucket = hundredthOf(unit, 'exp', 'variant')
  return exposureRow(unit, bucket < 5000 ? 'a' : 'b', {
    ...{ bucket, hash: 'sha256', revision, at: AT },
    ...also,
  })
}

let stores = 0
async function recorded(batch: CountedBatch): Promise<string> {
  const path = join(folder, `records-${stores++}.db`)
  const store = sqliteStore(path)
  await store.write(batch)
  await store.close()
  return path
}

const units = Array.from({ length: 20 }, (_, i) => `u${i}`)

test('of a sound store it says how many rows it drew again, and exits 0', async () => {
  const path = await recorded({
    configs: [config],
    exposures: [...units.map((unit) => drawn(unit)), exposureRow('old', 'a', { at: AT })],
  })
  expect(await liveflag(['audit', '--store', path])).toEqual({
    code: 0,
    err: '',
    out: block(`
      21 exposures and decisions
        20 are as their entry draws them
        1 says no entry: it is older than the ledger, or of another program
      Nothing is wrong with them.
    `),
  })
})

test('it names each row that is wrong, and exits 1', async () => {
  const wrong = { variant: drawn('u0').variant === 'a' ? 'b' : 'a' }
  const bucket = hundredthOf('u0', 'exp', 'variant')
  const path = await recorded({
    configs: [config],
    exposures: [
      drawn('u0', wrong),
      drawn('u1'),
      drawn('u2', { revision: 'f'.repeat(64) }),
      drawn('u3', { at: Date.UTC(2100, 0) }),
      drawn('u4', { revision: 'f'.repeat(64) }),
      drawn('u5', { revision: 'e'.repeat(64) }),
    ],
    conversions: [conversionRow(null, 1, { decisionId: 'lost', at: AT })],
  })
  const right = drawn('u0').variant
  expect(await liveflag(['audit', '--store', path])).toEqual({
    code: 1,
    err: '',
    out: block(`
      6 exposures and decisions
        2 are as their entry draws them
      DIFFERS: exposure of u0 in exp, 2026-11-01T00:00:00.000Z: it is ${wrong.variant}, bucket ${bucket}, and the entry ${revision.slice(0, 12)} draws ${right}, bucket ${bucket}
      UNKNOWN CONFIG: exposure of u2 in exp, 2026-11-01T00:00:00.000Z and 1 more: the entry ffffffffffff is not kept
      FUTURE: exposure of u3 in exp, 2100-01-01T00:00:00.000Z
      UNKNOWN CONFIG: exposure of u5 in exp, 2026-11-01T00:00:00.000Z: the entry eeeeeeeeeeee is not kept
      ORPHANS: 1 conversion names a decision that is not there
    `),
  })
  const { out, code } = await liveflag(['audit', '--store', path, '--json'])
  expect(code).toBe(1)
  expect(JSON.parse(out)).toMatchObject({
    clean: false,
    rows: 6,
    problems: { differs: 1, 'unknown-config': 3, future: 1 },
    orphans: { conversions: 1 },
  })
})

test('a sign-in of somebody who was never exposed is an orphan', async () => {
  const path = await recorded({
    configs: [config],
    exposures: [drawn('u0', { user: 'u0', loid: 'l0' })],
  })
  expect(await liveflag(['audit', '--store', path])).toMatchObject({ code: 0 })
  const database = new Database(path)
  database.exec('delete from liveflag_exposures')
  database.close()
  const { out, code } = await liveflag(['audit', '--store', path])
  expect([code, out]).toEqual([1, expect.stringContaining('ORPHANS: 1 sign-in is of a user')])
})

test('--since leaves out what was recorded before', async () => {
  const path = await recorded({
    configs: [config],
    exposures: [drawn('u0', { variant: 'x' }), drawn('u1', { at: AT + 1000 })],
  })
  const { out, code } = await liveflag([
    'audit',
    '--store',
    path,
    '--since',
    '2026-11-01T00:00:01Z',
  ])
  expect([code, out.split('\n')[0]]).toEqual([0, '1 exposure or decision'])
})

test.each([
  ['a store without rows', {}, [], ' in this store'],
  [
    'a time without any',
    { configs: [config], exposures: [drawn('u1')] },
    ['--since', '2026-11-02'],
    ' since 2026-11-02',
  ],
])('of %s it says that there is nothing to audit, and exits 1', async (_, batch, flags, which) => {
  expect(await liveflag(['audit', '--store', await recorded(batch), ...flags])).toEqual({
    code: 1,
    out: '0 exposures and decisions\n',
    err: `liveflag: there is nothing to audit: no exposure or decision was recorded${which}\n`,
  })
})

test.each([
  [[], '--store is missing'],
  [['--store', '/nowhere.db'], 'cannot be read'],
  [['--store', '/nowhere.db', '--since', 'x'], '--since is "x"'],
])('%j is refused, and says why', async (flags, message) => {
  expect(await liveflag(['audit', ...flags])).toEqual({
    code: 2,
    out: '',
    err: expect.stringContaining(message),
  })
})
