import { writeFile } from 'node:fs/promises'
import { type By, type ExperimentReport, experimentReport } from '../analysis/experiment-report'
import { LiveflagError } from '../core/errors'
import type { Span } from '../recording/store'
import { reportChart } from './experiment-chart'
import { reportLines } from './experiment-lines'
import { openText, type Reading } from './live-config-file'
import { experimentsOf, namedExperiment } from './named-experiment'
import { Output } from './output'
import { printedReport } from './printed-report'
import { openRecords } from './records'
import { type ExitCode, OK, PROBLEMS, type Terminal } from './terminal'
import { readTime } from './time-argument'

export interface ExperimentFlags extends Reading {
  readonly store?: string
  readonly json?: boolean
  readonly svg?: string
  readonly since?: string
  readonly until?: string
  readonly conversion?: string
  readonly control?: string
  readonly by?: By
}

/** `liveflag experiment`: what was recorded of an experiment, and whether it can be trusted. */
export async function experiment(path: string, name: string, flags: ExperimentFlags, terminal: Terminal): Promise<ExitCode> {
  const span = spanOf(flags, terminal)
  const { texts } = await openText(path, flags, terminal.stdin)
  const { by, conversion, control } = flags
  const named = namedExperiment(name, path, experimentsOf(texts, flags))
  const store = await openRecords(flags.store ?? terminal.env.LIVEFLAG_STORE)
  try {
    const report = await experimentReport(store, { experiment: named, span, ...(by && { by }), ...(conversion !== undefined && { conversion }), ...(control !== undefined && { control }) })
    const output = new Output(terminal)
    if (flags.json) output.document(printedReport(report))
    else output.lines(reportLines(report, output))
    if (flags.svg !== undefined) await writeChart(flags.svg, reportChart(report))
    return isSound(report) ? OK : PROBLEMS
  } finally {
    await store.close()
  }
}

/** Whether nothing says that its figures mislead. */
const isSound = ({ sampleRatio, leaks, variants }: ExperimentReport): boolean =>
  sampleRatio.verdict !== 'mismatch' && leaks.length === 0 && variants.every(({ crossed }) => !crossed)

function spanOf({ since, until }: ExperimentFlags, { now }: Terminal): Span {
  const from = since === undefined ? undefined : readTime('--since', since, now())
  const to = until === undefined ? undefined : readTime('--until', until, now())
  if (from !== undefined && to !== undefined && from >= to) throw new LiveflagError('LIVEFLAG_BAD_OPTION', '--since is not before --until; exchange the two')
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
}

/** Throws LIVEFLAG_BAD_OPTION when the file cannot be written. */
export async function writeChart(path: string, svg: string): Promise<void> {
  try {
    await writeFile(path, svg)
  } catch (error) {
    throw new LiveflagError('LIVEFLAG_BAD_OPTION', `--svg: ${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}
