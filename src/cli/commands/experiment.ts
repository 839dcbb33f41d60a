import { writeFile } from 'node:fs/promises'
import { lengthOf } from '../../analysis/asked-figures'
import {
  type By,
  type ExperimentReport,
  experimentReport,
  type PhaseReport,
} from '../../analysis/experiment-report'
import type { LittleLeft } from '../../analysis/little-left'
import { LiveflagError } from '../../core/errors'
import { durationText } from '../../experiments/duration'
import type { Dropped, Span } from '../../recording/store'
import { openText, type Reading } from '../live-config-file'
import { metricsOf, namedExperiment, reportedIn } from '../named-experiment'
import { Output } from '../output'
import { openRecords, readTime } from '../records'
import { type ExitCode, OK, PROBLEMS, type Terminal } from '../terminal'
import { reportChart } from '../../analysis/charts'
import { isLikelyMisspelt } from '../../analysis/unrecorded'
import { failsGuardrail, gapLines, isSound } from '../../analysis/verdicts'
import { reportLines } from './experiment-lines'

/** A report as `--json` prints it: times as ISO 8601, null where there is no end. */
export type PrintedReport = Omit<
  ExperimentReport,
  'from' | 'to' | 'drops' | 'gaps' | 'littleLeft' | 'phases' | 'windowMs'
> & {
  readonly window: string | null
  readonly phases: readonly PrintedPhase[]
  readonly from: string | null
  readonly to: string | null
  readonly littleLeft: readonly PrintedLittleLeft[]
  readonly drops: readonly PrintedDrop[]
}

type PrintedPhase = Omit<PhaseReport, 'from' | 'since'> & {
  readonly from: string
  readonly since: string | null
}

type PrintedLittleLeft = Omit<LittleLeft, 'until'> & { readonly until: string | null }

type PrintedDrop = Omit<Dropped, 'firstAt' | 'lastAt'> & {
  readonly firstAt: string
  readonly lastAt: string
}

const printedReport = (report: ExperimentReport): PrintedReport => {
  const { feature, experiment, status, by, from, to, windowMs, gaps: _gaps, ...figures } = report
  return {
    ...{ feature, experiment, status, by, from: isoOf(from), to: isoOf(to) },
    window: windowMs === null ? null : durationText(windowMs),
    ...figures,
    phases: report.phases.map((phase) => ({
      ...phase,
      from: new Date(phase.from).toISOString(),
      since: isoOf(phase.since),
    })),
    littleLeft: report.littleLeft.map((one) => ({ ...one, until: isoOf(one.until) })),
    drops: report.drops.map((drop) => ({
      ...drop,
      firstAt: new Date(drop.firstAt).toISOString(),
      lastAt: new Date(drop.lastAt).toISOString(),
    })),
  }
}

const isoOf = (at: number | null): string | null =>
  at === null ? null : new Date(at).toISOString()

export interface ExperimentFlags extends Reading {
  readonly store?: string
  readonly json?: boolean
  readonly svg?: string
  readonly since?: string
  readonly until?: string
  readonly conversion?: string
  readonly control?: string
  readonly by?: By
  readonly window?: string
  readonly stitch?: boolean
  readonly segment?: string
}

/** `liveflag experiment`: what was recorded of an experiment, and whether it can be trusted. */
export async function experiment(
  path: string,
  name: string,
  flags: ExperimentFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const span = spanOf(flags, terminal)
  const { texts } = await openText(path, flags, terminal.stdin)
  const { by, conversion, control, stitch, segment } = flags
  const windowMs = lengthOf('--window', flags.window)
  const named = namedExperiment(name, path, reportedIn(texts, flags))
  const store = await openRecords(flags.store ?? terminal.env.LIVEFLAG_STORE)
  try {
    const report = await experimentReport(store, {
      experiment: named,
      span,
      metrics: metricsOf(texts, flags),
      now: terminal.now().getTime(),
      ...(by && { by }),
      ...(stitch && { stitch }),
      ...(windowMs !== undefined && { windowMs }),
      ...(conversion !== undefined && { conversion }),
      ...(control !== undefined && { control }),
      ...(segment !== undefined && { segment }),
    })
    const output = new Output(terminal)
    if (flags.json) output.document(printedReport(report))
    else output.lines(reportLines(report, output))
    if (flags.svg !== undefined) await writeChart(flags.svg, reportChart(report))
    for (const gap of gapLines(report)) output.complain(gap)
    return isSound(report) && !failsGuardrail(report) && !isLikelyMisspelt(report) ? OK : PROBLEMS
  } finally {
    await store.close()
  }
}

function spanOf({ since, until }: ExperimentFlags, { now }: Terminal): Span {
  const from = since === undefined ? undefined : readTime('--since', since, now())
  const to = until === undefined ? undefined : readTime('--until', until, now())
  if (from !== undefined && to !== undefined && from >= to)
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      '--since is not before --until; exchange the two',
    )
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
}

/** Throws LIVEFLAG_BAD_OPTION when the file cannot be written. */
export async function writeChart(path: string, svg: string): Promise<void> {
  try {
    await writeFile(path, svg)
  } catch (error) {
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `--svg: ${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    )
  }
}
