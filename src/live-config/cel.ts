import type { TargetingCompiler } from '../core/targeting'
import type * as Cel from './cel-expressions'

/** CEL of one content. The language is loaded when the first expression is met: most live configs have none. */
export function lazyTargeting(): TargetingCompiler {
  let compile: TargetingCompiler | undefined
  return (text) => (compile ??= load())(text)
}

function load(): TargetingCompiler {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it for everybody, import() would make compiling asynchronous
  const { createTargeting } = require('./cel-expressions') as typeof Cel
  return createTargeting()
}
