/* eslint-disable @typescript-eslint/no-require-imports -- a command loads its file when it runs, so that each starts fast */
import { Option } from 'commander'
import { type CliCommand, FILE, WORLD } from './command'
import type * as Check from './commands/check'
import type * as Evaluate from './commands/eval'
import type * as Explain from './commands/explain'
import type * as Schema from './commands/schema'
import type * as Serve from './commands/serve'
import type * as Simulate from './commands/simulate'
import type * as Test from './commands/test'
import type * as Types from './commands/types'
import type * as Watch from './commands/watch'
import { fileAndFeature } from './file-and-feature'
import { fleetCommands } from './fleet-commands'
import { historyCommands } from './history-commands'
import { projectCommands } from './project-commands'
import { publishCommands } from './publish-commands'
import { recordsCommands } from './records-commands'
import { declareEdit } from './edit-command'
import { declareRemove, declareReweight, declareStale, declareUsage } from './code-commands'
import { SOURCE, withSources } from './source-options'
import { declareLink } from './link-command'
import { declarePlan } from './plan-command'
import { declareToken } from './token-command'
import { withSettings } from './server-settings'

const loadCheck = (): typeof Check => require('./commands/check') as typeof Check
const loadExplain = (): typeof Explain => require('./commands/explain') as typeof Explain
const loadEvaluate = (): typeof Evaluate => require('./commands/eval') as typeof Evaluate
const loadSimulate = (): typeof Simulate => require('./commands/simulate') as typeof Simulate
const loadTypes = (): typeof Types => require('./commands/types') as typeof Types
const loadWatch = (): typeof Watch => require('./commands/watch') as typeof Watch
const loadSchema = (): typeof Schema => require('./commands/schema') as typeof Schema
const loadServe = (): typeof Serve => require('./commands/serve') as typeof Serve
const loadTest = (): typeof Test => require('./commands/test') as typeof Test

