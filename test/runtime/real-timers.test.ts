/** Fake timers that were there before liveflag was loaded: real runners, in processes of their own. */
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import timers from 'node:timers'
import { areReal, realClock, socketTimers } from '../../src/runtime/real-timers'
import { tempDir } from '../support/temp-dir'

const dist = join(__dirname, '..', '..', 'dist')

async function runNodeTest(script: string): Promise<string> {
  const path = join(tempDir(), 'mocked.test.cjs')
  writeFileSync(path, `const dist = ${JSON.stringify(dist)}\n${script}`)
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const { stdout } = await promisify(execFile)(process.execPath, ['--test', path], {
    env,
    timeout: 15_000,
  })
  return stdout
}

const MOCKED_FIRST = `
const { test, mock } = require('node:test')
const assert = require('node:assert/strict')
const { writeFileSync } = require('node:fs')
const { join } = require('node:path')
mock.timers.enable({ now: Date.parse('2031-05-01T12:00:00Z') })
const { file, openFeatures } = require(dist)
const { testFeatures } = require(join(dist, 'testing', 'testing.js'))

test('a file opens, its change is noticed by polling, and it closes', async () => {
  const path = join(__dirname, 'live.json')
  writeFileSync(path, '{"feature_a":"on"}')
  const features = await openFeatures({ source: file(path, { events: false, pollMs: 20, settleMs: 1 }) })
  assert.ok(features.isEnabled('a'))
  const changed = new Promise((resolve) => features.on('change', resolve))
  writeFileSync(path, '{"feature_a": "off"}')
  // A watch does not hold the process.
  const held = require('node:http').createServer().listen(0)
  await changed
  held.close()
  assert.equal(features.isEnabled('a'), false)
  assert.equal(features.now(), Date.parse('2031-05-01T12:00:00Z'))
  await features.close()
})

test('features for tests are set, restored and closed', async () => {
  const features = testFeatures({ a: true })
  await features.setDefinition('b', 'on')
  assert.deepEqual([features.isEnabled('a'), features.isEnabled('b')], [true, true])
  await features.close()
})

test('an http source that does not answer gives up in time', async () => {
  const { http } = require(join(dist, 'sources', 'http.js'))
  const server = require('node:http').createServer(() => undefined).listen(0)
  await require('node:events').once(server, 'listening')
  const source = http('http://127.0.0.1:' + server.address().port, { totalTimeoutMs: 50, maxBackoffMs: 1000 })
  await assert.rejects(openFeatures({ source }), { code: 'LIVEFLAG_NO_CONFIG' })
  server.closeAllConnections()
  server.close()
})
`

test("liveflag waits by real timers where node:test's mock was there before it", async () => {
  expect(await runNodeTest(MOCKED_FIRST)).toMatch(/# pass 3\n# fail 0/)
})

const TAKEN_AWAY = `
const { test, mock } = require('node:test')
const assert = require('node:assert/strict')
mock.timers.enable()
const { openFeatures, memory } = require(dist)
mock.timers.reset()

test('a mock that is gone again leaves nothing behind', async () => {
  const source = memory('feature_a: on')
  const features = await openFeatures({ source })
  await source.set('feature_a: off')
  assert.equal(features.isEnabled('a'), false)
  await features.close()
})
`

test("neither does it depend on a mock's being taken away", async () => {
  expect(await runNodeTest(TAKEN_AWAY)).toMatch(/# pass 1\n# fail 0/)
})

describe('timers of a socket', () => {
  const { setInterval, clearInterval, setTimeout, clearTimeout, delay, nextTurn } = socketTimers()

  test('ring once, or again and again until they are cleared', async () => {
    const rung: string[] = []
    const cleared = setTimeout(() => rung.push('never'), 1)
    clearTimeout(cleared)
    clearTimeout(undefined)
    setTimeout(() => rung.push('once'), 1)
    await new Promise<void>((resolve) => {
      const interval = setInterval(() => {
        rung.push('again')
        if (rung.filter((word) => word === 'again').length < 3) return
        clearInterval(interval)
        resolve()
      }, 2)
    })
    await delay(5)
    expect(rung.sort()).toEqual(['again', 'again', 'again', 'once'])
  })

  test('resolve with a value, and reject with the reason of an abort', async () => {
    expect(await delay(1, 'value')).toBe('value')
    expect(await nextTurn('next')).toBe('next')
    const abort = new AbortController()
    const waiting = delay(60_000, undefined, { signal: abort.signal, ref: false })
    abort.abort(new Error('over'))
    await expect(waiting).rejects.toThrow('over')
    await expect(delay(60_000, undefined, { signal: abort.signal })).rejects.toThrow('over')
  })
})

test('timers of Node are real, and those that list nothing in its event loop are not', () => {
  expect(areReal(timers)).toBe(true)
  for (const name of ['setTimeout', 'setInterval', 'setImmediate'] as const) {
    const fake = jest.spyOn(timers, name).mockImplementation(() => undefined as never)
    expect(areReal(timers)).toBe(false)
    fake.mockRestore()
  }
})

test('the time of day is real beside a Date of a test', () => {
  const before = Date.now()
  expect(realClock()).toBe(Date.now)
  jest.useFakeTimers({ now: 0 })
  const real = realClock()
  expect([Date.now(), real() >= before]).toEqual([0, true])
  jest.useRealTimers()
})
