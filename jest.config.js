'use strict'

// Types are checked once, by `npm run types`; here TypeScript is only transpiled, so that a test starts at once.
const transpile = {
  jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
  module: { type: 'commonjs', ignoreDynamic: false },
  sourceMaps: 'inline',
}

// Published as ES modules alone. Node loads them by require(); jest's own module registry wants CommonJS.
const MODULES = '@marcbachmann/cel-js'
const asCommonJs = { ...transpile, jsc: { target: 'es2022', parser: { syntax: 'ecmascript' } } }

// Tests that drive other programs at length have a run of their own (`npm run test:system`), so that
// the suite stays at five minutes; `LIVEFLAG_TESTS` is set by scripts/test.mjs.
const SYSTEM = '\\.(browser|system)\\.test\\.ts$'
const RUNS = {
  suite: { testPathIgnorePatterns: ['/node_modules/', SYSTEM] },
  system: { testRegex: [SYSTEM] },
  all: {},
}
const run = process.env.LIVEFLAG_TESTS ?? 'all'
const { testRegex, ...ignored } = RUNS[run]

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  rootDir: __dirname,
  roots: ['<rootDir>/src', '<rootDir>/test'],
  ...(testRegex ? { testRegex } : { testMatch: ['<rootDir>/test/**/*.test.ts'] }),
  ...ignored,
  transform: {
    '^.+\\.[cm]?ts$': ['@swc/jest', transpile],
    [`node_modules/${MODULES}/.+\\.js$`]: ['@swc/jest', asCommonJs],
  },
  transformIgnorePatterns: [`/node_modules/(?!${MODULES}/)`],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  cacheDirectory: '<rootDir>/.cache/jest',
  globalSetup: '<rootDir>/test/support/browser-setup.ts',
  globalTeardown: '<rootDir>/test/support/browser-teardown.ts',
  // A third suite works while one of two waits for a process, a database or a file system.
  maxWorkers: 3,
  testSequencer: '<rootDir>/scripts/jest-sequencer.js',
  // Browsers, servers and databases of a busy machine take their time.
  testTimeout: run === 'suite' ? 20_000 : 60_000,
  reporters: ['default', '<rootDir>/scripts/jest-closing-line.js'],
}
