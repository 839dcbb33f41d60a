import type { Dropped, Reports, Span, Store } from '../recording/store'
import { byCodePoint } from '../experiments/variants'
import type { ConfiguredExperiment } from './configured'
import { withAdjustedP } from './adjusted-p'
import { controlsOf } from './controls'
import { type ConversionReport, conversionReport } from './conversion-report'
import { checkConversionName, type Gaps, gapsOf } from './report-gaps'
import { type SampleRatio, sampleRatio, type Split } from './sample-ratio'

/** What a report counts: units that were exposed, or subjects that a decision assigned. */
export type By = 'unit' | 'decision'

export interface ReportQuestion {
  readonly experiment: ConfiguredExperiment
  /** Default: exposed units if there are any, else decisions. */
  readonly by?: By
  readonly span?: Span
  /** The name of one conversion. Default: every name that was recorded. */
  readonly conversion?: string
  /** Default: `control`, else `control_1` and `control_2` together, else the first by name. */
  readonly control?: string
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
  readonly from: number | null
  readonly to: number | null
  /** The first of the controls. */
  readonly control: string | null
  /** All others are compared with these together. */
  readonly controls: readonly string[]
  /** The variants of the live config and those that were recorded, sorted by name. */
  readonly variants: readonly VariantReport[]
  readonly sampleRatio: SampleRatio
  readonly leaks: readonly Leak[]
  /** Rows that writers lost: what they would have been counted in is not complete. */
  readonly drops: readonly Dropped[]
  /** Empty if decisions are counted: one subject may have several. */
  readonly days: readonly DayReport[]
  /** Counts by reason. */
  readonly decisions: Readonly<Record<string, number>>
  readonly conversions: readonly ConversionReport[]
  readonly gaps: Gaps
}

export interface VariantReport {
  readonly variant: string
  readonly units: number
  /** How many of the units saw another variant as well; null if decisions are counted. */
  readonly crossed: number | null
  /** The share of all units; null if there are none. */
  readonly share: number | null
  /** The share in the live config; null if it has none. */
  readonly expectedShare: number | null
}

/**
 * Units in a variant that has no share in the live config, or is not in it: the live config was
 * edited, or something else assigns variants.
 */
