import { badValue } from './json-text'

/** What of a runner is used; each of Jest, Vitest, Mocha and node:test has these. */
export interface Runner {
  readonly beforeEach: (run: () => unknown) => unknown
  readonly afterEach: (run: () => unknown) => unknown
  readonly describe: (title: string, define: () => void) => unknown
}

/** Where `liveflag/testing/vitest` leaves the hooks of Vitest, which are global only on request. */
const RUNNER = Symbol.for('liveflag.runner')

interface Globals extends Partial<Runner> {
  readonly [RUNNER]?: Runner
  readonly jest?: unknown
  readonly expect?: { readonly getState?: () => { readonly currentTestName?: string } }
}

/** The runner that runs this file: its globals, or node:test. */
export function runnerHere(): Partial<Runner> {
  const { beforeEach, afterEach, describe } = globalThis as Globals
  if (typeof beforeEach === 'function' && typeof afterEach === 'function')
    return { beforeEach, afterEach, ...(describe && { describe }) }
  return (globalThis as Globals)[RUNNER] ?? (isNodeTest() ? nodeTest() : {})
}

/** Loading node:test elsewhere would begin a report of tests. */
const isNodeTest = (): boolean =>
  process.env.NODE_TEST_CONTEXT !== undefined ||
  process.execArgv.some((argument) => argument === '--test')

function nodeTest(): Runner {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- only a process that node:test runs may load it
  const { beforeEach, afterEach, describe } = require('node:test') as Runner
  return { beforeEach, afterEach, describe }
}

/**
 * Adds hooks while the runner reads the file. Within a test it adds none: Jest fails that test, and
 * others would run the hooks elsewhere. Returns whether it did.
 */
export function addHooks({ beforeEach, afterEach }: Partial<Runner>, hooks: Hooks): boolean {
  if (!beforeEach || !afterEach || isWithinTest()) return false
  try {
    beforeEach(hooks.before)
    afterEach(hooks.after)
    return true
  } catch {
    // The runner takes no hooks here.
    return false
  }
}

export interface Hooks {
  readonly before: () => unknown
  readonly after: () => unknown
}

function isWithinTest(): boolean {
  const { expect, jest } = globalThis as Globals
  if (expect?.getState?.().currentTestName !== undefined) return true
  return jest !== undefined && !isReadByJest()
}

/** Jest has no question for it: the file is read by its runtime, or by a `describe`. */
function isReadByJest(): boolean {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 100
  const stack = new Error().stack ?? ''
  Error.stackTraceLimit = limit
  return /jest-runtime|_dispatchDescribe/.test(stack) && !stack.includes('_callCircus')
}

/**
 * One block of tests for each of these values: `set` runs before each of its tests. The tests are
 * those that `define` defines.
 */
export function describeEach<T>(
  call: string,
  { describe, beforeEach }: Partial<Runner>,
  values: readonly T[],
  { title, set, define }: Block<T>,
): void {
  if (!describe || !beforeEach)
    throw badValue(
      call,
      'there is no runner of tests here; pass its hooks: testFeatures({}, { describe, beforeEach, afterEach })',
    )
  for (const value of values)
    describe(title(value), () => {
      beforeEach(() => set(value))
      define(value)
    })
}

export interface Block<T> {
  readonly title: (value: T) => string
  readonly set: (value: T) => void
  readonly define: (value: T) => void
}
