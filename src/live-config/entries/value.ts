import { type Claim, claimOf } from '../../core/decision'
import type { Feature } from '../../core/feature'
import { asSeen, hiddenCharacter } from '../../core/hidden-characters'
import { isJsonObject, type JsonObject, type JsonValue, kindOf, truthy } from '../../core/json'
import { NO_METADATA } from '../../core/metadata'
import type { Compat, EntryProblem } from '../../core/selector'
import type { Entry } from '../text/entry'
import { compileMapping } from './compile'
import type { EntryCompiler } from './entry-compiler'
import { shapeProblem } from './shape'

/**
 * The value of an entry: the mapping of a text that is JSON for one (r2's form), else the value as
 * it is written.
 */
export function decodedValue(entry: Entry, compat: Compat): JsonValue {
  const { value } = entry
  // `on` and `off` are not decoded: that would throw an exception inside, which is slow.
  if (typeof value !== 'string' || constantOf(value, compat)) return value
  const { json } = entry
  return json?.kind === 'mapping' ? json.value : value
}

/**
 * Compiles the decoded value of an entry; reports and returns undefined when it cannot be compiled
 * at all.
 */
export function compileValue(
  value: JsonValue,
  entry: Pick<Entry, 'json'>,
  compiler: EntryCompiler,
): Feature | undefined {
  const constant = constantOf(value, compiler.compat)
  if (constant) return plain(compiler.feature, constant)
  if (isJsonObject(value)) return readMapping(value, compiler)
  if (typeof value === 'string') {
    compiler.report(textProblem(value, entry))
    return undefined
  }
  const code = compiler.compat === 'r2' ? 'unparsable-config' : 'bad-type'
  const found = value === null ? 'there is no value' : `the value is ${kindOf(value)}`
  compiler.report({ code, message: `${found}; write on, off or a mapping of selectors` })
  return undefined
}

const NONE: readonly never[] = []

const plain = (name: string, constant: Claim): Feature => ({
  name,
  steps: NONE,
  otherwise: constant,
  constant,
  asksOthers: false,
  namings: NONE,
  life: undefined,
  compat: 'liveflag',
  metadata: NO_METADATA,
})

const OFF = claimOf({ enabled: false, reason: 'DISABLED' })
const ON = claimOf({ enabled: true, reason: 'STATIC' })

/**
 * The claim of `on` and `off`. In r2 a falsy value is off; here true and false are on and off,
 * because some writers turn one into the other.
 */
export function constantOf(value: JsonValue, compat: Compat): Claim | undefined {
  if (value === 'on') return ON
  if (value === 'off') return OFF
  if (compat === 'r2') return !isJsonObject(value) && !truthy(value) ? OFF : undefined
  return typeof value === 'boolean' ? (value ? ON : OFF) : undefined
}

function readMapping(mapping: JsonObject, compiler: EntryCompiler): Feature | undefined {
  const problem = shapeProblem(mapping, 'entry')
  if (problem && problem.code !== 'unknown-key') {
    compiler.report(problem)
    return undefined
  }
  // Beside a merge key there may be other problems, which are reported with it.
  if (problem)
    compiler.report({ ...problem, severity: compiler.compat === 'r2' ? 'warning' : 'error' })
  return compileMapping(mapping, compiler)
}

/** The problem of a text that is no entry (docs/spec/r2.md, section 4). */
function textProblem(text: string, { json }: Pick<Entry, 'json'>): EntryProblem {
  const code = json?.kind === 'not-json' ? json.problem().code : undefined
  if (code === 'too-deep' || code === 'too-large')
    return { code, message: 'the JSON in the text cannot be read', at: 'text' }
  if (json?.kind !== 'other') return { code: 'unparsable-config', ...notJson(text) }
  const message = `the text is JSON for ${kindOf(json.value)}; write on, off or a mapping of selectors`
  return { code: 'config-not-object', message }
}

/** A longer text is no word that was meant. */
const LONGEST_WORD = 10

function notJson(text: string): Pick<EntryProblem, 'message' | 'at'> {
  const word = text.trim().toLowerCase()
  if (word === 'on' || word === 'off')
    return { message: `${JSON.stringify(text)} is neither on nor off; write ${word}` }
  const shown = JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
  const hidden = text.length > LONGEST_WORD ? undefined : hiddenCharacter(text)
  if (hidden) return { message: `${shown} has ${hidden.description}; write ${asSeen(text)} anew` }
  if (/^\s*[\w.-]*\s*$/.test(text))
    return {
      message: `${shown} is not a value a feature can have; write on, off or a mapping of selectors`,
    }
  return { message: `the text ${shown} is neither on nor off nor valid JSON`, at: 'text' }
}
