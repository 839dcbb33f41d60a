import type { ConversionsAsked, Dropped, Reports, Span, Store, UnitGroup } from '../recording/store'
import type { Metric } from '../live-config/read-entries'
import { withAdjustedP } from './adjusted-p'
import { type AskedMetric, askedMetrics } from './asked-metrics'
import type { ConfiguredExperiment } from './configured'
import { controlsOf } from './controls'
import type { ConversionReport } from './conversion-report'
import { countUnits, type Leak, splitOf, type VariantReport, withheld } from './counted-units'
import { type Quality, qualityOf } from './data-quality'
import { phasedConversions } from './phased-conversions'
import { type PhaseReport, phaseReports } from './phase-report'
import { type Phases, phasesOf } from './phases'
import { guardrailsOf } from './guardrails'
import { type Gaps, gapsOf } from './report-gaps'
import { type SampleRatio, sampleRatio } from './sample-ratio'

export type { Leak, PhaseReport, VariantReport }

/** What a report counts: units that were exposed, or subjects that a decision assigned. */
export type By = 'unit' | 'decision'

export interface ReportQuestion {
  readonly experiment: ConfiguredExperiment
  /** Default: what was recorded first of the experiment, so that a report never changes its units. */
  readonly by?: By
  /** Units that were seen in it, and what they did in it. */
  readonly span?: Span
  /** The name of one metric or conversion. Default: all metrics, and all that was recorded. */
  readonly conversion?: string
  /** The metrics that the live config declares. */
  readonly metrics?: readonly Metric[]
  /** Default: `control`, else `control_1` and `control_2` together, else the first by name. */
  readonly control?: string
  /**
   * Conversions count for so long after a unit was first seen, and units once that time is over.
   * Default: the `window` of each metric, else of the experiment, else without end.
   */
  readonly windowMs?: number
  /** Counts a visitor's signed-out and signed-in time as one unit's. */
  readonly stitch?: boolean
  /** Milliseconds since 1970; default the clock. What was recorded for a later time is left out. */
  readonly now?: number
}

/**
 * The results of an experiment as counts and shares from 0 to 1. Times are milliseconds since 1970.
 */
export interface ExperimentReport {
  readonly feature: string
  readonly experiment: string
  readonly status: string | null
  readonly by: By
  readonly stitched: boolean
  readonly from: number | null
  readonly to: number | null
  /** What was asked for, or the experiment's; each conversion has its own. */
  readonly windowMs: number | null
  /** The first of the controls. */
  readonly control: string | null
  /** All others are compared with these together. */
  readonly controls: readonly string[]
  /** The variants of the entries that decided and those that were recorded, sorted by name. */
  readonly variants: readonly VariantReport[]
  readonly sampleRatio: SampleRatio
  readonly phases: readonly PhaseReport[]
  readonly leaks: readonly Leak[]
  /** Rows that writers lost: what they would have been counted in is not complete. */
  readonly drops: readonly Dropped[]
  readonly quality: Quality
  readonly days: readonly DayReport[]
  /** Counts by reason. */
  readonly decisions: Readonly<Record<string, number>>
  readonly conversions: readonly ConversionReport[]
  readonly gaps: Gaps
}

export interface DayReport {
  /** Of UTC: `2026-11-21`. */
  readonly day: string
  /** First exposures on that day, by variant. */
  readonly units: Readonly<Record<string, number>>
}

const DAY_MS = 86_400_000
/** By how much the clocks of servers may differ. */
const CLOCKS_DIFFER_MS = DAY_MS

/**
 * Builds the report of an experiment from what was recorded until now. Rows that arrive meanwhile are
 * in none of its counts.
 *
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION if `control` names no variant, or `conversion` no
 *   conversion that was recorded
 */
export const experimentReport = (
  store: Pick<Store, 'snapshot'>,
  question: ReportQuestion,
): Promise<ExperimentReport> => store.snapshot((reports) => reportOf(reports, question))

