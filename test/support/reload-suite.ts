import {
  patterns,
  reportText,
  runKit,
  type Adapter,
  type Format,
  type Pattern,
  type Report,
  type Result,
  type Way,
} from '../../src/testing/testing'
import { isLongRun, PATIENCE } from './long-run'

export interface Suite {
  readonly adapter: Adapter
  /** The ways in which a pattern runs, and those in which it runs with nothing beside it. */
  readonly waysOf: (pattern: Pattern) => readonly Way[]
  /** Default: all patterns. */
  readonly wanted?: (pattern: Pattern) => boolean
}

const FORMATS: readonly Format[] = ['yaml', 'json', 'ini']

/**
 * Patterns about what the file says, which is another thing in each format; all others are about
 * the file itself.
 */
const ABOUT_THE_TEXT = new Set(
  ['W8', 'W9', 'W10', 'W11', 'W12', 'W13', 'W14', 'W15', 'W16', 'W17'].concat('W26', 'W35'),
)
export const isAboutTheText = ({ id }: Pattern): boolean => ABOUT_THE_TEXT.has(id)

/** A format for each pattern that is not about the text: each third of them runs in each format. */
export function formatFor(pattern: Pattern): Format {
  return FORMATS[patterns.findIndex(isSame(pattern)) % FORMATS.length] ?? 'yaml'
}

const isSame =
  ({ id, title }: { id: string; title: string }) =>
  (other: { id: string; title: string }): boolean =>
    other.id === id && other.title === title

/** Runs the short form of the reload kit as tests of Jest, one for each pattern. */
export function reloadSuite(title: string, suite: Suite): void {
  const wanted = patterns.filter(suite.wanted ?? (() => true))
  describe(title, () => {
    let report: Report = { seed: 0, results: [], leaks: [] }
    beforeAll(
      async () => {
        report = await runAll(suite, wanted)
      },
      isLongRun ? PATIENCE : 240_000,
    )

    const failures = (pattern: Pattern): string[] =>
      report.results
        .filter(isSame(pattern))
        .filter(({ verdict }) => verdict === 'failed')
        .flatMap(({ format, watching, reasons }) =>
          reasons.map((reason) => `${format}, ${watching}: ${reason}`),
        )

    for (const pattern of wanted) {
      const reason = pattern.notHere?.('short')
      const name = `${pattern.id} ${pattern.title}`
      if (reason !== undefined) it.skip(`${name} (not run: ${reason})`, () => undefined)
      else {
        it(name, () => {
          expect(report.results.some(isSame(pattern))).toBe(true)
          expect(failures(pattern)).toEqual([])
        })
      }
    }

    it('leaves no handle and no timer behind', () => {
      expect(report.leaks).toEqual([])
    })
  })
}

/**
 * Trials mostly wait for the file system and the clock, so that many of them fit into one second of
 * one core.
 */
const AT_ONCE = 16

async function runAll({ adapter, waysOf }: Suite, wanted: readonly Pattern[]): Promise<Report> {
  const report = await runKit({ adapter, ways: waysOf, patterns: wanted, atOnce: AT_ONCE })
  process.stdout.write(`${reportText(report)}\n`)
  return { ...report, results: await repeated(report.results, adapter, waysOf) }
}

/**
 * The limits of a second are promises of a machine that is not starved. A trial that failed beside
 * others is done once more with nothing beside it: what fails again has failed, and what passes
 * then is reported on stdout.
 */
async function repeated(
  results: readonly Result[],
  adapter: Adapter,
  waysOf: Suite['waysOf'],
): Promise<Result[]> {
  const final: Result[] = []
  for (const result of results) {
    if (result.verdict !== 'failed') {
      final.push(result)
      continue
    }
    const { id, title, format, watching, reasons } = result
    const again = await runKit({
      adapter,
      ways: (pattern) =>
        waysOf(pattern).filter((way) => way.format === format && way.watching === watching),
      patterns: patterns.filter(isSame(result)),
    })
    process.stdout.write(
      `repeated alone: ${id} ${title} (${format}, ${watching}); it had failed with ${reasons.join('; ')}\n`,
    )
    final.push(...(again.results.length > 0 ? again.results : [result]))
  }
  return final
}
