import type { Feature } from '../../core/feature'
import { isJsonObject, type JsonValue } from '../../core/json'
import type { Problem } from '../../core/problem'
import type { Compat, EntryProblem } from '../../core/selector'
import { compilePayloadFeature } from '../../rules/feature'
import { payloadProblems } from '../dialects/payload-problems'
import { atOnce, TimeSlice } from '../../runtime/time-slice'
import { type Entry, PREFIX } from '../text/entry'
import { EntryCompiler } from './entry-compiler'
import type { Semantics } from './semantics'
import { shapeProblem } from './shape'
import { compileValue, decodedValue } from './value'
import { Version } from './version'

/** The result for one entry: a Version, unless a problem is an error. */
export interface ParsedFeature {
  readonly version?: Version
  /**
   * The only errors are expressions that cannot be compiled. Where there is no good version, this
   * one is used, and its experiment includes nobody (docs/spec/decide.md, section 1).
   */
  readonly isPartial?: boolean
  readonly problems: readonly Problem[]
}

/** Compiles one entry of a live config, or returns its problems with their places. Never throws. */
export const parseFeature = (entry: Entry, semantics: Semantics, generation = 0): ParsedFeature =>
  atOnce(parsing(entry, semantics, generation, new TimeSlice()))

/** `parseFeature` that yields between slices. */
export function* parsing(
  entry: Entry,
  semantics: Semantics,
  generation: number,
  slice: TimeSlice,
): Generator<void, ParsedFeature> {
  const name = entry.key.slice(PREFIX.length)
  const tooLarge = entry.dialect && payloadTooLarge(entry.value)
  if (tooLarge) return { problems: [placed(tooLarge, name, entry)] }
  const compiler = new EntryCompiler(name, semantics)
  const { compat, shared } = semantics
  const value = entry.dialect ? entry.value : decodedValue(entry, compat)
  const feature = entry.dialect
    ? compilePayload(value, compiler)
    : compileValue(value, entry, compiler)
  const isPayload = entry.dialect !== undefined
  yield* compiler.finish(slice)
  const found = compiler.reported
  if (found.length === 0 && value === entry.value && !isPayload && feature)
    return {
      version: new Version(feature, value, compat, shared, generation, false),
      problems: NO_PROBLEMS,
    }
  const problems = [
    ...(value === entry.value ? [] : problemsInText(entry, name, compat)),
    ...(isPayload ? payloadProblems(value) : []).map((one) => placed(one, name, entry)),
    ...found.map((one) => placed(one, name, entry)),
  ]
  const errors = problems.filter(({ severity }) => severity === 'error')
  if (feature === undefined || errors.some(({ code }) => code !== 'bad-targeting'))
    return { problems }
  const version = new Version(feature, value, compat, shared, generation, isPayload)
  return errors.length > 0 ? { version, isPartial: true, problems } : { version, problems }
}

/** One list for all entries without a problem: a load has ten thousand of them. */
const NO_PROBLEMS: readonly Problem[] = []

/** Problems of a decoded text, such as a key that is there twice; in r2 the last of two wins. */
function problemsInText({ json }: Entry, feature: string, compat: Compat): readonly Problem[] {
  if (json?.kind !== 'mapping') return []
  const severity = compat === 'r2' ? 'warning' : 'error'
  return json.problems.map((problem) => ({ ...problem, severity, feature }))
}

/** A payload may nest as deep as any text. */
function payloadTooLarge(value: JsonValue): EntryProblem | undefined {
  const problem = shapeProblem(value, 'entry')
  return problem?.code === 'too-large' ? problem : undefined
}

/**
 * Compiles a feature of a GrowthBook payload: every problem is a warning, and a part with a problem
 * matches nobody.
 */
export function compilePayload(value: JsonValue, compiler: EntryCompiler): Feature {
  return compilePayloadFeature(compiler.feature, isJsonObject(value) ? value : {}, {
    ...compiler.shared,
    each: compiler.each,
    report: (problem) => compiler.report({ ...problem, severity: 'warning' }),
  })
}

/** A problem of an entry with its line and column in the file. */
function placed(found: EntryProblem, feature: string, entry: Entry): Problem {
  const path = found.path ?? []
  const { json } = entry
  const inText = found.at === 'text' && json?.kind === 'not-json' ? json.problem() : undefined
  const { line, column } = inText ?? entry.locate(path, found.at === 'key' ? 'key' : 'value')
  const problem: Problem = {
    code: found.code,
    severity: found.severity ?? 'error',
    message: inText ? `${found.message}: ${inText.message}` : found.message,
    feature,
    line,
    column,
  }
  return path.length > 0 ? { ...problem, path: path.join('.') } : problem
}
