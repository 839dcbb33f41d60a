/** The job of a server that judges gates: what it writes, once, and what it says of failures. */
import { readFileSync, writeFileSync } from 'node:fs'
import { gatedRampOf } from '../../../../src/analysis/gated-ramp'
import { NO_RAMP_EDITS } from '../../../../src/analysis/ramp-edit'
import { publish } from '../../../../src/fleet/fleet'
import { file, memory, openFeatures, type Source } from '../../../../src/index'
import { sqliteStore } from '../../../../src/recording/sqlite'
import { SerialQueue } from '../../../../src/runtime/serial-queue'
import { Editor } from '../../../../src/server/admin/edits/editor'
import { FileAudit } from '../../../../src/server/admin/edits/file-audit'
import { MemoryEditLog } from '../../../../src/server/admin/edits/memory-edit-log'
import { SqlEditLog } from '../../../../src/server/admin/edits/sql-edit-log'
import { GateVerdicts } from '../../../../src/server/admin/gates/gate-verdicts'
import { GatesJob, type JobParts } from '../../../../src/server/admin/gates/gates-job'
import { SourceTexts } from '../../../../src/server/admin/source-texts'
import { openDatabase } from '../../../../src/server/database'
import { keySource } from '../../../../src/sources/key-source'
import { memoryKeyStore } from '../../../../src/sources/memory-key-store'
import { eventually } from '../../../support/eventually'
import { textIn } from '../../../support/key-stores'
import { DAY, type Files, recorded, START } from './scene'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

interface Also {
  readonly days?: number
  /** The file of the log that servers share; without it each has its own in memory. */
  readonly logIn?: string
  readonly source?: readonly Source[]
  readonly into?: string
  readonly verdicts?: (real: GateVerdicts) => JobParts['verdicts']
}

/** What one server of several has for its job. */
async function replica({ live, gates, db }: Files, also: Also = {}) {
  const { days = 3, logIn, into = gates, source = [file(live), file(gates)] } = also
  const now = (): number => START + days * DAY
  const features = await openFeatures({ source, now })
  features.on('problem', () => undefined)
  const texts = new SourceTexts(features)
  const database = logIn === undefined ? undefined : openDatabase(logIn, 'test')
  const log = database ? new SqlEditLog(database) : new MemoryEditLog()
  const onError = (error: unknown): never => {
    throw error
  }
  const common = { features, texts, log, proposals: undefined, queue: new SerialQueue(), onError }
  const audit = new FileAudit(common)
  const records = sqliteStore(db)
  const verdicts = new GateVerdicts({ features, records, now })
  const said: string[] = []
  const say = (level: string) => (fields: object, message: string) =>
    void said.push(`${level}: ${message} ${JSON.stringify(fields)}`)
  const job = new GatesJob({
    ...{ features, texts, into, everyMs: 1000 },
    editor: new Editor({ ...common, audit }),
    rows: {
      gatedRampOf: (name) => gatedRampOf(name, features.definition(name)?.value, 'liveflag'),
    },
    verdicts: also.verdicts?.(verdicts) ?? verdicts,
    log: { info: say('info'), warn: say('warn'), error: say('error') },
  })
  closing.push(
    () => features.close(),
    () => records.close(),
    () => database?.close(),
    () => audit.close(),
    () => job.close(),
  )
  const held = () =>
    gatedRampOf('button', features.definition('button')?.value, 'liveflag')?.ramp.heldAt(now())
  const logged = () => log.list(undefined, Number.MAX_SAFE_INTEGER, 100).edits
  return { job, features, said, held, logged }
}

const editsIn = (text: string): readonly string[] => text.match(/outcome: \w+/g) ?? []
const layer = ({ gates }: Files): string => readFileSync(gates, 'utf8')

test('a failure puts the ramp back by an edit of the layer with its reason, signed, once', async () => {
  const files = await recorded(120, 360)
  const { job, held, logged, said } = await replica(files)
  await job.judge()
  expect(editsIn(layer(files))).toEqual(['outcome: fail'])
  expect(layer(files)).toContain('reason: errors of new +200.0 % (')
  expect(held()).toMatchObject({ why: 'failed', percent: 0 })
  expect(logged()).toMatchObject([
    {
      ...{ by: 'gates', kind: 'gates', source: files.gates },
      entries: [{ feature: 'button', before: null, after: null }],
      reason: expect.stringMatching(/^button put back to 0 %: errors of new \+200\.0 % /),
    },
  ])
  expect(said).toEqual([
    expect.stringMatching(/^warn: a gate failed, so the ramp was put back .*"percent":30,"to":0,/),
  ])
  const before = layer(files)
  await job.judge()
  expect([layer(files), logged().length, said.length]).toEqual([before, 1, 1])
})

