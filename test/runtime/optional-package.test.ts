import { LiveflagError } from '../../src/core/errors'
import { loadOptional } from '../../src/runtime/optional-package'
import { loadSqlite } from '../../src/runtime/sqlite-package'

function errorOf(call: () => unknown): LiveflagError {
  try {
    call()
  } catch (error) {
    if (error instanceof LiveflagError) return error
    throw error
  }
  throw new Error('it did not throw')
}

const failing = (message: string, code?: string) => (): never => {
  throw Object.assign(new Error(message), { code })
}

test('gives what was loaded', () => {
  expect(loadOptional('f', 'a-package', () => 'loaded')).toBe('loaded')
})

test.each([
  [
    'is not installed',
    failing("Cannot find module 'a-package'\nRequire stack:\n- /x.js", 'MODULE_NOT_FOUND'),
    'f needs the package a-package, which is not installed; run npm install a-package@1',
  ],
  [
    'lacks a package that it needs itself',
    failing("Cannot find module 'another'\nRequire stack:\n- /x.js", 'MODULE_NOT_FOUND'),
    "f needs the package a-package, which is installed but failed to load (Cannot find module 'another'); install it anew for this version of Node: npm install a-package@1",
  ],
  [
    'was built for another version of Node',
    failing('NODE_MODULE_VERSION 115', 'ERR_DLOPEN_FAILED'),
    'f needs the package a-package, which is installed but failed to load (NODE_MODULE_VERSION 115); install it anew for this version of Node: npm install a-package@1',
  ],
])('a package that %s is one clear error, with its cause', (_, load, message) => {
  const error = errorOf(() => loadOptional('f', 'a-package', load, 'a-package@1'))
  expect(error).toMatchObject({ code: 'LIVEFLAG_MISSING_PACKAGE', message })
  expect(error.cause).toBeInstanceOf(Error)
})

test('SQLite is loaded with its native part', () => {
  expect(new (loadSqlite('f'))(':memory:').open).toBe(true)
  jest.isolateModules(() => {
    jest.doMock('better-sqlite3', () =>
      jest.fn(failing('Could not locate the bindings file', undefined)),
    )
    const { loadSqlite: load } = require('../../src/runtime/sqlite-package') as {
      loadSqlite: typeof loadSqlite
    }
    expect(() => load('f')).toThrow(
      expect.objectContaining({
        code: 'LIVEFLAG_MISSING_PACKAGE',
        message: expect.stringContaining('failed to load (Could not locate the bindings file)'),
      }),
    )
    jest.dontMock('better-sqlite3')
  })
})
