import { LiveflagError } from '../core/errors'
import type { Reports, Span } from '../recording/store'
import { byCodePoint } from '../experiments/variants'
import type { ConfiguredExperiment } from './configured'
import { type ConversionReport, conversionReport } from './conversion-report'
import { type SampleRatio, sampleRatio } from './sample-ratio'

/** Whom a report counts: exposed units, or the subjects of decisions that assigned. */
export type By = 'unit' | 'decision'

export interface ReportQuestion {
  readonly experiment: ConfiguredExperiment
  /** Left out: by exposures when there are any, else by decisions. */
  readonly by?: By
  readonly span?: Span
  /** Left out: every name that there is. */
  readonly conversion?: string
  /** Left out: `control`, `control_1`, else the first by name. */
  readonly control?: string
}

/** What an experiment came to. Counts and shares; times are milliseconds since 1970. */
export interface ExperimentReport {
  readonly feature: string
  readonly experiment: string
  readonly status: string | null
  readonly by: By
  readonly from: number | null
  readonly to: number | null
  readonly control: string | null
  /** Those of the live config and those that were seen, in order of names. */
  readonly variants: readonly VariantReport[]
  readonly sampleRatio: SampleRatio
  readonly leaks: readonly Leak[]
  /** By decisions there is none: they may repeat. */
  readonly days: readonly DayReport[]
  /** By reason. */
  readonly decisions: Readonly<Record<string, number>>
  readonly conversions: readonly ConversionReport[]
}

export interface VariantReport {
  readonly variant: string
  readonly units: number
  /** Units that saw another variant, too; null where only decisions are known. */
  readonly crossed: number | null
  /** Of all units that were seen; null while there are none. */
  readonly share: number | null
  /** What the live config says; null where it says none. */
  readonly expectedShare: number | null
}

/** Units in a variant that the live config gives no share, or does not have: it was edited, or something else assigns. */
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

/** Reads an experiment back. Its answers are as of when each was asked, so a running experiment may grow meanwhile. */
export async function experimentReport(
  reports: Reports,
  question: ReportQuestion,
): Promise<ExperimentReport> {
  const { experiment, span = {} } = question
  const { by, units } = await counted(reports, question)
  const variants = variantsOf(experiment, units)
  const control = controlOf(
    variants.map(({ variant }) => variant),
    question.control,
  )
  const names =
    question.conversion === undefined
      ? await reports.conversionNames(experiment.id)
      : [question.conversion]
  const conversions: ConversionReport[] = []
  for (const name of names)
    conversions.push(
      conversionReport(
        name,
        await reports.conversions({ experiment: experiment.id, name, by, span }),
        control,
      ),
    )
  const days = by === 'unit' ? await daysOf(reports, experiment.id, span) : []
  const reasons = await reports.decisionsByReason(experiment.id, span)
  return {
    feature: experiment.feature,
    experiment: experiment.id,
    status: experiment.status ?? null,
    by,
    from: span.from ?? null,
    to: span.to ?? null,
    control: control ?? null,
    variants,
    sampleRatio: sampleRatio(
      variants.flatMap(({ variant, units: observed, expectedShare: share }) =>
        share ? [{ variant, observed, share }] : [],
      ),
    ),
    leaks: leaksOf(experiment, variants),
    days,
    decisions: Object.fromEntries(reasons.map(({ reason, decisions }) => [reason, decisions])),
    conversions,
  }
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
  // Of no conversion, every variant that was assigned is told with its subjects.
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

/** Throws LIVEFLAG_BAD_OPTION when there is none of the wanted name. */
function controlOf(variants: readonly string[], wanted: string | undefined): string | undefined {
  if (wanted !== undefined && !variants.includes(wanted)) {
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `there is no variant ${wanted} that could be the control; there are ${variants.join(', ') || 'none'}`,
    )
  }
  return wanted ?? ['control', 'control_1'].find((name) => variants.includes(name)) ?? variants[0]
}

/** Every day from the first to the last that has any, those without included. */
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
