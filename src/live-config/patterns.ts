import type { PatternCompiler } from '../growthbook/patterns'

/** Loads what searches in linear time when the first pattern is met: most live configs have none. */
export const patterns: PatternCompiler = (source, ignoreCase) => {
  // eslint-disable-next-line @typescript-eslint/no-require-imports, @typescript-eslint/consistent-type-imports -- an import would load it for everybody, import() would make compiling asynchronous
  const { createLinearPatterns } = require('../growthbook/linear-patterns') as typeof import('../growthbook/linear-patterns')
  return createLinearPatterns()(source, ignoreCase)
}