async function reportOf(reports: Reports, question: ReportQuestion): Promise<ExperimentReport> {
  const { experiment, span: given = {} } = question
  const asked = await askedOf(reports, question)
  const metrics = await askedMetrics(reports, experiment.id, question)
  const groups = await reports.unitGroups(asked)
  const phases = await phasesOf(reports, experiment, groups)
  const { variants, leaks, total } = countUnits(groups, phases, experiment)
  const controls = controlsOf(
    variants.map(({ variant }) => variant),
    question.control,
  )
  const names = [...new Set(metrics.map(({ event }) => event))]
  const drops = await dropsOf(reports, question, names, asked.span)
  const windowed = windowedBy(question, metrics)
  const conversions = await conversionsOf(reports, asked, windowed, phases, controls)
  const quality = await qualityOf(reports, asked, names, groups, drops)
  const reasons = await reports.decisionsByReason(experiment.id, asked.span)
  return {
    feature: experiment.feature,
    experiment: experiment.id,
    status: experiment.status ?? null,
    by: asked.by,
    stitched: asked.stitch === true,
    from: given.from ?? null,
    to: given.to ?? null,
    windowMs: asked.windowMs ?? null,
    control: controls[0] ?? null,
    controls,
    variants,
    sampleRatio: withheld(sampleRatio(splitOf({ variants, leaks })), quality.isRed),
    phases: phaseReports(groups, phases),
    leaks,
    drops,
    quality,
    days: daysOf(groups),
    decisions: Object.fromEntries(reasons.map(({ reason, decisions }) => [reason, decisions])),
    conversions,
    gaps: await gapsOf(reports, experiment.id, { given, asked }, total, conversions),
  }
}

async function conversionsOf(
  reports: Reports,
  asked: Asked,
  metrics: readonly Windowed[],
  phases: Phases,
  controls: readonly string[],
): Promise<readonly ConversionReport[]> {
  const found: ConversionReport[] = []
  for (const { event: name, metric, windowMs } of metrics) {
    const window = windowMs === null ? {} : { windowMs }
    const groups = await reports.conversionGroups({ ...asked, ...window, name })
    const report = { ...phasedConversions(name, groups, phases, controls), metric, windowMs }
    found.push({ ...report, guardrails: guardrailsOf(report) })
  }
  return withAdjustedP(found)
}

interface Windowed extends AskedMetric {
  readonly windowMs: number | null
}

/** The window that is asked for goes before the metric's, and that before the experiment's. */
const windowedBy = (
  { windowMs, experiment }: ReportQuestion,
  metrics: readonly AskedMetric[],
): readonly Windowed[] =>
  metrics.map((one) => ({
    ...one,
    windowMs: windowMs ?? one.metric?.windowMs ?? experiment.windowMs ?? null,
  }))

type Asked = Omit<ConversionsAsked, 'name'> & { readonly span: Span & { readonly to: number } }

async function askedOf(reports: Reports, question: ReportQuestion): Promise<Asked> {
  const { experiment, span: given = {}, now = Date.now(), stitch } = question
  const windowMs = question.windowMs ?? experiment.windowMs
  return {
    experiment: experiment.id,
    by: question.by ?? (await firstRecorded(reports, experiment.id)),
    // Rows of a clock that is years ahead must not decide where a report ends.
    span: { ...given, to: Math.min(given.to ?? Infinity, now + CLOCKS_DIFFER_MS) },
    stepMs: DAY_MS,
    now: Math.min(now, given.to ?? Infinity),
    clocksDifferMs: CLOCKS_DIFFER_MS,
    ...(stitch !== undefined && { stitch }),
    ...(windowMs !== undefined && { windowMs }),
  }
}

/** Rows that come later, of the other kind, change nothing. */
async function firstRecorded(reports: Reports, experiment: string): Promise<By> {
  const recorded = await reports.recorded(experiment)
  const [first] = recorded.toSorted((a, b) => a.firstAt - b.firstAt || (a.what < b.what ? 1 : -1))
  return first?.what === 'exposures' ? 'unit' : 'decision'
}

/** What was lost of the experiment, and of the conversions that the report is about. */
async function dropsOf(
  reports: Reports,
  { experiment: { id }, conversion }: ReportQuestion,
  names: readonly string[],
  span: Span,
): Promise<readonly Dropped[]> {
  const drops = (await reports.drops?.(id, span)) ?? []
  return drops.filter(
    ({ kind, name }) =>
      kind !== 'conversions' || conversion === undefined || name === null || names.includes(name),
  )
}

/** Every day from the first to the last on which units were first seen, also those without any. */
function daysOf(groups: readonly UnitGroup[]): readonly DayReport[] {
  const starts = groups.map(({ start }) => start)
  if (starts.length === 0) return []
  const first = starts.reduce((least, start) => Math.min(least, start))
  const last = starts.reduce((most, start) => Math.max(most, start))
  const days = Array.from({ length: (last - first) / DAY_MS + 1 }, (_, i) => ({
    start: first + i * DAY_MS,
    units: new Map<string, number>(),
  }))
  for (const { start, variant, units } of groups) {
    const day = days[(start - first) / DAY_MS]?.units
    day?.set(variant, units + (day.get(variant) ?? 0))
  }
  return days.map(({ start, units }) => ({
    day: new Date(start).toISOString().slice(0, 10),
    units: Object.fromEntries(units),
  }))
}
