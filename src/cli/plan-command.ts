/* eslint-disable @typescript-eslint/no-require-imports -- a command loads its file when it runs, so that each starts fast */
import type { Command } from 'commander'
import { FILE } from './command'
import type * as Plan from './commands/plan'
import type { ExitCode, Terminal } from './terminal'

const loadPlan = (): typeof Plan => require('./commands/plan') as typeof Plan

/** Adds the arguments and options of `liveflag plan`. */
export const declarePlan = (
  command: Command,
  terminal: Terminal,
  end: (code: ExitCode) => void,
): Command =>
  command
    .argument('[file]', `${FILE}; its experiment says the shares`)
    .argument('[name]', 'a feature, without feature_, or the id of its experiment')
    .option('--rate <share>', 'how many convert without a change: 10% or 0.1')
    .option('--mean <number>', 'the mean value of a unit without a change')
    .option('--variance <number>', 'the variance of the values of units; goes with --mean')
    .option('--effect <share>', 'how much more it should be, as a part: 5% or 0.05')
    .option('--units <number>', 'how many units there will be')
    .option('--per-day <number>', 'how many units come on a day')
    .option('--shares <list>', 'the control first: 50,25,25 (default: those of FILE, else 50,50)')
    .option('--power <share>', 'how probably an effect should be found (default: 80%)')
    .option('--store <path>', 'records of which to take the traffic, and the rate or the mean')
    .option(
      '--like <experiment>',
      'the id of an earlier experiment in the store (default: its own)',
    )
    .option('--conversion <name>', 'which conversion of the store is the metric')
    .option('--value', 'the metric is the value of the conversion, and not its rate')
    .option(
      '--window <length>',
      'conversions count for so long after a unit came: 7d (default: that of the metric, else of the experiment)',
    )
    .option('--json', 'print the plan as JSON')
    .action(async (path: string | undefined, name: string | undefined, flags: Plan.PlanFlags) =>
      end(await loadPlan().plan(path, name, flags, terminal)),
    )
