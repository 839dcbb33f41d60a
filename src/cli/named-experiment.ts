import {
  type ConfiguredExperiment,
  experimentOfHoldout,
  experimentsIn,
} from '../analysis/configured'
import { LiveflagError } from '../core/errors'
import { didYouMean } from '../core/suggest'
import type { Features } from '../engine/features'
import { holdoutsIn, type Metric, metricsIn } from '../live-config/read-entries'
import type { Reading, Text } from './live-config-file'
import { shownPath } from './sources'

/** Every experiment of the texts; where two texts have a feature, the later one's is in force. */
export function experimentsOf(
  texts: readonly Text[],
  { compat }: Reading,
): readonly ConfiguredExperiment[] {
  return texts
    .filter(({ dialect }) => dialect === undefined)
    .flatMap(({ text, format }) => experimentsIn(text, format, compat))
}

/** The holdouts of the texts, as experiments of those who are kept out against the rest. */
const holdoutsOf = (
  texts: readonly Text[],
  { compat }: Reading,
): readonly ConfiguredExperiment[] => {
  const own = texts.filter(({ dialect }) => dialect === undefined && compat !== 'r2')
  const all = own.flatMap(({ text, format }) => holdoutsIn(text, format))
  return [...new Map(all.map((one) => [one.name, one])).values()].map(experimentOfHoldout)
}

/** All that can be reported on and planned. */
export const reportedIn = (
  texts: readonly Text[],
  reading: Reading,
): readonly ConfiguredExperiment[] => [
  ...experimentsOf(texts, reading),
  ...holdoutsOf(texts, reading),
]

/** The metrics of the texts; of two with one name, the later text's. */
export const metricsOf = (texts: readonly Text[], { compat }: Reading): readonly Metric[] => {
  const own = texts.filter(({ dialect }) => dialect === undefined && compat !== 'r2')
  const all = own.flatMap(({ text, format }) => metricsIn(text, format))
  return [...new Map(all.map((metric) => [metric.name, metric])).values()]
}

/**
 * The experiment of that id, or the one of that feature. Throws LIVEFLAG_BAD_OPTION when there is
 * none, or more than one.
 */
export function namedExperiment(
  name: string,
  path: string,
  experiments: readonly ConfiguredExperiment[],
): ConfiguredExperiment {
  const plain = name.replace(/^feature_/, '')
  const ofFeature = experiments.filter(({ feature }) => feature === plain)
  const found = ofFeature.length > 0 ? ofFeature : experiments.filter(({ id }) => id === name)
  const exact = found.filter(({ id }) => id === name)
  const [first, ...others] = exact.length > 0 ? exact : found
  if (first === undefined) throw unknown(name, path, experiments)
  if (others.every(({ id }) => id === first.id)) return first
  throw new LiveflagError(
    'LIVEFLAG_BAD_OPTION',
    `feature_${plain} has ${found.length} experiments; give the id of one: ${found.map(({ id }) => id).join(', ')}`,
  )
}

/** The most names that a message lists. */
const MOST_NAMES = 20

function unknown(
  name: string,
  path: string,
  experiments: readonly ConfiguredExperiment[],
): LiveflagError {
  const names = [...new Set(experiments.flatMap(({ feature, id }) => [feature, id]))]
  const meant = didYouMean(name, names)
  const has = names.length === 0 ? '' : `it has ${names.slice(0, MOST_NAMES).join(', ')}; `
  const hint =
    meant === undefined
      ? `${has}give the live config as it was while the experiment ran`
      : `did you mean ${meant}?`
  return new LiveflagError(
    'LIVEFLAG_BAD_OPTION',
    `${shownPath(path)} has no experiment ${name}, by feature or by id; ${hint}`,
  )
}

/** The message for a name that the live config does not have. */
export function unknownFeature(name: string, path: string, features: Features): string {
  const meant = didYouMean(name.replace(/^feature_/, ''), namesOf(features))
  return `${shownPath(path)} has no feature_${name}${meant === undefined ? '' : `; did you mean ${meant}?`}`
}

/** Every feature, sorted; refused ones included, because "it is broken" is an answer too. */
export const namesOf = ({ snapshot }: Features): readonly string[] =>
  [...snapshot.names, ...snapshot.rejected].sort()

/**
 * The name of a feature as the code uses it. A name that begins with `feature_` was copied from the
 * live config, unless a feature has exactly that name.
 */
export const plainName = (name: string, known: readonly string[]): string =>
  known.includes(name) ? name : name.replace(/^feature_/, '')
