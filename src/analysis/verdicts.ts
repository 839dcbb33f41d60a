import { printable } from '../core/printable'
import { durationText } from '../experiments/duration'
import type { DropReason, Dropped } from '../recording/store'
import type { By, ExperimentReport, Leak, PhaseReport } from './experiment-report'
import { aloneLines } from './alone'
import { dataChecks } from './data-checks'
import { isUnfair, MOST_CROSSED, unbalanced } from './data-quality'
import { percent, probability, whole } from './figures'
import { leftLines } from './little-left'
import type { Nothing } from './report-gaps'
import { returnedLines, unevenLines } from './returned'
import { signedInLines } from './signed-in'
import { COUNTS_NOBODY } from './looks'

/** Whether no check says that the figures mislead. */
export const isSound = (report: ExperimentReport): boolean =>
  report.sampleRatio.verdict !== 'mismatch' &&
  report.gaps.nothing === null &&
  dataChecks(report).every(({ level }) => level !== 'red')

/** Whether a variant made a guardrail metric worse by more than its margin. */
export const failsGuardrail = ({ conversions }: ExperimentReport): boolean =>
  conversions.some(({ guardrails }) => guardrails.some(({ verdict }) => verdict === 'fail'))

const WHY: Readonly<Record<DropReason, string>> = {
  full: 'their writer was full',
  timeout: 'their writer had no room in time',
  closed: 'their writer closed before they were written',
  exit: 'their process ended before they were written',
  refused: 'no store can hold them',
}

function dropText(
  { kind, experiment, name, reason, rows, firstAt, lastAt, processes }: Dropped,
  { feature }: Pick<ExperimentReport, 'feature'>,
): string {
  const what = rows === 1 ? kind.slice(0, -1) : kind
  const of =
    experiment !== null
      ? ` of ${printable(name ?? feature)}`
      : kind === 'conversions' && name !== null
        ? ` named ${printable(name)}`
        : kind === 'conversions'
          ? ''
          : ' that may be of this experiment'
  const when =
    firstAt === lastAt
      ? `at ${timeText(firstAt)}`
      : `between ${timeText(firstAt)} and ${timeText(lastAt)}`
  const by = processes === 1 ? '' : `, in ${processes} processes`
  return `LOST: ${whole(rows)} ${what}${of} ${rows === 1 ? 'was' : 'were'} dropped ${when}, because ${WHY[reason]}${by}: the counts are not complete`
}

export function leakText({ variant, units, why }: Leak): string {
  const which = why === 'no-share' ? 'has no share in' : 'is not in'
  return `LEAK: ${whole(units)} ${units === 1 ? 'unit' : 'units'} in ${printable(variant)}, which ${which} the entry that decided`
}

/** A day of UTC, or a time to the minute where that says all. */
const timeText = (at: number): string =>
  new Date(at)
    .toISOString()
    .replace(/:00\.000Z$/, 'Z')
    .replace(/T00:00Z$/, '')

export const spanText = ({ from, to }: Pick<ExperimentReport, 'from' | 'to'>): string =>
  `${from === null ? '' : ` since ${timeText(from)}`}${to === null ? '' : ` until ${timeText(to)}`}`

/** Says why a report shows nothing, or conversions of nobody. */
export function gapLines({
  experiment,
  by,
  from,
  to,
  gaps: { nothing, unjoined, kinds },
}: ExperimentReport): readonly string[] {
  if (nothing) return [nothingText(nothing, experiment, by, spanText({ from, to }))]
  const remedy =
    by === 'unit'
      ? `its units are of kind ${kinds.join(', ')}, so record conversions with the id of that unit`
      : 'record them with the decisionId that decide returned'
  return unjoined.map(
    ({ name, conversions }) =>
      `${whole(conversions)} ${conversions === 1 ? 'conversion' : 'conversions'} named ${name} ${conversions === 1 ? 'was' : 'were'} recorded, and none joins a ${by === 'unit' ? 'unit' : 'decision'} of experiment ${experiment}; ${remedy}`,
  )
}

