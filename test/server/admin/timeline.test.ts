import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { type Causes, Timeline, type TimelineParts } from '../../../src/server/admin/timeline'
import { openDatabase } from '../../../src/server/database'
import { memory, openFeatures, type Problem } from '../../../src/index'
import { tempDir } from '../../support/temp-dir'
import { Emitter } from '../../../src/engine/events'

const NO_STORE = { knows: () => false, of: async () => undefined }
const NOBODY = { causes: { causeOf: () => undefined }, publishers: NO_STORE }

const problem = (code: number): Problem => ({
  code: 'bad-type',
  severity: 'error',
  message: `problem ${code}`,
})

/** A live config that has nothing but events. */
function eventful() {
  const emitter = new Emitter(() => undefined)
  const features = {
    on(...args: Parameters<Emitter['on']>) {
      emitter.on(...args)
      return features
    },
    off(...args: Parameters<Emitter['off']>) {
      emitter.off(...args)
      return features
    },
    now: () => 1,
    snapshot: { sources: [] },
  }
  const open = (database?: ReturnType<typeof openDatabase>) =>
    new Timeline({ features, ...NOBODY } as unknown as TimelineParts, database)
  return { emitter, open }
}

const textsOf = ({ events }: Timeline) =>
  events.map((event) => ('text' in event ? event.text : event.kind))

test.each([
  ['in memory', () => undefined],
  ['in SQLite', () => openDatabase(':memory:', 'test')],
])(
  'of thousands of events at once the newest 100 are shown, the newest first: %s',
  (_, database) => {
    const { emitter, open } = eventful()
    const timeline = open(database())
    for (let i = 1; i <= 2500; i++) emitter.emit('problem', problem(i))
    expect(timeline.events).toHaveLength(100)
    expect(textsOf(timeline)[0]).toContain('problem 2500')
    expect(textsOf(timeline)[99]).toContain('problem 2401')
    timeline.close()
  },
)

test('events of two servers of one file are in one order, and outlive both', () => {
  const path = join(tempDir(), 'server.db')
  const [one, other] = [eventful(), eventful()]
  const timelines = [one, other].map(({ open }) => open(openDatabase(path, 'test')))
  one.emitter.emit('problem', problem(1))
  expect(timelines[0]?.events).toHaveLength(1)
  other.emitter.emit('problem', problem(2))
  expect(timelines[1]?.events).toHaveLength(2)
  one.emitter.emit('solved', problem(1))
  for (const timeline of timelines) timeline.close()
  const { events } = eventful().open(openDatabase(path, 'test'))
  expect(events.map(({ kind }) => kind)).toEqual(['solved', 'problem', 'problem'])
  const rows = new BetterSqlite3(path).prepare('SELECT count(*) AS n FROM liveflag_timeline').get()
  expect(rows).toEqual({ n: 3 })
})

test('what a locked database does not take is shown, and stored later', () => {
  const path = join(tempDir(), 'server.db')
  const { emitter, open } = eventful()
  const database = new BetterSqlite3(path, { timeout: 0 })
  const timeline = open(database)
  const other = new BetterSqlite3(path)
  other.exec('BEGIN IMMEDIATE')
  emitter.emit('problem', problem(1))
  expect(timeline.events).toHaveLength(1)
  other.exec('COMMIT')
  expect(timeline.events).toHaveLength(1)
  expect(other.prepare('SELECT count(*) AS n FROM liveflag_timeline').get()).toEqual({ n: 1 })
  timeline.close()
})

test('a change has whoever made its source what it is, and no other source’s', async () => {
  const [first, second] = [
    memory('feature_a: on', { format: 'yaml', name: 'first' }),
    memory('feature_b: on', { format: 'yaml', name: 'second' }),
  ]
  const features = await openFeatures({ source: [first, second] })
  const asked: string[] = []
  const causes: Causes = {
    causeOf: (source) => {
      asked.push(source)
      return source === 'second' ? { by: 'ann', reason: 'why' } : undefined
    },
  }
  const timeline = new Timeline({ features, causes, publishers: NO_STORE }, undefined)
  await second.set('feature_b: off')
  await first.set('feature_a: off')
  expect(timeline.events.filter(({ kind }) => kind === 'change')).toMatchObject([
    { changed: ['a'], by: null, reason: null },
    { changed: ['b'], by: 'ann', reason: 'why' },
  ])
  expect(asked).toEqual(['second', 'first'])
  timeline.close()
  await features.close()
})

describe('a change of a store', () => {
  type Signed = Awaited<ReturnType<TimelineParts['publishers']['of']>>

  async function published(database?: ReturnType<typeof openDatabase>) {
    const source = memory('feature_a: on', { format: 'yaml', name: 'live' })
    const features = await openFeatures({ source })
    // Its `ready` is told by then.
    await new Promise(setImmediate)
    const answers: ((signed: Signed) => void)[] = []
    const publishers = {
      knows: () => true,
      of: () => new Promise<Signed>((resolve) => void answers.push(resolve)),
    }
    const causes: Causes = { causeOf: () => ({ by: 'logged', reason: 'long ago' }) }
    const timeline = new Timeline({ features, causes, publishers }, database)
    const byOf = () => timeline.events.map((event) => ('by' in event ? event.by : event.kind))
    return { source, features, timeline, answers, byOf }
  }

  test.each([
    ['who published it, once it is known', { by: 'ann', reason: 'why' }, 'ann'],
    ['nobody where another tool wrote it', { by: null, reason: null }, null],
    ['whoever the log has where the store is away', undefined, 'logged'],
  ])('has %s', async (_, signed, by) => {
    const { source, features, timeline, answers, byOf } = await published()
    await source.set('feature_a: off')
    expect(byOf()).toEqual(['logged'])
    for (const answer of answers) answer(signed)
    await new Promise(setImmediate)
    expect(byOf()).toEqual([by])
    timeline.close()
    await features.close()
  })

  test('keeps its place, is asked for once, and is stored when who made it is known', async () => {
    const database = openDatabase(join(tempDir(), 'server.db'), 'test')
    const { source, features, timeline, answers, byOf } = await published(database)
    const rows = () => database?.prepare('SELECT count(*) AS n FROM liveflag_timeline').get()
    const events: unknown[] = []
    features.on('change', (change) => void events.push(timeline.changeEvent(change)))
    await source.set('feature_a: off')
    await source.set('feature_a: on')
    expect([byOf().length, answers.length, rows()]).toEqual([2, 2, { n: 0 }])
    answers[1]?.({ by: 'bob', reason: null })
    await new Promise(setImmediate)
    expect([byOf(), rows()]).toEqual([['bob', 'logged'], { n: 0 }])
    answers[0]?.({ by: 'ann', reason: null })
    await new Promise(setImmediate)
    expect([byOf(), rows()]).toEqual([['bob', 'ann'], { n: 2 }])
    expect(await Promise.all(events)).toMatchObject([{ by: 'ann' }, { by: 'bob' }])
    timeline.close()
    await features.close()
  })

  test('is stored without a name when the server ends before it is known', async () => {
    const database = openDatabase(join(tempDir(), 'server.db'), 'test')
    const { source, features, timeline } = await published(database)
    await source.set('feature_a: off')
    timeline.close()
    const [row] = database?.prepare('SELECT value FROM liveflag_timeline').all() ?? []
    expect(JSON.stringify(row)).toContain('logged')
    await features.close()
  })
})
