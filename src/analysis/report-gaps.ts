import { LiveflagError } from '../core/errors'
import { didYouMean } from '../core/suggest'
import type { Recorded, Reports, Span } from '../recording/store'
import type { ConversionReport } from './conversion-report'

/** Why a report shows nothing, or less than its reader expects. */
export interface Gaps {
  /** Set if there are no units to count. */
  readonly nothing: Nothing | null
  readonly unjoined: readonly Unjoined[]
  /** The kinds of units that were exposed at any time, such as `user`. */
  readonly kinds: readonly string[]
  /** Units whose first exposure, by the clock of its server, is still to come; they are left out. */
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
  reports: Reports,
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
  /** The span that was asked for. */
  readonly given: Span
  /** The one that is reported, which ends in time. */
  readonly span: Span & { readonly to: number }
  readonly units: number
  readonly conversions: readonly ConversionReport[]
  /** Whether one of its units did that in the span, in its window or not. */
  readonly joins: (name: string) => Promise<boolean>
}

/** Returns what is missing in a report that counted so many units. */
export async function gapsOf(
  reports: Reports,
  experiment: string,
  counted: CountedInTime,
): Promise<Gaps> {
  const { given, span, units } = counted
  const recorded = await reports.recorded(experiment)
  const nothing = units > 0 ? null : { recorded, experiments: await reports.experiments() }
  const firstAt = Math.min(...recorded.map((one) => one.firstAt))
  const since = Math.max(span.from ?? -Infinity, firstAt)
  return {
    nothing,
    ahead: await aheadOf(reports, experiment, {
      ...given,
      from: Math.max(span.to, given.from ?? 0),
    }),
    kinds: recorded.flatMap(({ kind }) => (kind === null ? [] : [kind])),
    unjoined: units === 0 ? [] : await unjoined(reports, counted, since),
  }
}

/** Counts units in a span; a span that is empty has none. */
async function aheadOf(reports: Reports, experiment: string, span: Span): Promise<number> {
  const variants = await reports.exposedUnits(experiment, span)
  return variants.reduce((sum, { units }) => sum + units, 0)
}

/**
 * The names that were counted, and have conversions but none by the units; every name if none was
 * counted. Those that came after a window, or of units whose window is not over, do join.
 */
async function unjoined(
  reports: Reports,
  { span, conversions: counted, joins }: CountedInTime,
  from: number,
): Promise<readonly Unjoined[]> {
  const recorded = await reports.conversionCounts({ ...span, from })
  if (counted.length === 0) return recorded
  const empty = counted.filter(({ variants }) => variants.every((one) => one.conversions === 0))
  const names = new Set(empty.map(({ name }) => name))
  for (const { name, windowMs } of empty)
    if (windowMs !== null && names.has(name) && (await joins(name))) names.delete(name)
  return recorded.filter(({ name }) => names.has(name))
}
