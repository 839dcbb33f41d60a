/**
 * Adds the matchers to Vitest's `expect`, with their types, and lends its hooks to `testFeatures`. An
 * ES module, as Vitest is.
 *
 * @example
 * // vitest.config.ts
 * export default defineConfig({ test: { setupFiles: ['liveflag/testing/vitest'] } })
 */
import { afterEach, beforeEach, describe, expect } from 'vitest'
import { type LiveflagMatchers, matchers } from './matchers.js'

declare module 'vitest' {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any, @typescript-eslint/no-empty-object-type -- two declarations merge only with equal parameters
  interface Matchers<T = any> extends LiveflagMatchers<T> {}
}

expect.extend(matchers)
Object.assign(globalThis, { [Symbol.for('liveflag.runner')]: { afterEach, beforeEach, describe } })

export { matchers }
export type { LiveflagMatchers }
