import { didYouMean } from '../core/suggest'
import type { Metric } from '../live-config/read-entries'
import type { Reports } from '../recording/store'
import type { Unrecorded } from './conversion-report'
import { checkConversionName } from './report-gaps'

/** A kind of conversion that a report is about. */
export interface AskedMetric {
  /** The name of its conversions. */
  readonly event: string
  /** Null of conversions that no metric counts. */
  readonly metric: Metric | null
  /** Set of a metric whose conversions were never recorded. */
  readonly unrecorded?: Unrecorded
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
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION if there is none of that name
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
    return withUnrecorded(reports, known, found)
  }
  const counted = new Set(declared.flatMap((metric) => eventsOf({ event: metric.event, metric })))
  const others = known.ofUnits.filter((name) => !counted.has(name))
  const asked = await withUnrecorded(reports, known, declared)
  return [...asked, ...others.map((event) => ({ event, metric: null }))]
}

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

/**
 * Says of each metric whether conversions of its names were ever recorded, of whomever. One that the
 * live config declares and nobody did yet need not be misspelt.
 */
async function withUnrecorded(
  reports: Pick<Reports, 'conversionCounts'>,
  known: KnownNames,
  metrics: readonly Metric[],
): Promise<readonly AskedMetric[]> {
  const asked = metrics.map((metric): AskedMetric => ({ event: metric.event, metric }))
  const isKnown = (name: string): boolean => known.names.includes(name)
  if (asked.flatMap(eventsOf).every(isKnown)) return asked
  const recorded = (await reports.conversionCounts()).map(({ name }) => name)
  return asked.map((one) => {
    const event = eventsOf(one).find((name) => !isKnown(name) && !recorded.includes(name))
    if (event === undefined) return one
    return { ...one, unrecorded: { event, meant: didYouMean(event, recorded) ?? null } }
  })
}

/** How much of the time before units were first seen CUPED uses, by the name of the conversion. */
export function usedBefore(metrics: readonly AskedMetric[]): ReadonlyMap<string, number> {
  const used = new Map<string, number>()
  for (const { event, metric } of metrics)
    if (metric?.cupedMs !== undefined)
      used.set(event, Math.max(metric.cupedMs, used.get(event) ?? 0))
  return used
}
