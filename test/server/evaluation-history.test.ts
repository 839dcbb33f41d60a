import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { openDatabase } from '../../src/server/database'
import { EvaluationHistory } from '../../src/server/evaluation-history'
import { Evaluations } from '../../src/server/evaluations'
import { tempDir } from '../support/temp-dir'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const START = 20_000 * DAY + 10 * HOUR

function scene() {
  const path = join(tempDir(), 'server.db')
  const clock = { now: START }
  const problems: unknown[] = []
  const open = (database: BetterSqlite3.Database | undefined = openDatabase(path, 'test')) => {
    const evaluations = new Evaluations(() => clock.now)
    const history = new EvaluationHistory({
      evaluations,
      database,
      now: () => clock.now,
      onError: (error) => problems.push(error),
    })
    const ask = (feature: string, times = 1) => {
      for (let i = 0; i < times; i++) evaluations.count(feature, true)
    }
    return { history, ask, close: () => history.close() }
  }
  return { path, clock, problems, open }
}

test('what was asked is known after a restart, by hour and by day', () => {
  const { clock, open } = scene()
  const first = open()
  first.ask('f', 3)
  first.history.store()
  clock.now += HOUR
  first.ask('f', 2)
  const at = clock.now
  first.close()
  clock.now += DAY
  const again = open()
  expect(again.history.lastAt('f')).toBe(at)
  expect(again.history.lastAt('g')).toBeUndefined()
  again.ask('f')
  expect(again.history.lastAt('f')).toBe(clock.now)
  const hours = again.history.series('f', 'hour')
  expect([hours.stepMs, hours.starts.length, hours.starts.at(-1)]).toEqual([HOUR, 48, clock.now])
  expect(hours.asked.filter((count) => count > 0)).toEqual([3, 2, 1])
  const days = again.history.series('f', 'day')
  expect([days.starts.length, ...days.asked.slice(-2)]).toEqual([45, 5, 1])
})

test('an hour is stored where its questions are, though it has passed', () => {
  const { clock, open } = scene()
  const { history, ask } = open()
  ask('f', 4)
  history.store()
  clock.now += HOUR
  ask('f')
  expect(history.series('f', 'hour').asked.slice(-2)).toEqual([4, 1])
})

test('two servers of one database add up, and know of each other’s questions', () => {
  const { clock, open } = scene()
  const [one, other] = [open(), open()]
  one.ask('f', 2)
  other.ask('f', 3)
  one.history.store()
  other.history.store()
  expect(one.history.series('f', 'hour').asked.at(-1)).toBe(5)
  clock.now += HOUR
  other.ask('g')
  other.close()
  expect(open().history.lastAt('g')).toBe(clock.now)
})

test('48 hours and 45 days are stored, and no more', () => {
  const { path, clock, open } = scene()
  const { history, ask } = open()
  for (let day = 0; day < 60; day++) {
    for (let hour = 0; hour < 24; hour++, clock.now += HOUR) {
      ask('f')
      history.store()
    }
  }
  const count = (table: string) =>
    new BetterSqlite3(path).prepare(`SELECT count(*) AS n FROM liveflag_asked_${table}`).get()
  expect([count('hours'), count('days'), count('last')]).toEqual([{ n: 48 }, { n: 45 }, { n: 1 }])
  clock.now += 50 * DAY
  open()
  expect([count('hours'), count('days')]).toEqual([{ n: 0 }, { n: 0 }])
})

test.each<[what: string, gaps: readonly number[], since: number]>([
  ['one restart a day', [1, 1, 1], START],
  ['a day on which it ran, then the next one', [0.6, 0.6], START],
  ['a day without a server in between', [1, 2], START + 3 * DAY],
  ['a month without one', [1, 30, 1], START + 31 * DAY],
])('it has watched since there was a day without a server: %s', (_, gaps, since) => {
  const { clock, open } = scene()
  open().close()
  let latest = open()
  for (const days of gaps) {
    latest.close()
    clock.now += days * DAY
    latest = open()
  }
  expect(latest.history.watchedSince).toBe(since)
})

test('a counter that counts for longer than the server has watched for as long', () => {
  const clock = { now: START }
  const evaluations = new Evaluations(() => clock.now)
  clock.now += 5 * DAY
  const database = openDatabase(':memory:', 'test')
  const parts = { evaluations, database, now: () => clock.now, onError: () => undefined }
  expect(new EvaluationHistory(parts).watchedSince).toBe(START)
})

test('a database that is locked is reported, and nothing is lost', () => {
  const { path, problems, open } = scene()
  const database = new BetterSqlite3(path, { timeout: 0 })
  const { history, ask } = open(database)
  ask('f', 3)
  const other = new BetterSqlite3(path)
  other.exec('BEGIN IMMEDIATE')
  history.store()
  expect(problems).toMatchObject([{ code: 'SQLITE_BUSY' }])
  other.exec('COMMIT')
  history.store()
  expect(history.series('f', 'hour').asked.at(-1)).toBe(3)
})

test('thousands of features are stored', () => {
  const { open } = scene()
  const { history, ask, close } = open()
  for (let i = 0; i < 1700; i++) ask(`f${i}`)
  history.store()
  expect(history.series('f1699', 'day').asked.at(-1)).toBe(1)
  close()
})

test('without a database, what is counted here is known', () => {
  const clock = { now: START }
  const evaluations = new Evaluations(() => clock.now)
  const parts = { evaluations, database: undefined, now: () => clock.now, onError: () => undefined }
  const history = new EvaluationHistory(parts)
  evaluations.count('f', true)
  expect([history.lastAt('f'), history.lastAt('g'), history.watchedSince]).toEqual([
    START,
    undefined,
    START,
  ])
  expect(history.series('f', 'day')).toEqual({ starts: [], stepMs: DAY, asked: [] })
})

test('what a clock that was ahead has left is no question of the future', () => {
  const { clock, open } = scene()
  clock.now += 100 * DAY
  const ahead = open()
  ahead.ask('f')
  ahead.close()
  clock.now = START
  const { history } = open()
  expect([history.lastAt('f'), history.watchedSince]).toEqual([START, START])
})
