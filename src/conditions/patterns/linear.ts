import { RE2JS } from 're2js'
import type { Pattern, PatternCompiler } from '../../core/definitions'
import { createCaseFolding } from './letter-case'
import { asUnits } from './re2'
import { Translation } from './translate'

/** A longer pattern is a list that should be a saved group. */
const MAX_LENGTH = 4096

/**
 * Steps that a pattern may need for one character of a text; `(a{1000}){1000}` would need a
 * million.
 */
const MAX_STEPS = 20_000

/**
 * Compiles JavaScript's patterns for RE2, whose time grows with the text and not with its square or
 * worse: neither a careless pattern nor a visitor's text can stop the process. What only
 * backtracking could answer is refused.
 */
export function createLinearPatterns(): PatternCompiler {
  const inAnyCase = createCaseFolding()
  return (source, ignoreCase) => {
    const named = `the pattern ${JSON.stringify(source.length > 80 ? `${source.slice(0, 80)}…` : source)}`
    if (source.length > MAX_LENGTH)
      return `${named} has ${source.length} characters; write one with at most ${MAX_LENGTH}`
    const problem = syntaxProblem(source)
    if (problem !== undefined) return `${named} is no regular expression (${problem}); fix it`
    const { written, untranslatable, steps } = new Translation(
      source,
      ignoreCase ? inAnyCase : (units) => units,
    )
    if (untranslatable !== undefined) {
      return `${named} has ${JSON.stringify(untranslatable)}, which cannot be searched in linear time; write it without looking around or referring back`
    }
    return (
      (steps > MAX_STEPS ? undefined : compile(written)) ??
      `${named} is too large; write smaller repetitions`
    )
  }
}

/** Why JavaScript itself refuses a pattern. */
function syntaxProblem(source: string): string | undefined {
  try {
    new RegExp(source)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^.*: /s, '') : String(error)
  }
}

function compile(written: string): Pattern | undefined {
  try {
    const pattern = RE2JS.compile(written)
    return (text) => pattern.test(asUnits(text))
  } catch {
    return undefined
  }
}