function nothingText(
  { recorded, experiments }: Nothing,
  experiment: string,
  by: By,
  span: string,
): string {
  const what = by === 'unit' ? 'exposures' : 'decisions'
  if (recorded.length > 0 && (span !== '' || recorded.some((one) => one.what === what))) {
    const first = Math.min(...recorded.map(({ firstAt }) => firstAt))
    const last = Math.max(...recorded.map(({ lastAt }) => lastAt))
    return `nothing was recorded of experiment ${experiment}${span}; its records are from ${timeText(first)} to ${timeText(last)}`
  }
  if (recorded.length > 0)
    return `the store has no ${what} of experiment ${experiment}; leave out --by to count what it has`
  const others = experiments.length === 0 ? 'of no experiment' : `of ${experiments.join(', ')}`
  return `nothing was recorded of experiment ${experiment} in this store, which has records ${others}`
}

/** What is wrong with the records, each as a sentence; no verdict is given then. */
export const redLines = ({
  quality: { orphans, ahead, returned },
  drops,
  gaps,
  ...report
}: ExperimentReport): readonly string[] => [
  ...drops.map((drop) => dropText(drop, report)),
  ...unbalanced(report).map(
    ({ name, metric, cuped }) =>
      `UNBALANCED: the variants differed in ${printable(metric?.name ?? name)} before their exposure already (p ${probability(cuped?.balanceP ?? 0)}), so they are no equal groups; look at how units are assigned and recorded`,
  ),
  ...(orphans === 0
    ? []
    : [
        `ORPHANS: ${counted(orphans, 'conversion names', 'conversions name')} a decision that the store does not have; rows were lost, or a backup is older than them`,
      ]),
  ...(ahead === 0
    ? []
    : [
        `FUTURE: ${counted(ahead, 'conversion lies', 'conversions lie')} more than a day ahead; set the clock of the server that wrote them`,
      ]),
  ...(gaps.ahead === 0
    ? []
    : [
        `FUTURE: ${counted(gaps.ahead, 'unit was', 'units were')} first seen more than a day ahead, and are left out; set the clock of the server that wrote them, and correct created_at in ${report.by === 'unit' ? 'liveflag_exposures' : 'liveflag_decisions'}`,
      ]),
  ...unevenLines(returned),
]

/** How often these figures were read, which says which of them to go by. */
export function looksLine({ looks }: Pick<ExperimentReport, 'looks'>): string {
  const { total, days, isKept, why } = looks
  if (why === COUNTS_NOBODY) return 'This is no look: it counts nobody.'
  const read =
    total === 1
      ? 'This is the first look at these figures'
      : `This is look ${whole(total)} at these figures, on ${counted(days, 'day', 'different days')}`
  const advice = days > 1 ? ': go by every look' : ''
  return `${read}${advice}.${isKept ? '' : ` It is not counted: ${(why ?? '').replace(/\.$/, '')}.`}`
}

/** What the figures leave out, each as a sentence. */
export function noteLines(report: ExperimentReport): readonly string[] {
  const { quality, by, variants } = report
  const { earlier, leftOut, unstitched, crossedUnstitched, signedIn, returned } = quality
  const units = variants.reduce((sum, one) => sum + one.units, 0)
  return [
    ...leftLines(report),
    ...aloneLines(report.alone),
    ...returnedLines(returned),
    ...unknownLines(report),
    ...crossedLines(quality),
    ...signedInLines(signedIn, units),
    ...windowLines(report),
    ...unkeptLines(report),
    ...(earlier === 0
      ? []
      : [
          `${counted(earlier, 'conversion', 'conversions')} from before the unit was first seen ${earlier === 1 ? 'is' : 'are'} not counted.`,
        ]),
    ...(unstitched === 0
      ? []
      : [
          `${counted(unstitched, 'unit is', 'units are')} the signed-out time of users who are counted as well, and ${counted(crossedUnstitched, 'person', 'people')} saw two variants that way: --stitch counts each once.`,
        ]),
    ...(leftOut === 0
      ? []
      : [
          by === 'unit'
            ? `${counted(leftOut, 'subject of decisions is', 'subjects of decisions are')} not counted here: --by decision counts them.`
            : `${counted(leftOut, 'exposed unit is', 'exposed units are')} not counted here: --by unit counts them.`,
        ]),
  ]
}

