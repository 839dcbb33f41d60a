import type { Problem } from '../core/problem'
import type { Compat } from '../core/selector'
import type { Format } from '../core/source'
import { mergeTexts } from './clashes'
import { defaultSemantics } from './entries/semantics'
import { NO_GUARDS } from './guards'
import { judgeContent } from './judge-content'
import { emptyPart, type Part, problemsOf } from './part'
import { atOnce } from './text/pace'

/** How a text is to be read. */
export interface CheckOptions {
  readonly format?: Format
  readonly compat?: Compat
  /** What problems call it. */
  readonly source?: string
}

/** What a text says: how many features are good, and everything wrong with it. */
export interface Checked {
  readonly features: number
  readonly problems: readonly Problem[]
}

/** Judges a text as the engine would at start, and installs nothing. Never throws. */
export function checkText(text: string, options: CheckOptions = {}): Checked {
  return checkTexts([{ ...options, text }], options.compat)
}

/** The same for the texts of a directory, in the order of their names: no feature may stand in two of them. */
export function checkTexts(
  texts: readonly (Omit<CheckOptions, 'compat'> & { readonly text: string })[],
  compat?: Compat,
): Checked {
  const parts = texts.map(({ text, ...options }) =>
    judgeText(text, { ...options, ...(compat && { compat }) }),
  )
  const { layers, problems } = mergeTexts(parts, [], defaultSemantics(compat))
  const good = new Set(
    layers.flatMap(({ items }) =>
      [...items].flatMap(([name, { version }]) => (version ? name : [])),
    ),
  )
  return { features: good.size, problems: [...parts.flatMap(problemsOf), ...problems] }
}

function judgeText(
  text: string,
  { format = 'yaml', compat, source = 'live config' }: CheckOptions,
): Part {
  const rules = { ...defaultSemantics(compat), guards: NO_GUARDS, generation: 1 }
  const steps = judgeContent({ text, hash: '', format, settled: true }, emptyPart(source), rules)
  return atOnce(steps).part
}
