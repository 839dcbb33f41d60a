import { hostname } from 'node:os'
import { keySource } from '../../../src/sources/key-source'
import { defaultHost, FLEET } from '../../../src/sources/keyed/fleet'
import { memoryKeyStore } from '../../../src/sources/memory-key-store'

test('a process has the same name after a restart', () => {
  const name = defaultHost({}, '/srv/app/server.js')
  expect(name).toBe(`${hostname()}-76d593`)
  expect(defaultHost({}, '/srv/app/server.js')).toBe(name)
})

test('two programs, and two instances of one, have names of their own', () => {
  const names = [
    defaultHost({}, '/srv/app/server.js'),
    defaultHost({}, '/srv/app/worker.js'),
    defaultHost({ NODE_APP_INSTANCE: '0' }, '/srv/app/server.js'),
    defaultHost({ NODE_APP_INSTANCE: '1' }, '/srv/app/server.js'),
    defaultHost({ NODE_UNIQUE_ID: '2' }, '/srv/app/server.js'),
  ]
  expect(new Set(names).size).toBe(names.length)
})

test.each([
  [{}, true],
  [{ host: 'web-1' }, true],
  [{ health: () => ({ isHealthy: true }) }, true],
  [{ host: '' }, false],
  [{ host: 'x'.repeat(201) }, false],
  [{ hosts: 'web-1' }, false],
  [{ health: true }, false],
  [true, false],
])('the option may be %j: %s', (value, fits) => {
  expect(FLEET.fits(value)).toBe(fits)
})

test('a wrong one is refused when the source is made', () => {
  expect(() => keySource(memoryKeyStore(), { fleet: { host: '' } })).toThrow(
    /fleet is .*; give an object/,
  )
})
