import type * as CliProgress from 'cli-progress'
import {
  type SimulatedExperiment,
  Simulation,
  type SimulationReport,
} from '../../analysis/simulation'
import { LiveflagError } from '../../core/errors'
import { type Facts, worldOf } from '../../core/world'
import type { Features } from '../../engine/features'
import { openText, type Reading } from '../live-config-file'
import { experimentsOf, unknownFeature } from '../named-experiment'
import { clipped, Output, printable } from '../output'
import { madeUp, type Population, populationFile } from '../population'
import { percent, whole } from '../../analysis/figures'
import { bar, table } from '../table'
import { type ExitCode, OK, PROBLEMS, type Terminal } from '../terminal'
import { readWorldFacts } from '../world-argument'
import { simulationChart } from '../../analysis/charts'
import { writeChart } from './experiment'
import { splitVerdict } from '../../analysis/split-verdict'
import { isNobodyIn, whyNobody } from './why-nobody'
import { nextTurn } from '../../runtime/timers'

/** The report of a simulation as lines of text. */
export function simulationLines(
  report: SimulationReport,
  output: Pick<Output, 'paint'>,
): readonly string[] {
  const { feature, users, enabled, outcomes, experiments, values } = report
  return [
    output.paint.bold(
      printable(
        `${feature}: on for ${whole(enabled)} of ${whole(users)} users, ${percent(users === 0 ? 0 : enabled / users, 2)}`,
      ),
    ),
    '',
    ...shareLines(
      'outcome',
      outcomes.map(({ outcome, ...rest }) => ({ name: printable(outcome), ...rest })),
    ),
    ...experiments.flatMap((experiment) => ['', ...experimentLines(experiment, output)]),
    ...(values.length === 0
      ? []
      : [
          '',
          ...shareLines(
            'value',
            values.map(({ value, ...rest }) => ({
              name: clipped(printable(JSON.stringify(value)), 40),
              ...rest,
            })),
          ),
        ]),
  ]
}

interface Share {
  readonly name: string
  readonly users: number
  readonly share: number
}

/** How many users have each outcome or value. */
const shareLines = (heading: string, shares: readonly Share[]): readonly string[] =>
  table(
    [
      [heading, 'users', 'share', ''],
      ...shares.map(({ name, users, share }) => [
        name,
        whole(users),
        percent(share, 2),
        bar(share),
      ]),
    ],
    [0, 3],
  )

function experimentLines(
  { experiment, assigned, variants, sampleRatio }: SimulatedExperiment,
  { paint }: Pick<Output, 'paint'>,
): readonly string[] {
  const split = variants.flatMap(({ variant, users: observed, expectedShare: share }) =>
    share ? [{ variant, observed, share }] : [],
  )
  const colour =
    sampleRatio.verdict === 'mismatch'
      ? paint.red
      : sampleRatio.verdict === 'no-mismatch'
        ? paint.green
        : paint.yellow
  return [
    paint.bold(printable(`Experiment ${experiment}: ${whole(assigned)} assigned`)),
    '',
    ...table(
      [
        ['variant', 'users', 'of all', 'of assigned', 'expected', ''],
        ...variants.map(({ variant, users, share, shareOfAssigned, expectedShare }) => [
          printable(variant),
          whole(users),
          percent(share, 2),
          percent(shareOfAssigned, 2),
          percent(expectedShare, 2),
          bar(shareOfAssigned ?? 0),
        ]),
      ],
      [0, 5],
    ),
    '',
    colour(splitVerdict(sampleRatio, split)),
  ]
}

/** Shows how much of a long piece of work is done. */
export interface Progress {
  reached(done: number): void
  end(): void
}

const SILENT: Progress = { reached: () => undefined, end: () => undefined }

