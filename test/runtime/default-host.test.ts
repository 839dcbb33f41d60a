import { hostname } from 'node:os'
import { defaultHost } from '../../src/runtime/default-host'

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
    defaultHost({ pm_id: '2' }, '/srv/app/server.js'),
  ]
  expect(new Set(names).size).toBe(names.length)
})
