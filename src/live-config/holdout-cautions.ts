import { isJsonList, isJsonObject, type JsonObject, own } from '../core/json'
import type { Position, Problem } from '../core/problem'
import { didYouMean } from '../core/suggest'
import { holdoutsIn } from '../experiments/holdout'
import { HOLDOUTS, type Holdout, namedHoldouts, readHoldouts } from './entries/holdouts'
import type { Part } from './part'
import type { Snapshot } from './snapshot'

/**
 * Warns of domains of holdouts that no experiment has: nobody is held out there, and nothing else
 * says so. A running engine does not, as the experiments of a domain may come later.
 */
export function holdoutCautions(snapshot: Snapshot, parts: readonly Part[]): readonly Problem[] {
  const open = snapshot.holdouts.filter(({ percent }) => percent > 0)
  if (open.every(({ domains }) => domains === undefined)) return []
  const entries = entriesOf(snapshot)
  const known = new Set(entries.flatMap(domainsIn))
  const holding = new Set(entries.flatMap(holdoutsOf))
  return open.flatMap((holdout) =>
    (holdout.domains ?? []).flatMap((domain, at): readonly Problem[] =>
      known.has(domain)
        ? []
        : [
            {
              code: 'unknown-domain',
              severity: 'warning',
              message: `${of(holdout, domain, holding.has(holdout.name))}; ${hint(domain, [...known])}`,
              path: [HOLDOUTS, holdout.name, 'domains', at].join('.'),
              ...placeOf(holdout, at, parts),
            },
          ],
    ),
  )
}

/** What was refused and was never good has its domains all the same. */
const entriesOf = (snapshot: Snapshot): readonly JsonObject[] =>
  [...snapshot.items()]
    .map(([, { version, entry }]) => version?.definition.value ?? entry.value)
    .filter(isJsonObject)

function domainsIn(entry: JsonObject): readonly string[] {
  const experiment = own(entry, 'experiment')
  const domains = isJsonObject(experiment) ? own(experiment, 'domains') : undefined
  return isJsonList(domains) ? domains.filter((one) => typeof one === 'string') : []
}

const holdoutsOf = (entry: JsonObject): readonly string[] => [
  ...namedHoldouts(entry),
  ...holdoutsIn(entry).map(([name]) => name),
]

const of = ({ name }: Holdout, domain: string, holdsSomebody: boolean): string =>
  holdsSomebody
    ? `the holdout ${name} is of the domain ${domain}, which no experiment has`
    : `the holdout ${name} holds nobody out, as no experiment has the domain ${domain}`

function hint(domain: string, known: readonly string[]): string {
  const meant = didYouMean(domain, known)
  if (meant !== undefined) return `did you mean ${meant}?`
  return known.length === 0
    ? 'give an experiment the domain, or take the holdout out'
    : `experiments have ${known.toSorted().slice(0, NAMED).join(', ')}${known.length > NAMED ? ' …' : ''}`
}

/** So many domains are named. */
const NAMED = 5

/** Of two texts with a holdout of one name the later counts. */
function placeOf(
  { name, domains }: Holdout,
  at: number,
  parts: readonly Part[],
): Partial<Position & Pick<Problem, 'source'>> {
  const part = parts.findLast(
    ({ document }) =>
      document !== undefined &&
      String(readHoldouts(document).byName.get(name)?.domains) === String(domains),
  )
  const entry = part?.document?.entries.find(({ key }) => key === HOLDOUTS)
  return part && entry ? { source: part.source, ...entry.locate([name, 'domains', at]) } : {}
}
