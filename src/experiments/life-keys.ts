import { POINTS } from '../core/bucketing'
import { STATUSES, type Status } from '../core/participation'
import { isJsonList, type JsonObject, type JsonValue, kindOf, own } from '../core/json'
import type { Place, Schema } from '../core/selector'
import { timeOf } from '../core/time'
import { HUNDREDTHS } from '../hash/sha256'
import { wholeBuckets } from './decimal'
import { isRamp, RAMP, type Ramp, readRamp } from './ramp'
import { isStable } from './scheme'

/**
 * The keys of an experiment with a life. One of them, or a list of variants, makes it such an
 * experiment.
 */
export const LIFE_KEYS: Readonly<Record<string, Schema>> = {
  status: {
    enum: [...STATUSES],
    description:
      'Where the experiment is in its life. Only a running one assigns anybody; the default.',
  },
  targeting: {
    type: 'string',
    description:
      'Who it is for, in CEL, over attributes by name: country == "NZ" && age >= 18. Nothing means everyone.',
  },
  traffic: {
    anyOf: [{ type: 'number', minimum: 0, maximum: 100 }, RAMP],
    description:
      'The percentage of those that takes part, in steps of 0.01, with bucketing: stable of 0.0001; default 100. Raising it moves nobody between variants.',
  },
  domains: {
    type: 'array',
    items: { type: 'string', minLength: 1 },
    description: 'Conflict domains: in each, a visitor is in one experiment at most.',
  },
  domain_shares: {
    type: 'object',
    description:
      'The part of a domain that this experiment may have, between two percentages: {checkout: [0, 50]}. Experiments with other parts have other visitors.',
    additionalProperties: {
      type: 'array',
      items: { type: 'number', minimum: 0, maximum: 100 },
      minItems: 2,
      maxItems: 2,
    },
  },
  priority: {
    type: 'number',
    description: 'Which experiment of a domain goes first: the higher; default 0.',
  },
  start: { type: 'string', description: 'From when it runs: 2026-05-01, or 2026-05-01T09:00:00Z.' },
  end: { type: 'string', description: 'From when it no longer runs.' },
}

const LIFE_KEY_NAMES = Object.keys(LIFE_KEYS)

export const hasLife = (experiment: JsonObject): boolean =>
  isJsonList(own(experiment, 'variants')) ||
  LIFE_KEY_NAMES.some((key) => Object.hasOwn(experiment, key))

/** The values of the keys, with the default for a missing or malformed one. */
export interface LifeText {
  readonly status: Status
  /** A percentage, or a ramp of it. */
  readonly traffic: number | Ramp
  readonly domains: readonly string[]
  readonly priority: number
  /** Milliseconds since 1970. */
  readonly start: number
  readonly end: number
}

export function readLife(experiment: JsonObject, place: Place): LifeText {
  const at = (key: string): Place['path'] => [...place.path, key]
  const wrong = (key: string, value: JsonValue, write: string): void =>
    place.report({
      code: 'bad-type',
      path: at(key),
      message: `${key} is ${shownKind(value)}; write ${write}`,
    })
  const start = readTime('start', experiment, wrong) ?? -Infinity
  const end = readTime('end', experiment, wrong) ?? Infinity
  if (end <= start)
    place.report({
      code: 'out-of-range',
      path: at('end'),
      message: 'end is not after start, so the experiment never runs; write a later one',
    })
  return {
    status: statusOf(experiment, wrong),
    traffic: trafficOf(experiment, place, wrong),
    domains: domainsOf(experiment, wrong),
    priority: priorityOf(experiment, wrong),
    start,
    end,
  }
}

type Wrong = (key: string, value: JsonValue, write: string) => void

const shownKind = (value: JsonValue): string =>
  typeof value === 'string' ? JSON.stringify(value) : kindOf(value)

function statusOf(experiment: JsonObject, wrong: Wrong): Status {
  const written = own(experiment, 'status')
  if (written === undefined) return 'running'
  const status = STATUSES.find((known) => known === written)
  if (status === undefined) wrong('status', written, `one of ${STATUSES.join(', ')}`)
  return status ?? 'draft'
}

function trafficOf(experiment: JsonObject, place: Place, wrong: Wrong): LifeText['traffic'] {
  const traffic = own(experiment, 'traffic')
  if (traffic === undefined) return 100
  if (isRamp(traffic)) {
    const path = [...place.path, 'traffic']
    const report: Place['report'] = (problem) => place.report(problem)
    return readRamp(traffic, { path, hasUnits: true, report }) ?? 0
  }
  if (typeof traffic !== 'number') {
    wrong('traffic', traffic, 'a percentage, a number from 0 to 100')
    return 0
  }
  const path = [...place.path, 'traffic']
  const [buckets, finest] = isStable(place.entry, place.compat)
    ? [POINTS, 0.0001]
    : [HUNDREDTHS, 0.01]
  if (traffic < 0 || traffic > 100)
    place.report({
      code: 'out-of-range',
      path,
      message: `traffic is ${traffic} percent; a percentage is from 0 to 100`,
    })
  else if (wholeBuckets(traffic, buckets) === undefined)
    place.report({
      code: 'out-of-range',
      severity: 'warning',
      path,
      message: `traffic is ${traffic} percent, and the finest step is ${finest}; it counts as the next step above`,
    })
  return traffic
}

function domainsOf(experiment: JsonObject, wrong: Wrong): readonly string[] {
  const domains = own(experiment, 'domains')
  if (domains === undefined) return []
  const names = isJsonList(domains) ? domains.filter(isName) : []
  if (!isJsonList(domains) || names.length < domains.length)
    wrong('domains', domains, 'a list of names, such as [checkout]')
  return [...new Set(names)]
}

/**
 * Whether every store can hold the name unchanged: not empty, no NUL, no half of a surrogate pair.
 */
const isName = (name: JsonValue): name is string =>
  typeof name === 'string' && name !== '' && !/\0|\p{Surrogate}/u.test(name)

function priorityOf(experiment: JsonObject, wrong: Wrong): number {
  const priority = own(experiment, 'priority')
  if (priority === undefined || typeof priority === 'number') return priority ?? 0
  wrong('priority', priority, 'a number')
  return 0
}

function readTime(key: string, experiment: JsonObject, wrong: Wrong): number | undefined {
  const written = own(experiment, key)
  if (written === undefined) return undefined
  const time = typeof written === 'string' ? timeOf(written) : NaN
  if (!Number.isNaN(time)) return time
  wrong(
    key,
    written,
    'a time with its zone, such as 2026-05-01T09:00:00Z, or a date such as 2026-05-01',
  )
  return undefined
}