/** Every command, in the order of the help. */
export const commands: readonly CliCommand[] = [
  {
    name: 'check',
    description: 'Say what is wrong with a live config, and where.',
    declare: (command, terminal, end) =>
      withSources(command)
        .argument('<files...>', SOURCE)
        .option('--json', 'print { features, problems } of one file as JSON')
        .option('--allow-warnings', 'exit 0 when there are only warnings')
        .option(
          '--against <revision>',
          'warn of experiments whose visitors the edit since then moves',
        )
        .option('--expired', 'with --allow-warnings: exit 1 all the same for what is past expires')
        .addOption(
          new Option(
            '--target <system>',
            'warn of each feature that clients of this system cannot be sent',
          ).choices(['growthbook']),
        )
        .action(async (paths: string[], flags: Check.CheckFlags) =>
          end(await loadCheck().check(paths, flags, terminal)),
        ),
  },
  {
    name: 'explain',
    description: 'Say what a visitor gets and, selector by selector, why.',
    declare: (command, terminal, end) =>
      withSources(command)
        .argument('<file>', SOURCE)
        .argument('<feature>', 'its name, without feature_')
        .option('--world <json>', WORLD)
        .option('--json', 'print the explanation as JSON')
        .action(async (path: string, name: string, flags: Explain.ExplainFlags) =>
          end(await loadExplain().explain(...fileAndFeature(path, name), flags, terminal)),
        ),
  },
  {
    name: 'eval',
    description: 'Decide features for a visitor, or for each line of a batch.',
    declare: (command, terminal, end) =>
      withSources(command)
        .argument('<file>', SOURCE)
        .argument('[feature...]', 'their names, without feature_ (default: all)')
        .option('--world <json>', WORLD)
        .option('--json', 'print { name: Decision } as JSON')
        .option(
          '--batch <path>',
          'read lines of {"feature": "some_flag", "world": {}} from a file or - and print a Decision for each',
        )
        .action(async (path: string, names: string[], flags: Evaluate.EvalFlags) =>
          end(await loadEvaluate().evaluate(path, names, flags, terminal)),
        ),
  },
  ...recordsCommands,
  {
    name: 'plan',
    description: 'Say what an experiment can find before it starts, and how long it takes.',
    declare: declarePlan,
  },
  {
    name: 'simulate',
    description: 'Say what a population gets: made-up users, or those of a file.',
    declare: (command, terminal, end) =>
      withSources(command)
        .argument('<file>', SOURCE)
        .argument('<name>', 'a feature, without feature_, or the id of its experiment')
        .option('--users <number>', 'so many made-up users, user-0 and so on (default: 10000)')
        .option(
          '--population <path>',
          'users from a file: a World in JSON on each line, or ids in a .csv; - is stdin',
        )
        .option(
          '--world <json>',
          'what all of them have in common: {"attributes": {"country": "NZ"}}, @FILE, or -',
        )
        .option('--json', 'print the counts as JSON')
        .option('--svg <path>', 'draw the shares into a file')
        .action(async (path: string, name: string, flags: Simulate.SimulateFlags) =>
          end(await loadSimulate().simulate(...fileAndFeature(path, name), flags, terminal)),
        ),
  },
  {
    name: 'test',
    description: 'Say whether what test files claim of a live config holds, for everybody.',
    declare: (command, terminal, end) =>
      command
        .argument('<file>', FILE)
        .argument('[testfile...]', 'test files (default: live.test.yaml beside live.yaml)')
        .option('--junit <path>', 'write a JUnit report; needs the package junit-report-builder')
        .option('--allow-undecided', 'exit 0 also when a test cannot be decided')
        .option('--json', 'print { tests, problems } as JSON')
        .action(async (path: string, files: string[], flags: Test.TestFlags) =>
          end(await loadTest().test(path, files, flags, terminal)),
        ),
  },
  ...historyCommands,
  ...publishCommands,
  {
    name: 'watch',
    description: 'Print each change of a live config as it takes effect, until interrupted.',
    declare: (command, terminal, end) =>
      command
        .argument('<file>', 'the live config, or a directory of them')
        .option('--json', 'print a JSON line for each event')
        .option('--wait', 'wait for a usable file instead of ending with an error')
        .action(async (path: string, flags: Watch.WatchFlags) =>
          end(await loadWatch().watch(path, flags, terminal)),
        ),
  },
  {
    name: 'usage',
    description: 'List every place of the code that asks for a feature.',
    declare: declareUsage,
  },
  {
    name: 'stale',
    description: 'Say which features have done their work, why, and what to do next.',
    declare: declareStale,
  },
  {
    name: 'types',
    description: 'Write the names, variants and values of a live config as types for TypeScript.',
    declare: (command, terminal, end) =>
      command
        .argument('<file>', FILE)
        .option('--out <path>', 'the .d.ts to write (default: stdout)')
        .option('--manifest <path>', 'also write a flag manifest of OpenFeature')
        .option('--watch', 'write again after each change, until interrupted')
        .option('--check', 'write nothing; exit 1 when what is there is out of date')
        .action(async (path: string, flags: Types.TypesFlags) =>
          end(await loadTypes().types(path, flags, terminal)),
        ),
  },
  {
    name: 'remove',
    description:
      'Take a feature out of the code and the live config, as if it were on, off or a variant.',
    declare: declareRemove,
  },
  {
    name: 'edit',
    description: 'Change one entry of a live config, and say who gets another answer by it.',
    declare: declareEdit,
  },
  {
    name: 'reweight',
    description: 'Give the variants of a stable experiment new shares, moving as few as possible.',
    declare: declareReweight,
  },
  {
    name: 'schema',
    description: 'Print the JSON schema of a live config, for editors.',
    declare: (command, terminal, end) =>
      command
        .option('--tests', 'that of a test file, such as live.test.yaml')
        .action((flags: Schema.SchemaFlags) => end(loadSchema().schema(flags, terminal))),
  },
  {
    name: 'serve',
    description: 'Answer over HTTP, for clients that are not Node: OFREP, decisions, events.',
    declare: (command, terminal, end) =>
      withSettings(
        command
          .argument('[source...]', 'live configs: files, directories, http or https URLs')
          .option(
            '--follow <url>',
            'another liveflag server, whose live config this one serves, also while it is away (env: LIVEFLAG_FOLLOW)',
          )
          .option('--follow-token <token>', 'its token of scope read (env: LIVEFLAG_FOLLOW_TOKEN)'),
      ).action(async (paths: string[], flags: Serve.ServeFlags) =>
        end(await loadServe().serve(paths, flags, terminal)),
      ),
  },
  {
    name: 'link',
    description: 'Make a signed link that forces a variant for one person until it expires.',
    declare: declareLink,
  },
  {
    name: 'token',
    description: 'Make, list and revoke the tokens of a server.',
    declare: declareToken,
  },
  ...fleetCommands,
  ...projectCommands,
]
