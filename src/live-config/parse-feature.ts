import type { Bucketing } from '../core/bucketing'
import type { Claim } from '../core/decision'
import { type Feature, NOBODY } from '../core/feature'
import { isJsonObject, type JsonObject, type JsonValue, kindOf } from '../core/json'
import type { Problem } from '../core/problem'
import { truthy } from '../core/python'
import type { Compat, Compiler, Flaw } from '../core/selector'
import { compileFeature, plainDefinition } from './compile'
import type { Entry } from './entry'
import { didYouMean } from './suggest'

/** By what rules entries are read. */
export interface Semantics {
  readonly compat: Compat
  readonly loggedOutExperiments: boolean
  readonly bucketing: Bucketing
  /** What becomes of a feature whose newest text is refused: `hold` keeps its last good version, `off` is r2's way. */
  readonly badEntry: 'hold' | 'off'
}

/** What became of one entry: a Feature unless a problem is an error. */
export interface ParsedFeature {
  readonly feature?: Feature
  readonly problems: readonly Problem[]
}

export const PREFIX = 'feature_'

/** Deeper than any entry that makes sense; keeps recursion bounded. */
const MAX_DEPTH = 32

/** One entry of the live config, compiled, or told what is wrong with it and where. Never throws. */
export function parseFeature(entry: Entry, semantics: Semantics): ParsedFeature {
  const name = entry.key.slice(PREFIX.length)
  const problems: Problem[] = []
  const flaw = (found: Flaw): void => void problems.push(place(found, name, entry))
  const feature = read(entry.value, { ...semantics, feature: name, flaw, unknownKey: unknownKey(semantics.compat, flaw) })
  const refused = problems.some((problem) => problem.severity === 'error')
  return feature === undefined || refused ? { problems } : { feature, problems }
}

function read(value: JsonValue, compiler: Compiler): Feature | undefined {
  const constant = constantOf(value, compiler.compat)
  if (constant) return plain(compiler.feature, constant)
  if (isJsonObject(value)) return readMapping(value, compiler)
  if (typeof value === 'string') return readText(value, compiler)
  const code = compiler.compat === 'r2' ? 'unparsable-config' : 'bad-type'
  const found = value === null ? 'there is no value' : `the value is ${kindOf(value)}`
  compiler.flaw({ code, message: `${found}; write on, off or a mapping of selectors` })
  return undefined
}

const plain = (name: string, constant: Claim): Feature => ({
  name,
  steps: [],
  otherwise: constant,
  constant,
  namings: [],
  compat: 'liveflag',
  metadata: {},
  definition: plainDefinition(constant),
})

const OFF: Claim = { ...NOBODY, reason: 'DISABLED' }
const ON: Claim = { enabled: true, reason: 'STATIC' }

/** `on` and `off`. r2 takes a falsy value for off; here true and false mean on and off, for writers that turn one into the other. */
function constantOf(value: JsonValue, compat: Compat): Claim | undefined {
  if (value === 'on') return ON
  if (value === 'off') return OFF
  if (compat === 'r2') return !isJsonObject(value) && !truthy(value) ? OFF : undefined
  return typeof value === 'boolean' ? (value ? ON : OFF) : undefined
}

function readMapping(mapping: JsonObject, compiler: Compiler): Feature | undefined {
  if (depthOf(mapping) <= MAX_DEPTH) return compileFeature(mapping, compiler)
  compiler.flaw({ code: 'too-deep', message: `the entry is nested more than ${MAX_DEPTH} levels deep; flatten it` })
  return undefined
}

/** A text is r2's form: the entry's JSON (spec/r2.md, section 4). */
function readText(text: string, compiler: Compiler): Feature | undefined {
  let value: JsonValue
  try {
    // The one place where text becomes a value here; JSON.parse gives nothing but JSON values.
    value = JSON.parse(text) as JsonValue
  } catch (error) {
    compiler.flaw({ code: 'unparsable-config', message: notJson(text, error) })
    return undefined
  }
  if (isJsonObject(value)) return readMapping(value, compiler)
  compiler.flaw({ code: 'config-not-object', message: `the text is JSON for ${kindOf(value)}; write on, off or a mapping of selectors` })
  return undefined
}

function notJson(text: string, error: unknown): string {
  const word = text.trim().toLowerCase()
  if (word === 'on' || word === 'off') return `${JSON.stringify(text)} is neither on nor off; write ${word}`
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text
  const reason = error instanceof Error ? error.message : String(error)
  const isWord = /^\s*[\w.-]*\s*$/.test(text)
  return isWord
    ? `${JSON.stringify(shown)} is not a value a feature can have; write on, off or a mapping of selectors`
    : `the text ${JSON.stringify(shown)} is neither on nor off nor valid JSON (${reason}); mend the JSON or write a mapping`
}

function depthOf(value: JsonValue, depth = 0): number {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return depth
  let deepest = depth
  for (const inner of Object.values(value)) if (typeof inner === 'object') deepest = Math.max(deepest, depthOf(inner, depth + 1))
  return deepest
}

function unknownKey(compat: Compat, flaw: (found: Flaw) => void): Compiler['unknownKey'] {
  return (key, path, known) => {
    const meant = didYouMean(key, known)
    const hint = meant ? `did you mean ${meant}?` : "remove it, or begin it with x- if it is a note of your own"
    const message = `${JSON.stringify(key)} is not a key that ${path.length > 1 ? path.slice(0, -1).join('.') : 'an entry'} knows; ${hint}`
    flaw({ code: 'unknown-key', severity: compat === 'r2' ? 'warning' : 'error', path, at: 'key', message })
  }
}

function place(flaw: Flaw, feature: string, entry: Entry): Problem {
  const path = flaw.path ?? []
  const { line, column } = entry.locate(path, flaw.at ?? 'value')
  const problem: Problem = { code: flaw.code, severity: flaw.severity ?? 'error', message: flaw.message, feature, line, column }
  return path.length > 0 ? { ...problem, path: path.join('.') } : problem
}
