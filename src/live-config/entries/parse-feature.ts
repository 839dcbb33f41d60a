import type { Feature } from '../../core/feature'
import type { Problem } from '../../core/problem'
import type { Compat, Compiler, EntryProblem } from '../../core/selector'
import { didYouMean } from '../../core/suggest'
import { type Entry, PREFIX } from '../text/entry'
import { isSoundValue, read, readPayloadFeature, type Semantics } from './value'
import { Version } from './version'

/** What became of one entry: a Version unless a problem is an error. */
export interface ParsedFeature {
  readonly version?: Version
  readonly problems: readonly Problem[]
  /** Accepted without a look: what may be odd in it is found in the background. */
  readonly unseen?: true
}

/** One entry of the live config, accepted, or told what is wrong with it and where. Never throws. */
export function parseFeature(entry: Entry, semantics: Semantics, generation = 0): ParsedFeature {
  const name = entry.key.slice(PREFIX.length)
  const version = (compiled?: Feature): Version =>
    new Version(name, entry.value, semantics, generation, entry.dialect, compiled)
  if (!semantics.eager && entry.dialect) return { version: version(), problems: NONE, unseen: true }
  if (!semantics.eager && isSoundValue(entry.value, semantics.compat))
    return { version: version(), problems: NONE }
  const problems: Problem[] = []
  const report = (found: EntryProblem): void => void problems.push(place(found, name, entry))
  const compiler = {
    ...semantics,
    shared: semantics.shared.definitions,
    feature: name,
    report,
    unknownKey: unknownKey(semantics.compat, report),
  }
  const feature = entry.dialect
    ? readPayloadFeature(name, entry.value, semantics, report)
    : read(entry.value, compiler)
  const refused = problems.some((problem) => problem.severity === 'error')
  return feature === undefined || refused ? { problems } : { version: version(feature), problems }
}

const NONE: readonly Problem[] = []

function unknownKey(compat: Compat, report: (found: EntryProblem) => void): Compiler['unknownKey'] {
  return (key, path, known) => {
    const meant = didYouMean(key, known)
    const hint = meant
      ? `did you mean ${meant}?`
      : 'remove it, or begin it with x- if it is a note of your own'
    const message = `${JSON.stringify(key)} is not a key that ${path.length > 1 ? path.slice(0, -1).join('.') : 'an entry'} knows; ${hint}`
    report({
      code: 'unknown-key',
      severity: compat === 'r2' ? 'warning' : 'error',
      path,
      at: 'key',
      message,
    })
  }
}

function place(found: EntryProblem, feature: string, entry: Entry): Problem {
  const path = found.path ?? []
  const fault = found.at === 'text' ? entry.textFault?.() : undefined
  const { line, column } = fault ?? entry.locate(path, found.at === 'key' ? 'key' : 'value')
  const problem: Problem = {
    code: found.code,
    severity: found.severity ?? 'error',
    message: fault ? `${found.message}: ${fault.message}` : found.message,
    feature,
    line,
    column,
  }
  return path.length > 0 ? { ...problem, path: path.join('.') } : problem
}
