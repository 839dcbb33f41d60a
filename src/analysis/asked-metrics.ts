import { LiveflagError } from '../core/errors'
import { didYouMean } from '../core/suggest'
import type { Metric } from '../live-config/read-entries'
import type { Reports } from '../recording/store'
import { checkConversionName } from './report-gaps'

/** A kind of conversion that a report is about. */
export interface AskedMetric {
  /** The name of its conversions. */
  readonly event: string
  /** Null of conversions that no metric counts. */
  readonly metric: Metric | null
}

const ROLES = ['primary', 'guardrail', 'secondary'] as const

/** The names of conversions since an experiment began: all of them, and those of its units. */
export interface KnownNames {
  readonly names: readonly string[]
  readonly ofUnits: readonly string[]
}

/**
 * The metrics that are declared, by their roles, and every other conversion of the experiment; or
 * those of the name that is asked for.
 *
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION if there is none of that name, or if a metric counts
 *   conversions of a name that was misspelt
 */
export async function askedMetrics(
  reports: Pick<Reports, 'conversionCounts'>,
  known: KnownNames,
  {
    conversion,
    metrics = [],
  }: { readonly conversion?: string; readonly metrics?: readonly Metric[] },
): Promise<readonly AskedMetric[]> {
  const declared = ROLES.flatMap((role) => metrics.filter((metric) => metric.role === role))
  if (conversion !== undefined) {
    const named = declared.filter(({ name }) => name === conversion)
    const found = named.length > 0 ? named : declared.filter(({ event }) => event === conversion)
    if (found.length === 0) {
      if (!known.names.includes(conversion))
        await checkConversionName(
          reports,
          conversion,
          declared.map(({ name }) => name),
        )
      return [{ event: conversion, metric: null }]
    }
    await checkEvents(reports, known, found)
    return found.map(asked)
  }
  await checkEvents(reports, known, declared)
  const counted = new Set(declared.flatMap((metric) => eventsOf({ event: metric.event, metric })))
  const others = known.ofUnits.filter((name) => !counted.has(name))
  return [...declared.map(asked), ...others.map((event) => ({ event, metric: null }))]
}

/** What a metric counts: a ratio, two kinds of conversions. */
const countedBy = ({ name, event, ratio }: Metric): readonly { name: string; event: string }[] =>
  eventsOf({ event, metric: { ratio } }).map((one) => ({ name, event: one }))

/** The names of the conversions that a metric counts. */
export const eventsOf = ({
  event,
  metric,
}: {
  readonly event: string
  readonly metric: { readonly ratio?: Metric['ratio'] | undefined } | null
}): readonly string[] => [
  ...new Set([event, ...(metric?.ratio ? [metric.ratio.denominator.event] : [])]),
]

const asked = (metric: Metric): AskedMetric => ({ event: metric.event, metric })

/** Conversions of a name that is nearly that of recorded ones would be counted as none. */
async function checkEvents(
  reports: Pick<Reports, 'conversionCounts'>,
  known: KnownNames,
  metrics: readonly Metric[],
): Promise<void> {
  const missing = metrics.flatMap(countedBy).filter(({ event }) => !known.names.includes(event))
  if (missing.length === 0) return
  const recorded = (await reports.conversionCounts()).map(({ name }) => name)
  for (const { name, event } of missing) {
    if (recorded.includes(event)) continue
    const meant = didYouMean(event, recorded)
    if (meant !== undefined)
      throw new LiveflagError(
        'LIVEFLAG_BAD_OPTION',
        `the metric ${name} counts conversions named ${event}, and none was recorded; did you mean ${meant}? Correct its event in the live config`,
      )
  }
}

/** How much of the time before units were first seen CUPED uses, by the name of the conversion. */
export function usedBefore(metrics: readonly AskedMetric[]): ReadonlyMap<string, number> {
  const used = new Map<string, number>()
  for (const { event, metric } of metrics)
    if (metric?.cupedMs !== undefined)
      used.set(event, Math.max(metric.cupedMs, used.get(event) ?? 0))
  return used
}
