import { setImmediate } from 'node:timers/promises'
import { Simulation } from '../analysis/simulation'
import { LiveflagError } from '../core/errors'
import { worldOf } from '../core/world'
import type { Features } from '../features'
import { writeChart } from './experiment'
import { openText, type Reading } from './live-config-file'
import { experimentsOf } from './named-experiment'
import { Output } from './output'
import { madeUp, type Population, populationFile } from './population'
import { progressBar } from './progress'
import { simulationChart } from './simulation-chart'
import { simulationLines } from './simulation-lines'
import { type ExitCode, OK, PROBLEMS, type Terminal } from './terminal'
import { unknownFeature } from './unknown-feature'
import { readWorldFacts } from './world-argument'

export interface SimulateFlags extends Reading {
  readonly users?: string
  readonly population?: string
  readonly world?: string
  readonly json?: boolean
  readonly svg?: string
}

const USERS = 10_000

/** `liveflag simulate`: what a population gets, by the real engine. */
export async function simulate(path: string, name: string, flags: SimulateFlags, terminal: Terminal): Promise<ExitCode> {
  const users = countOf(flags)
  if ([path, flags.world, flags.population].filter((given) => given === '-').length > 1) throw new LiveflagError('LIVEFLAG_BAD_OPTION', 'stdin (-) can be read only once')
  const common = await readWorldFacts(flags.world, terminal.stdin)
  const { texts, features } = await openText(path, flags, terminal.stdin)
  const output = new Output(terminal)
  const configured = experimentsOf(texts, flags)
  const feature = featureNamed(name, features, configured)
  if (feature === undefined) {
    output.complain(unknownFeature(name, path, features))
    return PROBLEMS
  }
  const population = flags.population === undefined ? madeUp(users, common) : await populationFile(flags.population, terminal.stdin, common)
  const simulation = new Simulation(feature, configured.filter((one) => one.feature === feature))
  await run(simulation, feature, features, population, terminal)
  const report = simulation.report()
  if (flags.json) output.document(report)
  else output.lines(simulationLines(report, output))
  if (flags.svg !== undefined) await writeChart(flags.svg, simulationChart(report))
  if (population.complaint !== undefined) output.complain(population.complaint)
  return population.complaint === undefined ? OK : PROBLEMS
}

function countOf({ users, population }: SimulateFlags): number {
  if (users !== undefined && population !== undefined) throw new LiveflagError('LIVEFLAG_BAD_OPTION', '--users makes users up and --population reads them; leave out one')
  const count = Number(users ?? USERS)
  if (Number.isSafeInteger(count) && count > 0) return count
  throw new LiveflagError('LIVEFLAG_BAD_OPTION', `--users is ${JSON.stringify(users)}; write a whole number above 0`)
}

/** By its own name, or by its experiment's id. */
function featureNamed(name: string, { snapshot }: Features, configured: readonly { readonly feature: string; readonly id: string }[]): string | undefined {
  const plain = name.replace(/^feature_/, '')
  if (snapshot.names.includes(plain) || snapshot.rejected.includes(plain)) return plain
  return configured.find(({ id }) => id === name)?.feature
}

async function run(simulation: Simulation, feature: string, features: Features, population: Population, terminal: Terminal): Promise<void> {
  const progress = progressBar(terminal, population.total)
  try {
    for await (const { users, done } of population.batches()) {
      for (const facts of users) simulation.add(features.for(worldOf(facts)).decide(feature))
      progress.reached(done)
      // So that the bar is drawn, and an interrupt heard.
      await setImmediate()
    }
  } finally {
    progress.end()
  }
}
