import { DAY_MS } from '../core/time'
import type { Metric } from '../live-config/read-entries'
import type { Dropped, Reports, Span, Store } from '../recording/store'
import { type Alone, aloneIn } from './alone'
import { type LittleLeft, littleLeft } from './little-left'
import { type AskedMetric, askedMetrics, eventsOf } from './asked-metrics'
import type { ConfiguredExperiment } from './configured'
import { controlsOf } from './controls'
import type { ConversionReport } from './conversion-report'
import {
  type CountedUnits,
  countUnits,
  type Leak,
  splitOf,
  type VariantReport,
  withheld,
} from './counted-units'
import { type Quality, qualityOf } from './data-quality'
import { countedLook, type Looks, type LooksUntil, looksUntil } from './looks'
import type { WindowedMetric } from './metric-values'
import { everybodyUntil, membersOf, type MemberRows, type People, peopleOf } from './people'
import { type PhaseReport, phaseReports } from './phase-report'
import { type Placed, placed } from './placed'
import { populationOf } from './population'
import { type DayReport, daysOf, firstOf } from './report-days'
import { type Gaps, gapsOf, unitsAhead } from './report-gaps'
import { resultsOf } from './results'
import { returnedIn } from './returned'
import { type SampleRatio, sampleRatio } from './sample-ratio'
import { askedSegments, type SegmentReport } from './segments'
import { NO_SIGN_INS, type SignIns, signInsOf } from './sign-ins'

export type { DayReport, Leak, Looks, PhaseReport, SegmentReport, VariantReport }

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
  /**
   * Default: what the experiment declares as its `control`; else the variant `control`; else `control_1` and
   * `control_2` together; else the first by name.
   */
  readonly control?: string
  /**
   * Conversions count for so long after a unit was first seen, and units once that time is over.
   * Default: the `window` of each metric, else of the experiment, else without end.
   */
  readonly windowMs?: number
  /** Counts a visitor's signed-out and signed-in time as one unit's. */
  readonly stitch?: boolean
  /** One of the attributes that the experiment declares. Default: all of them. */
  readonly segment?: string
  /**
   * Read by a program that shows no figures, such as a gate: it is no look, and goes by every look as
   * if it had been read often. Default false.
   */
  readonly isWatch?: boolean
  /**
   * Shown again to somebody who has seen it today, as by a page that refreshes itself: it is no
   * further look. Default false.
   */
  readonly isAgain?: boolean
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
  /** How often the figures were shown, which says which of them may be gone by. */
  readonly looks: Looks
  readonly phases: readonly PhaseReport[]
  /** The variants of which an edit left under a third in estimates. */
  readonly littleLeft: readonly LittleLeft[]
  /** People who are in no comparison, as no edit let in anybody beside them. */
  readonly alone: readonly Alone[]
  readonly leaks: readonly Leak[]
  /** Rows that writers lost: what they would have been counted in is not complete. */
  readonly drops: readonly Dropped[]
  readonly quality: Quality
  readonly days: readonly DayReport[]
  /** Counts by reason. */
  readonly decisions: Readonly<Record<string, number>>
  readonly conversions: readonly ConversionReport[]
  /** The same by the values of the attributes that the entry declares in `report_by`. */
  readonly segments: readonly SegmentReport[]
  readonly gaps: Gaps
}

/** By how much the clocks of those who record and judge may differ. */
export const CLOCKS_DIFFER_MS = DAY_MS

/**
 * Builds the report of an experiment from what was recorded until now, and counts one more look at
 * it. Rows that arrive meanwhile are in none of its counts.
 *
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION if `control` names no variant, `conversion` no
 *   conversion that was recorded, or `segment` no attribute that the experiment declares
 */
export async function experimentReport(
  store: Pick<Store, 'snapshot' | 'countLook'>,
  question: ReportQuestion,
): Promise<ExperimentReport> {
  const { experiment, now = Date.now(), isWatch } = question
  const { looks, ...report } = await store.snapshot((reports) => reportOf(reports, question))
  const { total, days } = looks
  if (isWatch) return { ...report, looks: { total, days, isKept: false, why: 'it is no look' } }
  return { ...report, looks: await countedLook(store, experiment.id, looks, now) }
}

