import {
  patterns,
  reportText,
  runKit,
  type Adapter,
  type Pattern,
  type Report,
  type Result,
  type Way,
} from '../../src/testing/testing'

export interface Suite {
  readonly adapter: Adapter
  readonly ways: readonly Way[]
  /** The patterns that must not be disturbed run one after the other, so they may be done in fewer ways. */
  readonly aloneIn: readonly Way[]
  /** Left out: all. */
  readonly wanted?: (pattern: Pattern) => boolean
}

/** Runs the reload kit as tests of Jest, one for each pattern. */
export function reloadSuite(title: string, suite: Suite): void {
  const wanted = patterns.filter(suite.wanted ?? (() => true))
  describe(title, () => {
    let report: Report = { seed: 0, results: [], leaks: [] }
    beforeAll(async () => {
      report = await runAll(suite, wanted)
    }, 240_000)

    const failures = ({ id, title }: Pattern): string[] =>
      report.results
        .filter(
          (result) => result.id === id && result.title === title && result.verdict === 'failed',
        )
        .flatMap(({ format, watching, reasons }) =>
          reasons.map((reason) => `${format}, ${watching}: ${reason}`),
        )

    for (const pattern of wanted) {
      const reason = pattern.notHere?.('short')
      const name = `${pattern.id} ${pattern.title}`
      if (reason !== undefined) it.skip(`${name} (not run: ${reason})`, () => undefined)
      else {
        it(name, () => {
          expect(
            report.results.some(
              (result) => result.id === pattern.id && result.title === pattern.title,
            ),
          ).toBe(true)
          expect(failures(pattern)).toEqual([])
        })
      }
    }

    it('leaves no handle and no timer behind', () => {
      expect(report.leaks).toEqual([])
    })
  })
}

async function runAll(
  { adapter, ways, aloneIn }: Suite,
  wanted: readonly Pattern[],
): Promise<Report> {
  const together = await runKit({
    adapter,
    ways,
    patterns: wanted.filter(({ alone }) => alone !== true),
    atOnce: 8,
  })
  const alone = await runKit({
    adapter,
    ways: aloneIn,
    patterns: wanted.filter(({ alone }) => alone === true),
    seed: together.seed,
  })
  const report = {
    seed: together.seed,
    results: [...together.results, ...alone.results],
    leaks: [...together.leaks, ...alone.leaks],
  }
  process.stdout.write(`${reportText(report)}\n`)
  return { ...report, results: await repeated(report.results, adapter, ways, wanted) }
}

/**
 * The limits of a second are promises of a machine that is not starved. A pattern that failed beside eight others is
 * done once more with nothing beside it: what fails again has failed, and what does not is said aloud.
 */
async function repeated(
  results: readonly Result[],
  adapter: Adapter,
  ways: readonly Way[],
  wanted: readonly Pattern[],
): Promise<Result[]> {
  const final: Result[] = []
  for (const result of results) {
    if (result.verdict !== 'failed') {
      final.push(result)
      continue
    }
    const way = ways.filter(
      ({ format, watching }) => format === result.format && watching === result.watching,
    )
    const again = await runKit({
      adapter,
      ways: way,
      patterns: wanted.filter(({ id, title }) => id === result.id && title === result.title),
    })
    process.stdout.write(
      `repeated alone: ${result.id} ${result.title} (${result.format}, ${result.watching}); it had failed with ${result.reasons.join('; ')}\n`,
    )
    final.push(...(again.results.length > 0 ? again.results : [result]))
  }
  return final
}
