// `npm run test:reload:peers`: the reload kit over the two ways in which most programs watch a
// file, beside liveflag; prints a table.
import { runKit, patterns, totals, type Adapter, type Report } from '../src/testing/testing'
import { liveflagAdapter } from '../test/support/liveflag-adapter'
import { naiveAdapter, pollingAdapter } from '../test/support/naive-adapter'

const peers: readonly Adapter[] = [naiveAdapter, pollingAdapter, liveflagAdapter]

const verdict = (report: Report, id: string, title: string): string =>
  report.results.find((result) => result.id === id && result.title === title)?.verdict ?? ''

async function main(): Promise<void> {
  const reports: Report[] = []
  for (const adapter of peers)
    reports.push(
      await runKit({ adapter, ways: [{ format: 'json', watching: 'events+poll' }], seed: 1 }),
    )
  const rows = patterns
    .filter(({ formats }) => formats?.includes('json') ?? true)
    .map(({ id, title }) => [
      `${id} ${title}`,
      ...reports.map((report) => verdict(report, id, title)),
    ])
  const sums = reports
    .map((report) => totals(report))
    .map(({ passed, failed, notRun }) => `${passed} passed, ${failed} failed, ${notRun} not run`)
  for (const row of [
    ['write pattern', ...peers.map(({ name }) => name)],
    ['---', ...peers.map(() => '---')],
    ...rows,
    ['', ...sums],
  ])
    console.log(`| ${row.join(' | ')} |`)
  // A peer may still be waiting for somebody to write into a pipe.
  process.exit()
}

void main()
