import { existsSync, writeFileSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import type JunitBuilder from 'junit-report-builder'
import { LiveflagError, reasonOf } from '../../core/errors'
import type { Features } from '../../engine/features'
import { loadOptional } from '../../runtime/optional-package'
import { judge, type Verdict } from '../config-tests/judge'
import { readTests } from '../config-tests/test-file'
import type { ConfigTest } from '../config-tests/test-reader'
import { openText, problemText, type Reading, readTexts, type Text } from '../live-config-file'
import { namesOf } from '../named-experiment'
import { counted, Output, printable } from '../output'
import { linesOf, printedProblem, problemLines } from '../problems'
import { type ExitCode, OK, PROBLEMS, type Terminal, USAGE } from '../terminal'
import { openAsItWas, type VersionReading } from '../versions'
import { explanationLines } from './explain-lines'
import { shownPath } from '../sources'

export interface TestFlags extends Reading {
  readonly json?: boolean
  readonly junit?: string
  readonly allowUndecided?: boolean
}

interface Judged extends Verdict {
  readonly file: string
  readonly title: string
  readonly line: number
}

/** `liveflag test`: whether what test files say of a live config holds. */
export async function test(
  path: string,
  given: readonly string[],
  flags: TestFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const output = new Output(terminal)
  const clock: Clock = { at: undefined }
  const reading = { ...flags, now: () => clock.at ?? Date.now() }
  const { features, texts } = await openText(path, reading, terminal.stdin)
  const judged: Judged[] = []
  const old = new OldVersions(path, reading)
  try {
    const files = given.length > 0 ? given : [besides(path)]
    for (const file of files) {
      const text = await readTestFile(file, terminal)
      const { tests, problems } = readTests(text, namesOf(features))
      if (problems.length > 0) {
        const lines = linesOf(text.text)
        if (flags.json) output.document({ tests: [], problems: problems.map(printedProblem) })
        else output.lines(problems.flatMap((problem) => problemLines(problem, lines, output)))
        return USAGE
      }
      for (const one of tests) {
        clock.at = one.at
        judged.push(await judgeOne(one, file, features, old))
      }
    }
  } finally {
    await Promise.all([features.close(), old.close()])
  }
  if (flags.junit !== undefined) writeJunit(flags.junit, judged)
  if (flags.json) output.document({ tests: judged.map(printedTest), problems: [] })
  else report(judged, texts[0] ?? { name: path, text: '' }, output)
  const fails = ({ outcome }: Judged): boolean =>
    outcome === 'failed' || (outcome === 'undecided' && !flags.allowUndecided)
  return judged.some(fails) ? PROBLEMS : OK
}

/** What time it is while a test is judged; undefined: now. */
interface Clock {
  at: number | undefined
}

const judgeOne = async (
  test: ConfigTest,
  file: string,
  features: Features,
  old: OldVersions,
): Promise<Judged> => ({
  file,
  title: test.title,
  line: test.line,
  ...judge(test, features, test.kind === 'keeps' ? await old.at(test.since) : undefined),
})

/** `config/live.test.yaml` of `config/live.yaml`. */
const besides = (path: string): string =>
  join(dirname(path), `${basename(path, extname(path))}.test${extname(path)}`)

async function readTestFile(path: string, { stdin }: Terminal): Promise<Text> {
  const { texts, problems } = await readTexts(path, {}, stdin)
  const [text] = texts
  const [problem] = problems
  if (text && !problem) return text
  throw new LiveflagError(
    'LIVEFLAG_BAD_OPTION',
    problem ? problemText(problem) : `${shownPath(path)} has no tests`,
  )
}

/** Older versions of the live config, by what `since` says. */
class OldVersions {
  private readonly opened = new Map<string, Features>()

  constructor(
    private readonly path: string,
    private readonly reading: VersionReading,
  ) {}

  async at(since: string): Promise<Features> {
    const known = this.opened.get(since)
    if (known) return known
    const { features } = existsSync(since)
      ? await openText(since, this.reading, process.stdin)
      : await openAsItWas(since, this.path, this.reading)
    this.opened.set(since, features)
    return features
  }

  async close(): Promise<void> {
    for (const features of this.opened.values()) await features.close()
  }
}

const printedTest = ({ file, title, line, outcome, why, visitor }: Judged): object => ({
  file,
  line,
  title,
  outcome,
  why: why ?? null,
  visitor: visitor ?? null,
})

function report(
  judged: readonly Judged[],
  live: Pick<Text, 'name' | 'text'>,
  output: Output,
): void {
  const { green, red, yellow, bold, dim } = output.paint
  const marks = { passed: green('✔'), failed: red('✘'), undecided: yellow('?') }
  for (const { file, title, line, outcome, why, visitor, explanation } of judged) {
    output.line(`${marks[outcome]} ${printable(title)}  ${dim(`${file}:${line}`)}`)
    if (why !== undefined)
      output.line(`    ${outcome === 'undecided' ? 'undecided: ' : ''}${printable(why)}`)
    if (visitor) output.line(`    for example --world '${JSON.stringify(visitor)}'`)
    if (explanation)
      output.lines(explanationLines(explanation, [], live, output).map((text) => `    ${text}`))
  }
  const count = (outcome: Verdict['outcome']): number =>
    judged.filter((one) => one.outcome === outcome).length
  const [failed, undecided] = [count('failed'), count('undecided')]
  output.line(
    bold(
      `${counted(judged.length, 'test')}, ${failed === 0 ? green('none failed') : red(`${failed} failed`)}${undecided > 0 ? `, ${undecided} undecided` : ''}`,
    ),
  )
}

/** `import 'liveflag'` loads no such package, nor does a command without `--junit`. */
function writeJunit(path: string, judged: readonly Judged[]): void {
  const builder = loadOptional(
    'liveflag test --junit',
    'junit-report-builder',
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- an optional package
    () => require('junit-report-builder') as typeof JunitBuilder,
  ).newBuilder()
  const suite = builder.testSuite().name('liveflag')
  for (const { file, line, title, outcome, why = '', visitor } of judged) {
    const one = suite.testCase().className(file).name(title).file(`${file}:${line}`)
    const text = visitor ? `${why}; for example ${JSON.stringify(visitor)}` : why
    if (outcome === 'failed') one.failure(text)
    if (outcome === 'undecided') one.error(`undecided: ${text}`)
  }
  try {
    writeFileSync(path, builder.build())
  } catch (error) {
    throw new LiveflagError('LIVEFLAG_BAD_OPTION', `--junit: ${reasonOf(error)}`, { cause: error })
  }
}
