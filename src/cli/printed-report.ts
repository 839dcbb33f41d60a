import type { ExperimentReport } from '../analysis/experiment-report'

/** A report as `--json` prints it: times as ISO 8601, null where there is no end. */
export type PrintedReport = Omit<ExperimentReport, 'from' | 'to'> & { readonly from: string | null; readonly to: string | null }

export const printedReport = ({ from, to, ...rest }: ExperimentReport): PrintedReport => {
  const { feature, experiment, status, by, ...figures } = rest
  return { feature, experiment, status, by, from: isoOf(from), to: isoOf(to), ...figures }
}

const isoOf = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())