type Uncounted = Omit<ExperimentReport, 'looks'> & {
  readonly looks: LooksUntil
}

async function reportOf(reports: Reports, question: ReportQuestion): Promise<Uncounted> {
  const { experiment, segment } = question
  const attributes = askedSegments(experiment.reportBy ?? [], segment, experiment.feature)
  const asked = askedOf(question)
  const seen = await seenIn(reports, question, asked)
  const { groups, phases, cohorts } = seen
  const { variants, leaks, total, strata } = countUnits(groups, phases, experiment, cohorts)
  const controls = controlsOf(namesOf(variants), question.control, experiment.control)
  const population = await populationOf(reports, { ...seen, ...asked })
  const metrics = windowedBy(question, await askedMetrics(reports, population, question))
  const names = [...new Set(metrics.flatMap(eventsOf))]
  const drops = await dropsOf(reports, question, names, asked.span)
  const looks = await looksUntil(reports, experiment.id, firstOf(groups), asked)
  const by = { ...asked, controls, attributes, daysOfLooks: daysOfLooks(question, looks) }
  const found = await resultsOf(population, metrics, by)
  const returned = await returnedIn(reports, { ...seen, metrics, experiment })
  const counted = { ...asked, ...seen, names, metrics, returned }
  const quality = await qualityOf(population, counted, drops)
  const reasons = await reports.decisionsByReason(experiment.id, asked.span)
  return {
    ...headOf(question, asked, seen.by),
    control: controls[0] ?? null,
    controls,
    variants,
    sampleRatio: ratioOf({ variants, strata }, by.daysOfLooks, quality),
    looks,
    phases: phaseReports(groups, phases, cohorts),
    littleLeft: littleLeft(variants, phases, groups),
    alone: aloneIn(groups, cohorts, controls),
    leaks,
    drops,
    quality,
    days: daysOf(groups),
    decisions: Object.fromEntries(reasons.map(({ reason, decisions }) => [reason, decisions])),
    ...found,
    gaps: await gapsOf(reports, experiment.id, {
      ...{ ...found, units: total, ahead: seen.ahead, kinds: kindsOf(seen), population },
    }),
  }
}

const ratioOf = (
  units: Pick<CountedUnits, 'variants' | 'strata'>,
  daysOfLooks: number,
  { isRed }: Quality,
): SampleRatio => withheld(sampleRatio(splitOf(units), daysOfLooks, units.strata), isRed)

/** A program that watches goes by every look. */
const daysOfLooks = ({ isWatch }: ReportQuestion, { days }: LooksUntil): number =>
  isWatch ? Infinity : days

const namesOf = (variants: readonly VariantReport[]): readonly string[] =>
  variants.map(({ variant }) => variant)

const headOf = ({ experiment, span = {} }: ReportQuestion, asked: Asked, by: By) => ({
  feature: experiment.feature,
  experiment: experiment.id,
  status: experiment.status ?? null,
  by,
  stitched: asked.stitch,
  from: span.from ?? null,
  to: span.to ?? null,
  windowMs: asked.windowMs,
})

/** Who was seen, and in which phases. */
interface Seen extends Placed {
  readonly by: By
  readonly rows: MemberRows
  /** Which logged-out id is whose. */
  readonly signIns: SignIns
  /** Rows of the kind that is not counted. */
  readonly others: MemberRows
  /** Those of before the span, too. */
  readonly everybody: People
  /** How the people were found. */
  readonly how: ReturnType<typeof howOf>
  /** Units that lie in the future, and are none of them. */
  readonly ahead: number
}

