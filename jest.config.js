'use strict'

// Types are checked once, by `npm run types`; here TypeScript is only transpiled, so that a test starts at once.
// Jest runs CommonJS: module node16 would leave `import()` to Node, past jest's module registry.
const transpile = {
  diagnostics: false,
  tsconfig: {
    target: 'ES2022',
    module: 'commonjs',
    moduleResolution: 'node10',
    ignoreDeprecations: '5.0',
    isolatedModules: true,
    esModuleInterop: true,
    resolveJsonModule: true,
    sourceMap: true,
  },
}

// Published as ES modules alone. Node loads them by require(); jest's own module registry wants CommonJS.
const MODULES = '@marcbachmann/cel-js'
const asCommonJs = { ...transpile, tsconfig: { ...transpile.tsconfig, allowJs: true } }

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  rootDir: __dirname,
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: { '^.+\\.[cm]?ts$': ['ts-jest', transpile], [`node_modules/${MODULES}/.+\\.js$`]: ['ts-jest', asCommonJs] },
  transformIgnorePatterns: [`/node_modules/(?!${MODULES}/)`],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  cacheDirectory: '<rootDir>/.cache/jest',
  maxWorkers: 2,
  testTimeout: 20_000,
  reporters: ['default', '<rootDir>/scripts/jest-closing-line.js'],
}
