import { counted } from '../core/counted'
import { messageOf } from '../core/errors'
import { printable } from '../core/printable'
import type { Ramp } from '../experiments/ramp'
import type { RampEdit } from '../experiments/ramp-course'
import type { Metric } from '../live-config/read-entries'
import type { Store } from '../recording/store'
import type { ConfiguredExperiment } from './configured'
import type { ConversionReport } from './conversion-report'
import { isUnfair, unbalanced } from './data-quality'
import { CLOCKS_DIFFER_MS, type ExperimentReport, experimentReport } from './experiment-report'
import { type GatedRamp, whyNoControl } from './gated-ramp'
import { comparedUnits, guardrailOf } from './guardrails'
import { boundsText, type LiftBounds } from './lift-bounds'
import type { LittleLeft } from './little-left'
import type { Strata } from './strata'
import { unrecordedText } from './unrecorded'

export type GateOutcome = 'pass' | 'fail' | 'inconclusive'

/** What one gate says of one variant. */
export interface GateVerdict {
  readonly metric: string
  readonly variant: string
  readonly outcome: GateOutcome
  /** The lift against the controls, as every look may read it; null while there is none. */
  readonly bounds: LiftBounds | null
  /** How much worse it may become: 0.05 is 5 %. */
  readonly margin: number
  /** Whether more of it is better or worse. */
  readonly direction: Metric['direction']
  /** Of the bounds: 0.95, or more where several comparisons are judged together. */
  readonly confidence: number
}

/** What the gates of a ramp came to. */
export interface Gated {
  readonly feature: string
  /** How far the ramp is. */
  readonly percent: number
  /** Whether it stays there until every gate passes; between two holds it grows on by itself. */
  readonly isHeld: boolean
  readonly outcome: GateOutcome
  /** The metrics and their figures, or why nothing can be said. */
  readonly reason: string
  /** Each gate for each variant; empty where nothing can be said of any. */
  readonly gates: readonly GateVerdict[]
  /** What is to be written, if anything: a pass ends the hold, a failure puts the ramp back. */
  readonly edit: RampEdit | undefined
}

export interface GateOptions {
  /** The metrics that the live config declares. */
  readonly metrics: readonly Metric[]
  /** Milliseconds since 1970. */
  readonly now: number
}

/** The chance that gates of one ramp fail although nothing is worse, however often they are judged. */
const ALPHA = 0.05
/** With fewer of those who are compared, the normal approximation of an interval says nothing. */
const LEAST_UNITS = 100

/** For so long harm waits for a failure that another clock, which is ahead, has written. */
const HARM_WAITS_MS = 300_000

/**
 * Judges the gates of a ramp by what was recorded. Where another clock, which is ahead, has judged them,
 * there is a verdict and nothing to write: that edit only does not count yet. Never rejects: a store that does not answer is
 * inconclusive, and a ramp that is held stays where it is. Undefined of a ramp without gates, that has not begun, that has
 * come to its end, or that is put back and waits for somebody to resume it.
 */
export async function judgeGates(
  store: Pick<Store, 'snapshot'>,
  { feature, experiment, ramp }: GatedRamp,
  { metrics, now }: GateOptions,
): Promise<Gated | undefined> {
  const held = ramp.heldAt(now)
  const isOver = held === undefined && now >= (ramp.turns.at(-1) ?? 0)
  if (ramp.gates.length === 0 || now < ramp.start || isOver) return undefined
  if (held?.why === 'failed') return undefined
  const percent = ramp.percentAt(now)
  const { outcome, reason, gates } = await judged(store, experiment, ramp, { metrics, now })
  const isReleased = outcome === 'pass' && held !== undefined && now >= held.until
  // A pass names its hold exactly: 33.3333 would not end one of 33.33333.
  const at = isReleased ? held.percent : rounded(percent)
  const edit = { at: now, outcome, percent: at, to: 0, reason }
  const waitsMs = outcome === 'fail' ? HARM_WAITS_MS : CLOCKS_DIFFER_MS
  const isWritten = ramp.after(now).some((one) => one.outcome === outcome && one.at < now + waitsMs)
  return {
    feature,
    percent,
    isHeld: held !== undefined,
    outcome,
    reason,
    gates,
    edit:
      !isWritten && (edit.outcome === 'fail' || (edit.outcome === 'pass' && isReleased))
        ? { ...edit, outcome: edit.outcome }
        : undefined,
  }
}

const rounded = (percent: number): number => Number(percent.toFixed(4))

type Verdict = Pick<Gated, 'outcome' | 'reason' | 'gates'>

const inconclusive = (reason: string): Verdict => ({ outcome: 'inconclusive', reason, gates: [] })

async function judged(
  store: Pick<Store, 'snapshot'>,
  experiment: ConfiguredExperiment,
  ramp: Pick<Ramp, 'gates' | 'judgedSince'>,
  { metrics, now }: GateOptions,
): Promise<Verdict> {
  const { gates } = ramp
  const asked = metrics.filter(({ name, role }) => role === 'guardrail' && gates.includes(name))
  const unknown = gates.find((name) => !asked.some((metric) => metric.name === name))
  if (unknown !== undefined)
    return inconclusive(`${unknown} is no metric with the role guardrail in metrics`)
  const missing = whyNoControl(experiment)
  if (missing !== undefined) return inconclusive(missing)
  try {
    const report = await experimentReport(store, {
      ...{ experiment, metrics: asked, now, isWatch: true },
      // Of another build nothing is known by what was recorded of the one before its start; and whoever
      // resumes a ramp has corrected what was wrong, which would fail it again.
      span: { from: ramp.judgedSince(now) },
    })
    return verdictOf(report, gates, experiment.shares)
  } catch (error) {
    return inconclusive(`there is no report: ${messageOf(error)}`)
  }
}