function crossedLines(quality: ExperimentReport['quality']): readonly string[] {
  const { crossed, moved, crossedOfStaying } = quality
  const whose = moved ? 'units whose bucket stayed' : 'units'
  const crossing = `${percent(crossedOfStaying, 2)} of the ${whose} saw more than one variant and are in no estimate`
  return [
    ...(moved
      ? [
          `Moved: ${percent(moved, 2)} of the units were first seen in a bucket that an edit gave to another variant later. None of them is in an estimate, whether they came back (${percent(crossed, 2)} of all units saw more than one variant) or not, so what is left is a fair sample.`,
        ]
      : []),
    ...(isUnfair(quality)
      ? [
          `CROSSED: ${crossing}; above ${percent(MOST_CROSSED, 0)}, those that are left are no fair sample: measure anew, under a new experiment_id`,
        ]
      : crossedOfStaying
        ? [`Crossed: ${crossing}`]
        : []),
  ]
}

function unknownLines({ quality: { unknown }, to }: ExperimentReport): readonly string[] {
  return unknown === 0 || to === null
    ? []
    : [
        `${counted(unknown, 'unit was', 'units were')} first seen before this time and again since it began. Whether in it is not recorded, since of a unit the first and the last sighting are kept, so ${unknown === 1 ? 'it is' : 'they are'} not counted: a time that is over has the units that were first seen in it, whenever it is read. --until ${timeText(to)} without --since has all of before.`,
      ]
}

function windowLines({ windowMs, conversions, from }: ExperimentReport): readonly string[] {
  if (windowMs === null) return []
  const others = conversions.some((one) => one.windowMs !== windowMs)
  return [
    `Conversions count for ${durationText(windowMs)} after a unit was first seen${others ? ', or within what the metric says,' : ','} and units only once that time is over${from === null ? '' : ', of those that were first seen in this span'}.`,
  ]
}

/** Of entries that are not known the live config's shares stand in. */
function unkeptLines({ phases }: ExperimentReport): readonly string[] {
  const unkept = phases.reduce((sum, one) => sum + one.unkept, 0)
  return unkept === 0
    ? []
    : [
        `${counted(unkept, 'unit names', 'units name')} an entry whose text is not kept: the shares of the live config are expected of ${unkept === 1 ? 'it' : 'them'}.`,
      ]
}

const counted = (count: number, one: string, many: string): string =>
  `${whole(count)} ${count === 1 ? one : many}`

/** Why the figures are those of several phases, a line for each. */
export const phaseLines = ({ phases }: ExperimentReport): readonly string[] =>
  phases.length < 2
    ? []
    : phases.map(
        ({ changed, units, moved, shares, ...begin }) =>
          `from ${beginText(begin, phases)}: ${whole(units)} first seen${moved === 0 ? '' : `, ${whole(moved)} of them moved later`}${shares === null ? ', by an entry that the records do not say' : `, by shares of ${sharesText(shares)}`}${changed.length === 0 ? '' : `; the edit changed ${changed.join(', ')}`}`,
      )

/** The time to the minute, where another phase begins on the same day. */
export const beginText = ({ from, since }: Begin, phases: readonly Begin[]): string =>
  since !== null && phases.filter((one) => one.from === from).length > 1
    ? timeText(since - (since % MINUTE_MS))
    : timeText(from)

type Begin = Pick<PhaseReport, 'from' | 'since'>

const MINUTE_MS = 60_000

const sharesText = (shares: Readonly<Record<string, number>>): string =>
  Object.entries(shares)
    .map(([variant, share]) => `${printable(variant)} ${percent(share, 1)}`)
    .join(', ')