export interface Leak {
  readonly variant: string
  readonly units: number
  readonly why: 'no-share' | 'not-configured'
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

async function reportOf(reports: Reports, asked: ReportQuestion): Promise<ExperimentReport> {
  const { experiment, span: given = {}, now = Date.now() } = asked
  // Rows of a clock that is years ahead must not decide where a report ends.
  const span = { ...given, to: Math.min(given.to ?? Infinity, now + CLOCKS_DIFFER_MS) }
  const question = { ...asked, span }
  if (question.conversion !== undefined) await checkConversionName(reports, question.conversion)
  const { by, units } = await counted(reports, question)
  const total = units.reduce((sum, one) => sum + one.units, 0)
  const variants = variantsOf(experiment, units)
  const controls = controlsOf(
    variants.map(({ variant }) => variant),
    question.control,
  )
  const drops = await dropsOf(reports, question)
  const conversions = await conversionsOf(reports, question, by, controls)
  const days = by === 'unit' ? await daysOf(reports, experiment.id, span) : []
  const reasons = await reports.decisionsByReason(experiment.id, span)
  return {
    feature: experiment.feature,
    experiment: experiment.id,
    status: experiment.status ?? null,
    by,
    from: given.from ?? null,
    to: given.to ?? null,
    control: controls[0] ?? null,
    controls,
    variants,
    sampleRatio: trusted(sampleRatio(configuredSplit(variants)), drops),
    leaks: leaksOf(experiment, variants),
    drops,
    days,
    decisions: Object.fromEntries(reasons.map(({ reason, decisions }) => [reason, decisions])),
    conversions,
    gaps: await gapsOf(reports, experiment.id, { given, counted: span }, total, conversions),
  }
}

/** What was lost of the experiment, and of the conversions that the report is about. */
async function dropsOf(
  reports: Reports,
  { experiment: { id }, conversion, span = {} }: ReportQuestion,
): Promise<readonly Dropped[]> {
  const drops = (await reports.drops?.(id, span)) ?? []
  return drops.filter(
    ({ kind, name }) =>
      kind !== 'conversions' || conversion === undefined || name === null || name === conversion,
  )
}

/** A split is not as configured when units of it were lost: nobody knows in which variants. */
const trusted = (ratio: SampleRatio, drops: readonly Dropped[]): SampleRatio =>
  ratio.verdict === 'as-configured' && drops.some(({ kind }) => kind !== 'conversions')
    ? { ...ratio, verdict: 'incomplete' }
    : ratio

/** The variants that the live config gives a share, as the test of the split takes them. */
const configuredSplit = (variants: readonly VariantReport[]): readonly Split[] =>
  variants.flatMap(({ variant, units: observed, expectedShare: share }) =>
    share ? [{ variant, observed, share }] : [],
  )

async function conversionsOf(
  reports: Reports,
  { experiment: { id }, conversion, span = {} }: ReportQuestion,
  by: By,
  controls: readonly string[],
): Promise<readonly ConversionReport[]> {
  const names = conversion === undefined ? await reports.conversionNames(id) : [conversion]
  const found: ConversionReport[] = []
  for (const name of names) {
    const units = await reports.conversions({ experiment: id, name, by, span })
    found.push(conversionReport(name, units, controls))
  }
  return withAdjustedP(found)
}

type Seen = Pick<VariantReport, 'variant' | 'units' | 'crossed'>

interface Counted {
  readonly by: By
  readonly units: readonly Seen[]
}

async function counted(
  reports: Reports,
  { experiment: { id }, by, span = {} }: ReportQuestion,
): Promise<Counted> {
  const exposed = by === 'decision' ? [] : await reports.exposedUnits(id, span)
  if (by === 'unit' || exposed.length > 0) return { by: 'unit', units: exposed }
  // Asked for a conversion that does not exist, the store returns every assigned variant with the
  // number of its subjects.
  const decided = await reports.conversions({ experiment: id, name: '', by: 'decision', span })
  return {
    by: 'decision',
    units: decided.map(({ variant, units }) => ({ variant, units, crossed: null })),
  }
}

function variantsOf(
  { shares }: ConfiguredExperiment,
  seen: readonly Seen[],
): readonly VariantReport[] {
  const total = seen.reduce((sum, { units }) => sum + units, 0)
  const expected = new Map(shares?.map(({ variant, share }) => [variant, share]))
  const known = new Map(seen.map((one) => [one.variant, one]))
  const names = [...new Set([...expected.keys(), ...known.keys()])].sort(byCodePoint)
  return names.map((variant) => {
    const { units, crossed } = known.get(variant) ?? { units: 0, crossed: null }
    return {
      variant,
      units,
      crossed,
      share: total > 0 ? units / total : null,
      expectedShare: expected.get(variant) ?? null,
    }
  })
}

function leaksOf(
  { shares }: ConfiguredExperiment,
  variants: readonly VariantReport[],
): readonly Leak[] {
  if (shares === undefined) return []
  return variants
    .filter(({ units, expectedShare }) => units > 0 && !expectedShare)
    .map(({ variant, units, expectedShare }) => ({
      variant,
      units,
      why: expectedShare === null ? 'not-configured' : 'no-share',
    }))
}

/** Every day from the first exposure to the last, also those without any. */
async function daysOf(
  reports: Reports,
  experiment: string,
  span: Span,
): Promise<readonly DayReport[]> {
  const steps = await reports.exposuresOverTime(experiment, DAY_MS, span)
  const [first, last] = [steps[0]?.start, steps.at(-1)?.start]
  if (first === undefined || last === undefined) return []
  const days = Array.from({ length: (last - first) / DAY_MS + 1 }, (_, i) => ({
    start: first + i * DAY_MS,
    units: new Map<string, number>(),
  }))
  for (const { start, variant, units } of steps)
    days[(start - first) / DAY_MS]?.units.set(variant, units)
  return days.map(({ start, units }) => ({
    day: new Date(start).toISOString().slice(0, 10),
    units: Object.fromEntries(units),
  }))
}
