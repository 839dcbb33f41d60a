/**
 * Adds the matchers to Jest's `expect`, with their types.
 *
 * @example
 * // jest.config.js
 * module.exports = { setupFilesAfterEnv: ['liveflag/testing/jest'] }
 */
import { type LiveflagMatchers, matchers } from './matchers'

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- the types of Jest are a namespace
  namespace jest {
    // eslint-disable-next-line @typescript-eslint/no-unused-vars, @typescript-eslint/no-empty-object-type -- two declarations merge only with equal parameters
    interface Matchers<R, T = {}> extends LiveflagMatchers<R> {}
  }
}

// Jest's `expect` is global where its tests run, and nowhere else.
;(globalThis as { expect?: { extend(added: typeof matchers): void } }).expect?.extend(matchers)

export { matchers }
export type { LiveflagMatchers }
