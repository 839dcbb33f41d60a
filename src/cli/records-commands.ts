/* eslint-disable @typescript-eslint/no-require-imports -- a command loads its file when it runs, so that each starts fast */
import { type Command, Option } from 'commander'
import type * as Audit from './commands/audit'
import type * as Gates from './commands/gates'
import type * as Experiment from './commands/experiment'
import type { CliCommand } from './command'
import { fileAndFeature } from './file-and-feature'
import { SOURCE, withSources } from './source-options'
import type { ExitCode, Terminal } from './terminal'

const loadExperiment = (): typeof Experiment =>
  require('./commands/experiment') as typeof Experiment
const loadGates = (): typeof Gates => require('./commands/gates') as typeof Gates
const loadAudit = (): typeof Audit => require('./commands/audit') as typeof Audit

/** What the help says of --store. */
export const STORE =
  'the records: a SQLite file, or a URL such as postgres://host/database (default: LIVEFLAG_STORE)'

/** Commands about what was recorded. */
export const recordsCommands: readonly CliCommand[] = [
  {
    name: 'experiment',
    description: 'Say what was recorded of an experiment, and whether its figures can be trusted.',
    declare: (command, terminal, end) =>
      withSources(command)
        .argument('<file>', SOURCE)
        .argument('<name>', 'its feature, without feature_, or its id; holdout:NAME of a holdout')
        .option('--store <path>', STORE)
        .option('--since <time>', 'from then on: 2026-11-01, 2026-11-01T09:30Z, or 14d ago')
        .option('--until <time>', 'before then')
        .option('--conversion <name>', 'this conversion only (default: all)')
        .option(
          '--control <variant>',
          "what the others are compared with (default: the experiment's control: key, else control, control_1 and control_2, else the first by name)",
        )
        .addOption(
          new Option(
            '--by <records>',
            'count exposed units, or subjects of decisions (default: what was recorded first)',
          ).choices(['unit', 'decision']),
        )
        .option(
          '--window <time>',
          'count what a unit did within 7d, 12h or 30m, and units once that time is over (default: that of the entry)',
        )
        .option('--stitch', "count a visitor's signed-out and signed-in time as one unit's")
        .option(
          '--segment <attribute>',
          'the results by its values alone (default: all that the entry declares in report_by)',
        )
        .option('--json', 'print the report as JSON')
        .option('--svg <path>', 'draw the report into a file')
        .action(async (path: string, name: string, flags: Experiment.ExperimentFlags) =>
          end(await loadExperiment().experiment(...fileAndFeature(path, name), flags, terminal)),
        ),
  },
  {
    name: 'gates',
    description:
      'Judge the holds of ramps by their guardrail metrics: they go on, wait or go back.',
    declare: (command, terminal, end) =>
      withSources(command)
        .argument('<file>', SOURCE)
        .requiredOption('--into <path>', 'the YAML layer that what becomes of them is written into')
        .option('--store <path>', STORE)
        .option('--watch', 'judge again and again, until interrupted')
        .option('--every <time>', 'with --watch: how often, such as 1h (default: 5m)')
        .option('--resume <feature>', 'let a ramp that was put back grow again')
        .option('--reason <text>', 'with --resume: why')
        .option('--dry-run', 'write nothing')
        .option('--json', 'print the outcomes as JSON')
        .action(async (path: string, flags: Gates.GatesFlags) =>
          end(await loadGates().gates(path, flags, terminal)),
        ),
  },
  {
    name: 'audit',
    description: 'Draw every recorded assignment again, by the entry that decided it.',
    declare: (command: Command, terminal: Terminal, end: (code: ExitCode) => void) =>
      command
        .option('--store <path>', STORE)
        .option('--since <time>', 'from then on: 2026-11-01, 2026-11-01T09:30Z, or 14d ago')
        .option('--json', 'print what was found as JSON')
        .action(async (flags: Audit.AuditFlags) => end(await loadAudit().audit(flags, terminal))),
  },
]