/** What a report says that gates are judged by. */
export type Judgeable = Pick<
  ExperimentReport,
  'quality' | 'gaps' | 'sampleRatio' | 'leaks' | 'conversions' | 'controls' | 'littleLeft'
>

/**
 * The verdict on a report, by the metrics that are gates: on the variants that have a share by now,
 * also while nobody is in one; without shares, on those with people.
 */
export function verdictOf(
  report: Judgeable,
  gates: readonly string[],
  shares?: ConfiguredExperiment['shares'],
): Verdict {
  const trouble = troubleOf(report)
  if (trouble !== undefined) return inconclusive(trouble)
  const isAsked = ({ metric }: ConversionReport): boolean => gates.includes(metric?.name ?? '')
  const compared = report.conversions.filter(isAsked).flatMap((conversion) => {
    const strataOf = new Map(conversion.variants.map(({ variant, strata }) => [variant, strata]))
    const having = shares?.filter(({ share }) => share > 0).map(({ variant }) => variant)
    return (having ?? [...strataOf.keys()])
      .filter((variant) => !report.controls.includes(variant))
      .map((variant) => ({
        ...{ conversion, variant, strata: strataOf.get(variant) ?? null },
        left: report.littleLeft.filter(
          (one) => one.variant === variant || report.controls.includes(one.variant),
        ),
      }))
  })
  if (compared.length === 0) return inconclusive('nobody is recorded in a variant beside a control')
  const all = compared.map((one) => judgedGate(one, compared.length))
  const fails = all.filter(({ outcome }) => outcome === 'fail')
  const open = all.filter(({ outcome }) => outcome === 'inconclusive')
  const [outcome, those] =
    fails.length > 0
      ? (['fail', fails] as const)
      : open.length > 0
        ? (['inconclusive', open] as const)
        : (['pass', all] as const)
  return {
    outcome,
    reason: those.map(({ reason }) => reason).join('; '),
    gates: all.map(({ reason: _, ...verdict }) => verdict),
  }
}

/** Why the figures of a report cannot be trusted, so that gates say nothing. */
function troubleOf(report: Judgeable): string | undefined {
  const { quality, gaps, sampleRatio, leaks } = report
  const { dropped, orphans, ahead } = quality
  if (quality.isRed)
    return `the records are not complete: ${counted(dropped, 'row')} lost, ${counted(orphans, 'conversion of an unknown decision', 'conversions of unknown decisions')}, ${ahead + gaps.ahead} in the future`
  if (sampleRatio.verdict === 'mismatch') return 'the split is not as configured'
  if (leaks.length > 0) return 'units are in variants that the entry does not give them'
  if (isUnfair(quality)) return 'too many units saw two variants'
  if (quality.returned?.isUneven)
    return 'more of one variant came back since the ramp was resumed, and who did is in the figures'
  const [first] = unbalanced(report)
  if (first)
    return `the variants differed in ${first.metric?.name ?? first.name} before their exposure already`
  return undefined
}

interface Gate {
  readonly conversion: ConversionReport
  readonly variant: string
  readonly strata: Strata | null
  /** Of which of the compared an edit left little. */
  readonly left: readonly LittleLeft[]
}

/**
 * By the bounds of the lift that are right for all looks and for all comparisons together, so that
 * judging every day, and many metrics, fails no more often than one look at one.
 */
function judgedGate(
  { conversion, variant, strata, left }: Gate,
  comparisons: number,
): GateVerdict & { readonly reason: string } {
  const { skewness, unrecorded } = conversion
  const metric = conversion.metric as Metric
  const { name, margin, direction } = metric
  const confidence = 1 - ALPHA / comparisons
  const guardrail = strata && guardrailOf(metric, variant, strata, { confidence, skewness })
  const bounds = guardrail?.bounds ?? null
  const why = unrecorded
    ? unrecordedText(unrecorded)
    : (whyTooFew(metric, variant, strata, left) ?? guardrail?.reason ?? undefined)
  const outcome = guardrail && bounds && why === undefined ? guardrail.verdict : 'inconclusive'
  const also = comparisons > 1 ? `, of ${comparisons} judged together` : ''
  const bound = `may become ${(margin * 100).toFixed(1).replace(/\.0$/, '')} % worse`
  const reason =
    why === undefined && bounds
      ? `${name} of ${variant} ${boundsText(bounds)}, ${bound}${also}`
      : `${name} of ${variant}: ${why ?? 'nothing to compare with yet'}`
  return { metric: name, variant, outcome, bounds, margin, direction, confidence, reason }
}

/** Who crossed, whose time is not over, or whom an edit moved is in no comparison. */
function whyTooFew(
  metric: Metric,
  variant: string,
  strata: Strata | null,
  left: readonly LittleLeft[],
): string | undefined {
  const { units, others } = comparedUnits(metric, strata)
  const [fewest, where] = units <= others ? [units, variant] : [others, 'the controls']
  if (fewest >= LEAST_UNITS) return undefined
  const moved = left.map((one) => `${printable(one.variant)} has ${one.estimated} of ${one.units}`)
  const why = moved.length > 0 ? `; an edit moved the others: ${moved.join(', ')}` : ''
  return `too few units: ${fewest} in ${where}, of ${LEAST_UNITS} on each side${why}`
}
