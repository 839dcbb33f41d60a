import type { CustomSelector } from '../core/custom-selector'
import {
  ANYTHING,
  checkOptions,
  oneOf,
  type OptionKinds,
  TEXT,
  TRUE_OR_FALSE,
} from '../core/options'
import type { Problem } from '../core/problem'
import type { Compat } from '../core/selector'
import type { Content, Format } from '../core/source'
import { payloadOf } from '../export/payload'
import { checkNodeVersion } from '../runtime/node-version'
import { selectors } from '../selectors'
import { withCustom } from '../selectors/custom'
import { cautionProblems } from './cautions'
import { type Metric, metricsOf } from './entries/metrics'
import { defaultSemantics, type Semantics } from './entries/semantics'
import { vocabulariesOf } from './entries/vocabulary'
import { NO_GUARDS } from './guards'
import { holdoutCautions } from './holdout-cautions'
import { metricCautions } from './metric-cautions'
import { NOTHING_IN_FORCE, snapshotOf as inForceOf } from './in-force'
import { judgeContent } from './judge-content'
import { emptyPart, type Part, problemsOf } from './part'
import type { Snapshot } from './snapshot'
import { atOnce } from '../runtime/time-slice'

/** How a text is to be read. */
export interface CheckOptions {
  readonly format?: Format
  readonly compat?: Compat
  /** Its name in problems. */
  readonly source?: string
  /** Selectors of the application, as for `openFeatures`. */
  readonly selectors?: readonly CustomSelector[]
  /** Also report what clients of this system cannot be sent: `growthbook`. */
  readonly target?: Target
  /** Also warn of what makes an experiment hard to judge, which a running engine does not report. */
  readonly cautions?: boolean
}

/** A system whose clients may be sent the live config. */
export type Target = 'growthbook'
export const TARGETS: readonly Target[] = ['growthbook']

const OPTIONS: OptionKinds<CheckOptions> = {
  format: oneOf(['yaml', 'json', 'ini']),
  compat: oneOf(['liveflag', 'r2']),
  source: TEXT,
  selectors: ANYTHING,
  target: oneOf(TARGETS),
  cautions: TRUE_OR_FALSE,
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
  return checkTexts([{ ...options, text }], options)
}

/** A text that is read once, with its name in problems. */
export type CheckedText = Pick<CheckOptions, 'format' | 'source'> &
  Pick<Content, 'dialect'> & { readonly text: string }
type CheckRules = Pick<CheckOptions, 'compat' | 'selectors' | 'target' | 'cautions'> & {
  /** The texts of later sources, each of which overrides those before it, feature by feature. */
  readonly over?: readonly (readonly CheckedText[])[]
}

/**
 * The same for the texts of a directory, in the order of their names: a feature may be in one of
 * them only. `over` has the sources above it.
 */
export const checkTexts = (texts: readonly CheckedText[], rules: CheckRules): Checked =>
  atOnce(checkSteps(texts, rules))

/** The same in slices, for whoever has other work to do meanwhile. */
export function* checkSteps(
  texts: readonly CheckedText[],
  { target, cautions, ...options }: CheckRules,
): Generator<void, Checked> {
  const { snapshot, problems, metrics, parts } = yield* snapshotSteps(texts, options)
  const warnings = (): readonly Problem[] => [
    ...cautionProblems(snapshot, options.compat ?? 'liveflag', metrics()),
    ...holdoutCautions(snapshot, parts),
    ...(options.compat === 'r2' ? [] : metricCautions(parts)),
  ]
  return {
    features: [...snapshot.names()].length,
    problems: [
      ...problems,
      ...(cautions ? warnings() : []),
      ...(target === undefined ? [] : leftOutProblems(snapshot)),
    ],
  }
}

interface Started {
  readonly snapshot: Snapshot
  readonly problems: readonly Problem[]
  /** The metrics that the texts declare. */
  readonly metrics: () => readonly Metric[]
  /** The texts as they were read, those of later sources after those of earlier ones. */
  readonly parts: readonly Part[]
}

/** What would be in force of the texts of a directory at start. */
export const snapshotOf = (
  texts: readonly CheckedText[],
  options: Omit<CheckRules, 'target' | 'cautions'>,
): Started => atOnce(snapshotSteps(texts, options))

/** The same in slices. */
export function* snapshotSteps(
  texts: readonly CheckedText[],
  { compat, selectors: custom = [], over = [] }: Omit<CheckRules, 'target' | 'cautions'>,
): Generator<void, Started> {
  checkNodeVersion()
  const known = vocabulariesOf(withCustom(selectors, custom, 'checkText'))
  const rules = { ...defaultSemantics(compat), known }
  const parts: Part[][] = []
  for (const those of [texts, ...over]) {
    const judged: Part[] = []
    for (const one of those) judged.push(yield* judgeText(one, rules))
    parts.push(judged)
  }
  const { snapshot, clashes } = yield* inForceOf(parts, NOTHING_IN_FORCE, rules, 1, Date.now())
  const all = parts.flat()
  const documents = all.flatMap(({ document }) => document ?? [])
  return {
    snapshot,
    problems: [...all.flatMap(problemsOf), ...clashes],
    metrics: () => documents.flatMap(metricsOf),
    parts: all,
  }
}

/** Features that clients of GrowthBook cannot be sent. */
function leftOutProblems(snapshot: Snapshot): readonly Problem[] {
  const items = new Map(snapshot.items())
  const definitions = new Map(
    [...items].flatMap(([name, { version }]) =>
      version ? [[name, { ...version.definition, forcesByUrl: true }] as const] : [],
    ),
  )
  const { leftOut } = payloadOf(definitions, (name) => items.has(name))
  return [...leftOut].map(([feature, { path, reason }]) => {
    const place = snapshot.placeOf(feature)
    return {
      code: 'left-out',
      severity: 'warning',
      message: `GrowthBook's clients are not sent this feature, because ${reason}`,
      feature,
      path: path.join('.'),
      ...(place && { source: place.source, ...place.entry.locate(path, 'key') }),
    }
  })
}

function* judgeText(
  { text, format = 'yaml', source = 'live config', dialect }: CheckedText,
  rules: Semantics,
): Generator<void, Part> {
  const content = { text, hash: '', format, settled: true, ...(dialect && { dialect }) }
  const judged = yield* judgeContent(content, emptyPart(source), {
    ...rules,
    guards: NO_GUARDS,
    generation: 1,
  })
  return judged.part
}
