import type { JsonValue } from '../core/json'
import { NO_METADATA } from '../core/metadata'
import type { Path, Problem, ProblemCode } from '../core/problem'
import { timeOf } from '../core/time'
import { idOf } from '../experiments/life'
import type { Version } from './entries/version'
import type { Snapshot } from './snapshot'
import { PREFIX } from './text/entry'
import { TimeSlice } from '../runtime/time-slice'

const DAY_MS = 86_400_000

/**
 * Warnings about entries in force that no entry has by itself: experiments of two features with one
 * id, and features that should be gone by now. `now` is in milliseconds since 1970. Yields between
 * slices.
 */
export function* snapshotWarnings(
  snapshot: Snapshot,
  now: number,
): Generator<void, readonly Problem[]> {
  const problems: Problem[] = []
  const first = new Map<string, string>()
  const warn = (feature: string, code: ProblemCode, path: Path, message: string): void => {
    const place = snapshot.placeOf(feature)
    problems.push({
      code,
      severity: 'warning',
      feature,
      message,
      ...(place && { source: place.source, ...place.entry.locate(path, 'key') }),
      path: path.join('.'),
    })
  }
  const slice = new TimeSlice()
  for (const version of suspectsOf(snapshot)) {
    if (slice.isOver()) yield
    const feature = version.feature.name
    const expiry = expiryProblem(version.feature.metadata['expires'], now)
    if (expiry) warn(feature, expiry.code, ['expires'], expiry.message)
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

/** The versions in force that have a note or an experiment: the others have nothing to warn of. */
function suspectsOf(snapshot: Snapshot): readonly Version[] {
  const suspects: Version[] = []
  snapshot.forEach(({ version }) => {
    if (version === undefined) return
    const { metadata, life, namings } = version.feature
    if (metadata !== NO_METADATA || life || namings.length > 0) suspects.push(version)
  })
  return suspects
}

/** The id of an entry's experiment, as reports know it. */
function experimentOf({ feature: { name, life, namings } }: Version): string | undefined {
  if (life) return life.experiment
  // The naming of an experiment says whether it is listed, that of `url` does not.
  const naming = namings.find(({ listed }) => listed !== undefined)
  return naming && idOf(naming.experimentId, name)
}

/** Only dates and times are judged: anything else may be written there, too. */
function expiryProblem(
  expires: JsonValue | undefined,
  now: number,
): { readonly code: ProblemCode; readonly message: string } | undefined {
  if (typeof expires !== 'string' || !/^\d{4}-\d{2}-\d{2}/.test(expires)) return undefined
  const time = timeOf(expires)
  if (Number.isNaN(time))
    return {
      code: 'out-of-range',
      message: `expires is ${JSON.stringify(expires)}, which does not exist; write a date such as 2030-05-01`,
    }
  // A date lasts to its end.
  if (now < time + (expires.length === 10 ? DAY_MS : 0)) return undefined
  return {
    code: 'expired',
    message: `expires is ${expires}, which is past; remove the feature from the code and from here, or write a later date`,
  }
}