export async function seenIn(
  reports: Reports,
  { experiment, by: wanted, span: given = {} }: ReportQuestion,
  question: Asked,
): Promise<Seen> {
  const { span } = question
  const asked = { experiment: experiment.id, until: span.to }
  const read = (by: By) => membersOf(reports, { ...asked, by })
  const [exposed, decided] = [await read('unit'), await read('decision')]
  const by = wanted ?? (await firstRecorded(reports, experiment.id, exposed, decided))
  const [rows, others] = by === 'unit' ? [exposed, decided] : [decided, exposed]
  const signIns = by === 'unit' ? await signInsOf(reports, asked) : NO_SIGN_INS
  const how = howOf(question, { by, signIns })
  const people = await peopleOf(rows, how)
  const everybody = span.from === undefined ? people : await everybodyUntil(rows, how)
  const found = await placed(reports, experiment, people, { everybody })
  const ahead = await unitsAhead(reports, experiment.id, { by, given, span })
  return { by, rows, signIns, others, everybody, ...found, how, ahead }
}

/** Of exposures, but not of decisions, the sightings between the first and the last are not kept. */
const howOf = (
  { span, stitch, isOver }: Pick<Asked, 'span' | 'stitch' | 'isOver'>,
  { by, signIns }: Pick<Seen, 'by' | 'signIns'>,
) => ({ span, isOver: isOver && by === 'unit', ...(stitch && { signIns }) })

/** The kinds of units that were exposed, in order. */
const kindsOf = ({ rows, others }: Seen): readonly string[] => {
  const kinds = new Set<string>()
  for (const list of [rows, others]) for (const { kind } of list) if (kind !== null) kinds.add(kind)
  return [...kinds].sort()
}

/** The window that is asked for goes before the metric's, and that before the experiment's. */
const windowedBy = (
  { windowMs, experiment }: ReportQuestion,
  metrics: readonly AskedMetric[],
): readonly WindowedMetric[] =>
  metrics.map((one) => ({
    ...one,
    windowMs: windowMs ?? one.metric?.windowMs ?? experiment.windowMs ?? null,
  }))

interface Asked {
  readonly experiment: string
  readonly span: Span & { readonly to: number }
  readonly stitch: boolean
  /** The span was asked to end before now. */
  readonly isOver: boolean
  readonly windowMs: number | null
  /** Windows that end later are not over. */
  readonly now: number
  /** The longest time before the exposure that a metric takes into account. */
  readonly beforeMs: number
  /** When the report is read. */
  readonly lookedAt: number
  readonly isAgain: boolean
  /** From then on is the future; never, where the span ends before it. */
  readonly future: number
}

export function askedOf(question: ReportQuestion): Asked {
  const { experiment, span: given = {}, now = Date.now(), stitch = false } = question
  const until = Math.min(now, given.to ?? Infinity)
  return {
    experiment: experiment.id,
    // Rows of a clock that is years ahead must not decide where a report ends.
    span: { ...given, to: Math.min(given.to ?? Infinity, now + CLOCKS_DIFFER_MS) },
    stitch,
    isOver: (given.to ?? Infinity) <= now,
    windowMs: question.windowMs ?? experiment.windowMs ?? null,
    now: until,
    beforeMs: Math.max(0, ...(question.metrics ?? []).map(({ cupedMs = 0 }) => cupedMs)),
    lookedAt: now,
    isAgain: question.isAgain ?? false,
    future: (given.to ?? Infinity) <= now + CLOCKS_DIFFER_MS ? Infinity : now + CLOCKS_DIFFER_MS,
  }
}

/** Rows that come later, of the other kind, change nothing. */
async function firstRecorded(
  reports: Pick<Reports, 'recorded'>,
  experiment: string,
  exposed: MemberRows,
  decided: MemberRows,
): Promise<By> {
  if (exposed.length + decided.length > 0)
    return firstAt(exposed) <= firstAt(decided) ? 'unit' : 'decision'
  // What there is lies outside of the span.
  const recorded = await reports.recorded(experiment)
  const [first] = recorded.toSorted((a, b) => a.firstAt - b.firstAt || (a.what < b.what ? 1 : -1))
  return first?.what === 'exposures' ? 'unit' : 'decision'
}

const firstAt = (rows: MemberRows): number =>
  rows.reduce((least, { at }) => Math.min(least, at), Infinity)

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
