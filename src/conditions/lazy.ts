import type { PatternCompiler, TargetingCompiler } from '../core/definitions'
import type * as Cel from './cel'
import type * as Linear from './patterns/linear'

/** CEL for one content. The package is loaded with the first expression: most contents have none. */
export function lazyTargeting(): TargetingCompiler {
  let compile: TargetingCompiler | undefined
  return (text) => (compile ??= loadTargeting())(text)
}

function loadTargeting(): TargetingCompiler {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it for everybody, import() would make compiling asynchronous
  const { createTargeting } = require('./cel') as typeof Cel
  return createTargeting()
}

/** The comparisons of an expression: see `celLeaves`. */
export function leavesOfTargeting(text: string): ReturnType<typeof Cel.celLeaves> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- as above
  return (require('./cel') as typeof Cel).celLeaves(text)
}

/** Patterns for one content. The package is loaded with the first pattern: most contents have none. */
export function lazyPatterns(): PatternCompiler {
  let compile: PatternCompiler | undefined
  return (source, ignoreCase) => (compile ??= loadPatterns())(source, ignoreCase)
}

function loadPatterns(): PatternCompiler {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it for everybody, import() would make compiling asynchronous
  const { createLinearPatterns } = require('./patterns/linear') as typeof Linear
  return createLinearPatterns()
}
