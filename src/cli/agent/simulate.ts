import { Simulation } from '../../analysis/simulation'
import { worldOf } from '../../core/world'
import { nextTurn } from '../../runtime/timers'
import { simulationLines } from '../commands/simulate'
import { experimentsOf } from '../named-experiment'
import { Output } from '../output'
import { madeUp } from '../population'
import { featureInput, visitorInput } from './inputs'
import { factsOf } from './live-file'
import { tool } from './tool'

const MOST_USERS = 100_000

export const simulate = tool({
  name: 'simulate',
  title: 'Simulate a population',
  description:
    'Counts what made-up signed-in users get of a feature: how many are in, which variants and values, and whether the split is as configured.',
  input: (z) => ({
    feature: featureInput(z),
    users: z.int().min(1).max(MOST_USERS).optional().describe('default 10000'),
    visitor: visitorInput(z).describe('what all of them have in common'),
  }),
  run: ({ feature, users = 10_000, visitor }, { live, terminal }, signal) =>
    live.opened(async (opened) => {
      const { features, texts } = opened
      const name = live.known(feature, opened)
      const configured = experimentsOf(texts, live.reading)
      const simulation = new Simulation(
        name,
        configured.filter((one) => one.feature === name),
      )
      for await (const batch of madeUp(users, factsOf(visitor)).batches()) {
        for (const facts of batch.users) simulation.add(features.for(worldOf(facts)).decide(name))
        await nextTurn()
        signal.throwIfAborted()
      }
      const report = simulation.report()
      const plain = new Output({ ...terminal, env: { NO_COLOR: '1' } })
      return { text: simulationLines(report, plain).join('\n'), data: { ...report } }
    }),
})
