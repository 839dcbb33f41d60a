import { patterns, reportText, runKit, type Report, type Result, type Way } from '../contracts/reload'
import { liveflagAdapter } from '../support/liveflag-adapter'

const WAYS: readonly Way[] = [
  { format: 'yaml', watching: 'events+poll' },
  { format: 'json', watching: 'events+poll' },
  { format: 'ini', watching: 'events+poll' },
  { format: 'json', watching: 'poll', pollMs: 100 },
  { format: 'yaml', watching: 'events' },
]

const DONE_ALONE = WAYS.filter(({ format, watching }) => format === 'yaml' || watching === 'poll')

/** The patterns that must not be disturbed run one after the other, so they are done in fewer ways; `npm run test:reload` does them all. */
async function runAll(): Promise<Report> {
  const together = await runKit({ adapter: liveflagAdapter, ways: WAYS, patterns: patterns.filter(({ alone }) => alone !== true), atOnce: 8 })
  const alone = await runKit({ adapter: liveflagAdapter, ways: DONE_ALONE, patterns: patterns.filter(({ alone }) => alone === true), seed: together.seed })
  const report = { seed: together.seed, results: [...together.results, ...alone.results], leaks: [...together.leaks, ...alone.leaks] }
  process.stdout.write(`${reportText(report)}\n`)
  return repeatFailed(report)
}

/**
 * The limits of a second are promises of a machine that is not starved. A pattern that failed beside eight others is
 * done once more with nothing beside it: what fails again has failed, and what does not is said aloud.
 */
async function repeatFailed(report: Report): Promise<Report> {
  const results: Result[] = []
  for (const result of report.results) {
    if (result.verdict !== 'failed') {
      results.push(result)
      continue
    }
    const way = WAYS.find(({ format, watching }) => format === result.format && watching === result.watching)
    const again = await runKit({
      adapter: liveflagAdapter,
      ways: way ? [way] : [],
      patterns: patterns.filter(({ id, title }) => id === result.id && title === result.title),
    })
    process.stdout.write(`repeated alone: ${result.id} ${result.title} (${result.format}, ${result.watching}); it had failed with ${result.reasons.join('; ')}\n`)
    results.push(...(again.results.length > 0 ? again.results : [result]))
  }
  return { ...report, results }
}

describe('a file, changed in every way that people and tools change files', () => {
  let report: Report = { seed: 0, results: [], leaks: [] }
  beforeAll(async () => {
    report = await runAll()
  }, 180_000)

  const failures = (wanted: (result: Result) => boolean): string[] =>
    report.results.filter((result) => wanted(result) && result.verdict === 'failed').flatMap(({ format, watching, reasons }) => reasons.map((reason) => `${format}, ${watching}: ${reason}`))

  for (const { id, title, notHere } of patterns) {
    const reason = notHere?.('short')
    const name = `${id} ${title}`
    if (reason !== undefined) it.skip(`${name} (not run: ${reason})`, () => undefined)
    else {
      it(name, () => {
        expect(report.results.some((result) => result.id === id && result.title === title)).toBe(true)
        expect(failures((result) => result.id === id && result.title === title)).toEqual([])
      })
    }
  }

  it('leaves no handle and no timer behind', () => {
    expect(report.leaks).toEqual([])
  })
})
