import type { Report, Result } from './runner'

/** The three numbers of a run. */
export function totals({ results }: Report): { passed: number; failed: number; notRun: number } {
  const count = (verdict: Result['verdict']): number => results.filter((result) => result.verdict === verdict).length
  return { passed: count('passed'), failed: count('failed'), notRun: count('not run') }
}

/** A line for each pattern, then what failed and what was not run, and why. */
export function reportText(report: Report): string {
  const { passed, failed, notRun } = totals(report)
  const ids = [...new Set(report.results.map(({ id }) => id))].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)))
  return [
    'pattern  passed  failed  not run  median ms  worst ms',
    ...ids.map((id) => row(id, report.results.filter((result) => result.id === id))),
    ...report.results.filter(({ verdict }) => verdict === 'failed').map(explain),
    ...[...new Set(report.results.filter(({ verdict }) => verdict === 'not run').map(({ id, title, reasons }) => `not run  ${id} ${title}: ${reasons.join('; ')}`))],
    ...report.leaks.map((leak) => `failed   ${leak}`),
    ...unseen(report),
    `seed ${report.seed}: ${passed} passed, ${failed} failed, ${notRun} not run`,
  ].join('\n')
}

function row(id: string, results: readonly Result[]): string {
  const latencies = results.flatMap((result) => result.latencies).sort((a, b) => a - b)
  const median = latencies[Math.floor(latencies.length / 2)]
  const count = (verdict: Result['verdict']): string => String(results.filter((result) => result.verdict === verdict).length)
  const cells = [count('passed'), count('failed'), count('not run'), median?.toFixed(0) ?? '-', latencies.at(-1)?.toFixed(0) ?? '-']
  return id.padEnd(7) + cells.map((cell, i) => cell.padStart([8, 8, 9, 11, 10][i] ?? 8)).join('')
}

function explain({ id, title, format, watching, reasons }: Result): string {
  return [`failed   ${id} ${title} (${format}, ${watching})`, ...reasons.slice(0, 5).map((reason) => `         ${reason}`)].join('\n')
}

function unseen({ results }: Report): string[] {
  const ids = [...new Set(results.flatMap(({ notObservable }) => notObservable))].sort()
  return ids.length > 0 ? [`not observable: ${ids.join(', ')}`] : []
}
