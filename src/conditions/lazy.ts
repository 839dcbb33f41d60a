import type { PatternCompiler, TargetingCompiler } from '../core/definitions'
import type * as Cel from './cel'
import type * as Linear from './patterns/linear'

/**
 * CEL of one content. The language is loaded when the first expression is met: most live configs
 * have none.
 */
export function lazyTargeting(): TargetingCompiler {
  let compile: TargetingCompiler | undefined
  return (text) => (compile ??= loadTargeting())(text)
}

function loadTargeting(): TargetingCompiler {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it for everybody, import() would make compiling asynchronous
  const { createTargeting } = require('./cel') as typeof Cel
  return createTargeting()
}

/**
 * Patterns of one content. What searches in linear time is loaded when the first is met: most live
 * configs have none.
 */
export function lazyPatterns(): PatternCompiler {
  let compile: PatternCompiler | undefined
  return (source, ignoreCase) => (compile ??= loadPatterns())(source, ignoreCase)
}

function loadPatterns(): PatternCompiler {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it for everybody, import() would make compiling asynchronous
  const { createLinearPatterns } = require('./patterns/linear') as typeof Linear
  return createLinearPatterns()
}
