import { type JsonValue, kindOf } from '../core/json'
import { shown } from '../core/errors'
import { NO_METADATA } from '../core/metadata'
import type { Path, Problem, ProblemCode } from '../core/problem'
import { didYouMean } from '../core/suggest'
import { pastFrom, timeOf } from '../core/time'
import { idOf } from '../experiments/life'
import { requiredBy } from '../rules/prerequisites'
import type { Version } from './entries/version'
import type { Snapshot } from './snapshot'
import { PREFIX } from './text/entry'
import { TimeSlice } from '../runtime/time-slice'

/** The nearest name is looked for so often: of many thousand features that takes a while. */
const MOST_MEANT = 10

/**
 * Warnings about entries in force that no entry has by itself: experiments of two features with one
 * id, features that require one that is not there, and features that should be gone by now. `now` is in milliseconds since 1970. Yields between
 * slices.
 */
export function* snapshotWarnings(
  snapshot: Snapshot,
  now: number,
): Generator<void, readonly Problem[]> {
  const problems: Problem[] = []
  const first = new Map<string, string>()
  const warn = (feature: string, code: ProblemCode, path: Path, message: string): void => {
    const place = placeIn(snapshot, feature, path)
    problems.push({ code, severity: 'warning', feature, message, ...place, path: path.join('.') })
  }
  let missing = 0
  const slice = new TimeSlice()
  for (const version of suspectsOf(snapshot)) {
    if (slice.isOver()) yield
    const feature = version.feature.name
    if (version.feature.asksOthers)
      for (const { required, path } of missingRequired(version, snapshot))
        warn(feature, 'unknown-key', path, missingMessage(required, snapshot, missing++))
    const { expires, created } = version.feature.metadata
    const expiry = expiryProblem(expires, now)
    if (expiry) warn(feature, expiry.code, ['expires'], expiry.message)
    if (isNoDay(created)) warn(feature, 'out-of-range', ['created'], noDay('created', created))
    const id = experimentOf(version)
    if (id === undefined) continue
    const other = first.get(id)
    if (other === undefined) first.set(id, feature)
    else
      warn(
        feature,
        'duplicate-experiment',
        ['experiment', 'experiment_id'],
        `the experiment has the id ${JSON.stringify(id)} of the one in ${PREFIX}${other}, so limits and reports take the two for one; give it an experiment_id of its own`,
      )
  }
  return problems
}

function placeIn(snapshot: Snapshot, feature: string, path: Path): Pick<Problem, 'source'> {
  const place = snapshot.placeOf(feature)
  return place ? { source: place.source, ...place.entry.locate(path, 'key') } : {}
}

/** The versions in force that have a note or an experiment: the others have nothing to warn of. */
function suspectsOf(snapshot: Snapshot): readonly Version[] {
  const suspects: Version[] = []
  snapshot.forEach(({ version }) => {
    if (version === undefined) return
    const { metadata, life, namings, asksOthers } = version.feature
    if (metadata !== NO_METADATA || life || namings.length > 0 || asksOthers) suspects.push(version)
  })
  return suspects
}

/** The features that an entry requires and nobody has: to its rules each has the value null. */
const missingRequired = (
  { definition }: Version,
  snapshot: Snapshot,
): readonly { readonly required: string; readonly path: Path }[] =>
  requiredBy(definition.value).flatMap(({ feature, path }) =>
    snapshot.placeOf(feature) ? [] : [{ required: feature, path }],
  )

function missingMessage(required: string, snapshot: Snapshot, before: number): string {
  const meant = before < MOST_MEANT ? didYouMean(required, [...snapshot.names()]) : undefined
  const advice = meant === undefined ? 'add it, or correct the name' : `did you mean ${meant}?`
  return `${shown(required)} is required, and there is no such feature, so its value is null; ${advice}`
}

/** The id of an entry's experiment, as reports know it. */
function experimentOf({ feature: { name, life, namings } }: Version): string | undefined {
  if (life) return life.experiment
  // The naming of an experiment says whether it is listed, that of `url` does not.
  const naming = namings.find(({ listed }) => listed !== undefined)
  return naming && idOf(naming.experimentId, name)
}

/** A text that begins as a date does, such as 2026-02-30. */
const isNoDay = (value: JsonValue | undefined): boolean =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value) && Number.isNaN(timeOf(value))

const noDay = (key: string, value: JsonValue | undefined): string =>
  `${key} is ${JSON.stringify(value)}, which does not exist; write a date such as 2030-05-01`

/** Only dates and times are judged: anything else may be written there, too. */
function expiryProblem(
  expires: JsonValue | undefined,
  now: number,
): { readonly code: ProblemCode; readonly message: string } | undefined {
  if (expires === undefined) return undefined
  if (typeof expires !== 'string' || expires.trim() === '')
    return {
      code: 'bad-type',
      message: `expires is ${typeof expires === 'string' ? 'an empty text' : kindOf(expires)}, so nobody is reminded; write a date such as 2030-05-01`,
    }
  if (!/^\d{4}-\d{2}-\d{2}/.test(expires)) return undefined
  if (isNoDay(expires)) return { code: 'out-of-range', message: noDay('expires', expires) }
  if (now < pastFrom(expires)) return undefined
  return {
    code: 'expired',
    message: `expires is ${expires}, which is past; remove the feature from the code and from here, or write a later date`,
  }
}
