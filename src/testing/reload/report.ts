import type { Report, Result } from './runner'

/** The three numbers of a run. */
export function totals({ results }: Report): { passed: number; failed: number; notRun: number } {
  const count = (verdict: Result['verdict']): number =>
    results.filter((result) => result.verdict === verdict).length
  return { passed: count('passed'), failed: count('failed'), notRun: count('not run') }
}

/** A line for each pattern, then what failed and what did not run, with reasons. */
export function reportText(report: Report): string {
  const { passed, failed, notRun } = totals(report)
  const ids = [...new Set(report.results.map(({ id }) => id))].sort(
    (a, b) => Number(a.slice(1)) - Number(b.slice(1)),
  )
  return [
    'pattern  passed  failed  not run   with events, ms   polling only, ms',
    '                                     median   worst     median   worst',
    ...ids.map((id) =>
      row(
        id,
        report.results.filter((result) => result.id === id),
      ),
    ),
    ...report.results.filter(({ verdict }) => verdict === 'failed').map(explain),
    ...[
      ...new Set(
        report.results
          .filter(({ verdict }) => verdict === 'not run')
          .map(({ id, title, reasons }) => `not run  ${id} ${title}: ${reasons.join('; ')}`),
      ),
    ],
    ...report.leaks.map((leak) => `failed   ${leak}`),
    ...unseen(report),
    `seed ${report.seed}: ${passed} passed, ${failed} failed, ${notRun} not run`,
  ].join('\n')
}

function row(id: string, results: readonly Result[]): string {
  const count = (verdict: Result['verdict']): string =>
    String(results.filter((result) => result.verdict === verdict).length)
  const polling = (wanted: boolean): number[] =>
    results
      .filter(({ watching }) => (watching === 'poll') === wanted)
      .flatMap(({ latencies }) => latencies)
  const cells = [
    count('passed'),
    count('failed'),
    count('not run'),
    ...spread(polling(false)),
    ...spread(polling(true)),
  ]
  return (
    id.padEnd(7) + cells.map((cell, i) => cell.padStart([8, 8, 9, 11, 8, 11, 8][i] ?? 8)).join('')
  )
}

/** Median and worst. */
function spread(latencies: readonly number[]): [string, string] {
  const sorted = [...latencies].sort((a, b) => a - b)
  return [
    sorted[Math.floor(sorted.length / 2)]?.toFixed(0) ?? '-',
    sorted.at(-1)?.toFixed(0) ?? '-',
  ]
}

function explain({ id, title, format, watching, reasons }: Result): string {
  return [
    `failed   ${id} ${title} (${format}, ${watching})`,
    ...reasons.slice(0, 5).map((reason) => `         ${reason}`),
  ].join('\n')
}

function unseen({ results }: Report): string[] {
  const ids = [...new Set(results.flatMap(({ notObservable }) => notObservable))].sort()
  return ids.length > 0 ? [`not observable: ${ids.join(', ')}`] : []
}
