import type { CustomSelector } from '../core/custom-selector'
import { ANYTHING, checkOptions, oneOf, type OptionKinds, TEXT } from '../core/options'
import type { Problem } from '../core/problem'
import type { Compat } from '../core/selector'
import type { Content, Format } from '../core/source'
import { selectors } from '../selectors'
import { withCustom } from '../selectors/custom'
import { mergeTexts } from './clashes'
import { defaultSemantics, type Semantics } from './entries/semantics'
import { vocabulariesOf } from './entries/vocabulary'
import { NO_GUARDS } from './guards'
import { judgeContent } from './judge-content'
import { emptyPart, type Part, problemsOf } from './part'
import { Snapshot } from './snapshot'
import { snapshotWarnings } from './snapshot-warnings'
import { atOnce } from './text/time-slice'

/** How a text is to be read. */
export interface CheckOptions {
  readonly format?: Format
  readonly compat?: Compat
  /** Its name in problems. */
  readonly source?: string
  /** Selectors of the application, as for `openFeatures`. */
  readonly selectors?: readonly CustomSelector[]
}

const OPTIONS: OptionKinds<CheckOptions> = {
  format: oneOf(['yaml', 'json', 'ini']),
  compat: oneOf(['liveflag', 'r2']),
  source: TEXT,
  selectors: ANYTHING,
}

/** The result of a check: how many features are good, and all problems. */
export interface Checked {
  readonly features: number
  readonly problems: readonly Problem[]
}

/**
 * Checks a text as the engine does at start, and installs nothing. Throws LIVEFLAG_BAD_OPTION for
 * an option that is not valid or a bad selector of the application, and nothing else.
 *
 * @example
 * checkText('feature_a: {precent_loggedin: 5}').problems[0]?.message
 * // '"precent_loggedin" is not a key that an entry knows; did you mean percent_loggedin?'
 */
export function checkText(text: string, options: CheckOptions = {}): Checked {
  checkOptions('checkText', options, OPTIONS)
  return checkTexts([{ ...options, text }], options.compat, options.selectors)
}

/**
 * The same for the texts of a directory, in the order of their names: a feature may be in one of
 * them only.
 */
export function checkTexts(
  texts: readonly (Pick<CheckOptions, 'format' | 'source'> & { readonly text: string })[],
  compat?: Compat,
  custom: readonly CustomSelector[] = [],
): Checked {
  const known = vocabulariesOf(withCustom(selectors, custom, 'checkText'))
  const rules = { ...defaultSemantics(compat), known }
  const parts = texts.map(({ text, format = 'yaml', source = 'live config' }) =>
    judgeText({ text, hash: '', format, settled: true }, source, rules),
  )
  const { layers, problems } = mergeTexts(parts, [], rules)
  const now = Date.now()
  const snapshot = new Snapshot(1, '', now, layers)
  return {
    features: [...snapshot.names()].length,
    problems: [...parts.flatMap(problemsOf), ...problems, ...snapshotWarnings(snapshot, now)],
  }
}

function judgeText(content: Content, source: string, rules: Semantics): Part {
  const steps = judgeContent(content, emptyPart(source), {
    ...rules,
    guards: NO_GUARDS,
    generation: 1,
  })
  return atOnce(steps).part
}
