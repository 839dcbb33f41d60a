import type { PatternCompiler } from '../growthbook/patterns'

/** Patterns of one content. What searches in linear time is loaded when the first is met: most live configs have none. */
export function lazyPatterns(): PatternCompiler {
  let compile: PatternCompiler | undefined
  return (source, ignoreCase) => (compile ??= load())(source, ignoreCase)
}

function load(): PatternCompiler {
  // eslint-disable-next-line @typescript-eslint/no-require-imports, @typescript-eslint/consistent-type-imports -- an import would load it for everybody, import() would make compiling asynchronous
  const { createLinearPatterns } = require('../growthbook/linear-patterns') as typeof import('../growthbook/linear-patterns')
  return createLinearPatterns()
}