/** A bar on stderr if that is a terminal; removed when the work is done. */
function progressBar({ stderr, env }: Terminal, total: number | undefined): Progress {
  if (stderr.isTTY !== true || env.TERM === 'dumb' || total === undefined || total === 0)
    return SILENT
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded on use: most commands show no progress
  const { SingleBar: Bar, Presets } = require('cli-progress') as typeof CliProgress
  const bar = new Bar(
    {
      stream: stderr,
      format: '{bar} {percentage} %, {eta_formatted} to go',
      clearOnComplete: true,
      hideCursor: true,
    },
    Presets.shades_classic,
  )
  bar.start(total, 0)
  return { reached: (done) => bar.update(done), end: () => bar.stop() }
}

export interface SimulateFlags extends Reading {
  readonly users?: string
  readonly population?: string
  readonly world?: string
  readonly json?: boolean
  readonly svg?: string
}

const USERS = 10_000

/**
 * `liveflag simulate`: counts what the engine decides for each user of a population. Returns the
 * exit code.
 */
export async function simulate(
  path: string,
  name: string,
  flags: SimulateFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const users = countOf(flags)
  if ([path, flags.world, flags.population].filter((given) => given === '-').length > 1)
    throw new LiveflagError('LIVEFLAG_BAD_OPTION', 'stdin (-) can be read only once')
  const common = await readWorldFacts(flags.world, terminal.stdin)
  const { texts, features } = await openText(path, flags, terminal.stdin)
  const output = new Output(terminal)
  const configured = experimentsOf(texts, flags)
  const feature = featureNamed(name, features, configured)
  if (feature === undefined) {
    output.complain(unknownFeature(name, path, features))
    return PROBLEMS
  }
  const population =
    flags.population === undefined
      ? madeUp(users, common)
      : await populationFile(flags.population, terminal.stdin, common)
  const simulation = new Simulation(
    feature,
    configured.filter((one) => one.feature === feature),
  )
  const examples = await run(simulation, feature, features, population, terminal)
  const report = simulation.report()
  const example = examples.get(report.outcomes[0]?.outcome ?? '')
  const why =
    example && isNobodyIn(report) ? whyNobody(feature, example, features, output) : undefined
  if (flags.json) output.document({ ...report, ...(why && { why }) })
  else output.lines([...simulationLines(report, output), ...(why ? ['', ...why] : [])])
  if (flags.svg !== undefined) await writeChart(flags.svg, simulationChart(report))
  if (population.remark !== undefined) output.complain(`--population: ${population.remark}`)
  if (population.problem !== undefined) output.complain(population.problem)
  return population.problem === undefined ? OK : PROBLEMS
}

function countOf({ users, population }: SimulateFlags): number {
  if (users !== undefined && population !== undefined)
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      '--users makes users up and --population reads them; leave out one',
    )
  const count = Number(users ?? USERS)
  if (Number.isSafeInteger(count) && count > 0) return count
  throw new LiveflagError(
    'LIVEFLAG_BAD_OPTION',
    `--users is ${JSON.stringify(users)}; write a whole number above 0`,
  )
}

/** The feature with this name, or whose experiment has this id; undefined if there is none. */
function featureNamed(
  name: string,
  { snapshot }: Features,
  configured: readonly { readonly feature: string; readonly id: string }[],
): string | undefined {
  const plain = name.replace(/^feature_/, '')
  if (snapshot.names.includes(plain) || snapshot.rejected.includes(plain)) return plain
  return configured.find(({ id }) => id === name)?.feature
}

/** Returns the first user of each outcome. */
async function run(
  simulation: Simulation,
  feature: string,
  features: Features,
  population: Population,
  terminal: Terminal,
): Promise<ReadonlyMap<string, Facts>> {
  const examples = new Map<string, Facts>()
  const progress = progressBar(terminal, population.total)
  try {
    for await (const { users, done } of population.batches()) {
      for (const facts of users) {
        const outcome = simulation.add(features.for(worldOf(facts)).decide(feature))
        if (!examples.has(outcome)) examples.set(outcome, facts)
      }
      progress.reached(done)
      // Lets the bar be drawn and an interrupt be received.
      await nextTurn()
    }
    return examples
  } finally {
    progress.end()
  }
}
