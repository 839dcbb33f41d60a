import { LiveflagError } from '../core/errors'
import { didYouMean } from '../core/suggest'
import type { Recorded, Reports, Span } from '../recording/store'
import type { ConversionReport } from './conversion-report'
import { distinctUnits } from './distinct-units'

/** Why a report shows nothing, or less than its reader expects. */
export interface Gaps {
  /** Set if there are no units to count. */
  readonly nothing: Nothing | null
  readonly unjoined: readonly Unjoined[]
  /** The kinds of units that were exposed at any time, such as `user`. */
  readonly kinds: readonly string[]
  /** Units that, by the clock of their server, are still to be seen for the first time; they are left out. */
  readonly ahead: number
}

export interface Nothing {
  /** What there is of the experiment outside the question. */
  readonly recorded: readonly Recorded[]
  /** The experiments that the store has records of. */
  readonly experiments: readonly string[]
}

/** Conversions of the time of the experiment, of which none is by its units. */
export interface Unjoined {
  readonly name: string
  readonly conversions: number
}

/**
 * Throws LIVEFLAG_BAD_OPTION, with the names that there are and those of metrics, if no conversion of
 * this name was recorded.
 */
export async function checkConversionName(
  reports: Pick<Reports, 'conversionCounts'>,
  name: string,
  metrics: readonly string[] = [],
): Promise<void> {
  const recorded = (await reports.conversionCounts()).map((one) => one.name)
  if (recorded.includes(name)) return
  const names = [...new Set([...metrics, ...recorded])]
  const meant = didYouMean(name, names)
  throw new LiveflagError(
    'LIVEFLAG_BAD_OPTION',
    `no conversion named ${name} was recorded; there are ${names.join(', ') || 'none'}${meant === undefined ? '' : `; did you mean ${meant}?`}`,
  )
}

/** What was counted. */
export interface CountedInTime {
  readonly units: number
  /** Those that are still to come. */
  readonly ahead: number
  /** The kinds of units that were exposed. */
  readonly kinds: readonly string[]
  readonly conversions: readonly ConversionReport[]
  /** What was recorded of which names, by whomever. */
  readonly population: {
    readonly names: readonly string[]
    readonly time: Span
    readonly happenings: (name: string) => { readonly conversions: number }
    /** Whether somebody of the experiment did that since they were first seen. */
    readonly joins: (name: string) => boolean
  }
}

/** Returns what is missing in a report that counted so many units. */
export async function gapsOf(
  reports: Reports,
  experiment: string,
  counted: CountedInTime,
): Promise<Gaps> {
  const { units, ahead, kinds } = counted
  if (units > 0)
    return { nothing: null, ahead, kinds, unjoined: await withEvents(reports, counted) }
  const recorded = await reports.recorded(experiment)
  const known = recorded.flatMap(({ kind }) => (kind === null ? [] : [kind]))
  const nothing = { recorded, experiments: await reports.experiments() }
  return { nothing, ahead, kinds: known, unjoined: [] }
}

/** Units that are seen for the first time from the end of a report on, though nobody asked it to end there. */
export async function unitsAhead(
  reports: Reports,
  experiment: string,
  asked: {
    readonly by: 'unit' | 'decision'
    /** The span that was asked for. */
    readonly given: Span
    /** The one that is reported, which ends in time. */
    readonly span: Span & { readonly to: number }
  },
): Promise<number> {
  const { by, given, span } = asked
  const from = Math.max(span.to, given.from ?? 0)
  const to = given.to ?? Infinity
  if (from >= to) return 0
  if (by === 'unit') return distinctUnits(reports, experiment, { ...given, from })
  const recorded = await reports.recorded(experiment)
  if (!recorded.some(({ what, lastAt }) => what === 'decisions' && lastAt >= from)) return 0
  const first = new Map<string, number>()
  await reports.eachMember({ experiment, by, until: Number.MAX_SAFE_INTEGER }, ({ unit, at }) => {
    first.set(unit, Math.min(at, first.get(unit) ?? Infinity))
  })
  return [...first.values()].filter((at) => at >= from && at < to).length
}

/** An event that was reported for a decision and a unit has two rows, and is one conversion. */
async function withEvents(
  reports: Pick<Reports, 'conversionCounts'>,
  counted: CountedInTime,
): Promise<readonly Unjoined[]> {
  const found = unjoined(counted)
  if (found.length === 0) return []
  const all = await reports.conversionCounts(counted.population.time)
  const events = new Map(all.map(({ name, conversions }) => [name, conversions]))
  return found.map(({ name, conversions }) => ({
    name,
    conversions: Math.min(conversions, events.get(name) ?? conversions),
  }))
}

/**
 * The names that were counted, and have conversions but none by the units; every name if none was
 * counted. Those that came after a window, or of units whose window is not over, do join.
 */
function unjoined({ conversions: counted, population }: CountedInTime): readonly Unjoined[] {
  const { names, happenings, joins } = population
  const recorded = names
    .map((name) => ({ name, conversions: happenings(name).conversions }))
    .filter(({ conversions }) => conversions > 0)
  if (counted.length === 0) return recorded
  const empty = counted.filter(({ variants }) => variants.every((one) => one.conversions === 0))
  const alone = new Set(
    empty.flatMap(({ name, windowMs }) => (windowMs !== null && joins(name) ? [] : [name])),
  )
  return recorded.filter(({ name }) => alone.has(name))
}