test('a pass at the end of the hold lets the ramp go on, and before it nothing is written', async () => {
  const files = await recorded(360, 120)
  const early = await replica(files, { days: 5.5 })
  await early.job.judge()
  expect([layer(files), early.said]).toEqual([NO_RAMP_EDITS, []])
  expect(early.held()).toMatchObject({ why: 'waits', percent: 50 })
  const late = await replica(files, { days: 7 })
  await late.job.judge()
  expect(editsIn(layer(files))).toEqual(['outcome: pass'])
  expect(late.held()).toBeUndefined()
  expect(late.said).toEqual([
    expect.stringContaining('info: the gates passed, so the ramp goes on'),
  ])
})

test('a server whose clock is behind does not write what one ahead of it has written', async () => {
  const files = await recorded(120, 360)
  const ahead = await replica(files, { days: 3 })
  await ahead.job.judge()
  const before = layer(files)
  const behind = await replica(files, { days: 3 - 60_000 / DAY })
  expect(behind.held()).toBeUndefined()
  await behind.job.judge()
  expect([layer(files), behind.said]).toEqual([before, []])
})

test('what cannot be said yet, and records that cannot be read, write nothing', async () => {
  const files = await recorded(100, 105)
  const open = await replica(files)
  await open.job.judge()
  const away = await replica({ ...files, db: `${files.live}/none.db` })
  await away.job.judge()
  expect([layer(files), open.said, away.said]).toEqual([NO_RAMP_EDITS, [], []])
})

test.each([
  ['with one log', true],
  ['each with a log of its own', false],
])('four servers that judge at once, %s, write it once', async (_how, isShared) => {
  const files = await recorded(120, 360)
  const also = isShared ? { logIn: `${files.live}.db` } : {}
  const servers = await Promise.all(Array.from({ length: 4 }, () => replica(files, also)))
  for (let round = 0; round < 3; round++) await Promise.all(servers.map(({ job }) => job.judge()))
  expect(editsIn(layer(files))).toEqual(['outcome: fail'])
  for (const { held } of servers) expect(held()).toMatchObject({ why: 'failed' })
  if (isShared) expect(servers[0]?.logged()).toHaveLength(1)
  expect(servers.flatMap(({ said }) => said).filter((line) => line.startsWith('error'))).toEqual([])
})

test('what somebody writes into the layer meanwhile stays, and the edit is made after it', async () => {
  const files = await recorded(120, 360)
  let isFirst = true
  const { job } = await replica(files, {
    verdicts: (real) => ({
      judge: async (ramp) => {
        if (isFirst) writeFileSync(files.gates, `# Ask Ann first.\n${layer(files)}`)
        isFirst = false
        return real.judge(ramp)
      },
    }),
  })
  await job.judge()
  expect(layer(files)).toMatch(/^# Ask Ann first\.\n/)
  expect(editsIn(layer(files))).toEqual(['outcome: fail'])
})

test('a layer that cannot be read is reported once, and its edit is made when it can', async () => {
  const files = await recorded(120, 360)
  const { job, said } = await replica(files)
  writeFileSync(files.gates, 'ramps: [\n')
  await job.judge()
  await job.judge()
  expect(said).toEqual([expect.stringContaining('error: gates could not be judged, or written')])
  writeFileSync(files.gates, NO_RAMP_EDITS)
  await job.judge()
  expect(editsIn(layer(files))).toEqual(['outcome: fail'])
  writeFileSync(files.gates, 'ramps: [\n')
  await job.judge()
  expect(said.filter((line) => line.startsWith('error'))).toHaveLength(1)
})

test('edits that a later source overrides are not written again and again', async () => {
  const files = await recorded(120, 360)
  const later = memory('ramps: {button: []}\n', { name: 'later' })
  const { job, said, held } = await replica(files, {
    source: [file(files.live), file(files.gates), later],
  })
  for (let round = 0; round < 3; round++) await job.judge()
  expect(held()).toBeUndefined()
  expect(editsIn(layer(files))).toEqual(['outcome: fail'])
  expect(said.filter((line) => line.startsWith('error'))).toEqual([
    expect.stringContaining('is not in force, as a later source has edits of it, too; put'),
  ])
})

test('a layer in a store is published, signed, and once by two servers', async () => {
  const files = await recorded(120, 360)
  const store = memoryKeyStore()
  await publish(store, NO_RAMP_EDITS, { by: 'ann', reason: 'first' })
  const servers = await Promise.all(
    [1, 2].map(() =>
      replica(files, { source: [file(files.live), keySource(store)], into: store.name }),
    ),
  )
  await Promise.all(servers.map(({ job }) => job.judge()))
  await Promise.all(servers.map(({ job }) => job.judge()))
  expect(editsIn((await textIn(store)) ?? '')).toEqual(['outcome: fail'])
  for (const { held } of servers) await eventually('it is in force', () => held()?.why === 'failed')
})

test('nothing is written after the end', async () => {
  const files = await recorded(120, 360)
  const { job } = await replica(files, {
    verdicts: (real) => ({
      judge: (ramp) => {
        job.close()
        return real.judge(ramp)
      },
    }),
  })
  await job.judge()
  expect(layer(files)).toBe(NO_RAMP_EDITS)
})
