import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command, CommanderError, Option } from 'commander'
import { LiveflagError } from '../core/errors'
import { type AddCommand, FILE, reading, WORLD } from './command'
import { check, type CheckFlags } from './commands/check'
import { type EvalFlags, evaluate } from './commands/eval'
import { experiment, type ExperimentFlags } from './commands/experiment'
import { explain, type ExplainFlags } from './commands/explain'
import { schema } from './commands/schema'
import { simulate, type SimulateFlags } from './commands/simulate'
import { watch, type WatchFlags } from './commands/watch'
import { complain } from './output'
import { BROKEN, type ExitCode, OK, PROBLEMS, type Terminal, USAGE } from './terminal'

/** Every command, in the order of the help. What a command does is in its file; here is how it is called. */
const COMMANDS: readonly AddCommand[] = [
  (program, terminal, end) =>
    reading(program.command('check'))
      .description('Say what is wrong with a live config, and where.')
      .argument('<file>', FILE)
      .option('--json', 'print { features, problems } as JSON')
      .option('--allow-warnings', 'exit 0 when there are only warnings')
      .action(async (path: string, flags: CheckFlags) => end(await check(path, flags, terminal))),

  (program, terminal, end) =>
    reading(program.command('explain'))
      .description('Say what a visitor gets and, selector by selector, why.')
      .argument('<file>', FILE)
      .argument('<feature>', 'its name, without feature_')
      .option('--world <json>', WORLD)
      .option('--json', 'print the explanation as JSON')
      .action(async (path: string, name: string, flags: ExplainFlags) =>
        end(await explain(path, name, flags, terminal)),
      ),

  (program, terminal, end) =>
    reading(program.command('eval'))
      .description('Decide features for a visitor, or for each line of a batch.')
      .argument('<file>', FILE)
      .argument('[feature...]', 'their names, without feature_ (default: all)')
      .option('--world <json>', WORLD)
      .option('--json', 'print { name: Decision } as JSON')
      .option(
        '--batch <path>',
        'read lines of {"feature": "some_flag", "world": {}} from a file or - and print a Decision for each',
      )
      .action(async (path: string, names: string[], flags: EvalFlags) =>
        end(await evaluate(path, names, flags, terminal)),
      ),

  (program, terminal, end) =>
    reading(program.command('experiment'))
      .description(
        'Say what was recorded of an experiment, and whether its figures can be trusted.',
      )
      .argument('<file>', FILE)
      .argument('<name>', 'its feature, without feature_, or its id')
      .option(
        '--store <path>',
        'the records: a SQLite file, or a URL such as postgres://host/database (default: LIVEFLAG_STORE)',
      )
      .option('--since <time>', 'from then on: 2026-11-01, 2026-11-01T09:30Z, or 14d ago')
      .option('--until <time>', 'before then')
      .option('--conversion <name>', 'this conversion only (default: all)')
      .option(
        '--control <variant>',
        'what the others are compared with (default: control, control_1, else the first by name)',
      )
      .addOption(
        new Option(
          '--by <records>',
          'count exposed units, or subjects of decisions (default: exposures if there are any)',
        ).choices(['unit', 'decision']),
      )
      .option('--json', 'print the report as JSON')
      .option('--svg <path>', 'draw the report into a file')
      .action(async (path: string, name: string, flags: ExperimentFlags) =>
        end(await experiment(path, name, flags, terminal)),
      ),

  (program, terminal, end) =>
    reading(program.command('simulate'))
      .description('Say what a population gets: made-up users, or those of a file.')
      .argument('<file>', FILE)
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
      .action(async (path: string, name: string, flags: SimulateFlags) =>
        end(await simulate(path, name, flags, terminal)),
      ),

  (program, terminal, end) =>
    reading(program.command('watch'))
      .description('Print each change of a live config as it takes effect, until interrupted.')
      .argument('<file>', 'the live config, or a directory of them')
      .option('--json', 'print a JSON line for each event')
      .option('--wait', 'wait for a usable file instead of ending with an error')
      .action(async (path: string, flags: WatchFlags) => end(await watch(path, flags, terminal))),

  (program, terminal, end) =>
    reading(program.command('schema'))
      .description('Print the JSON schema of a live config, for editors.')
      .action(() => end(schema(terminal))),
]

const EXIT_CODES = `
Exit codes:
  0  fine
  1  the live config has problems, or a question has no answer
  2  the command was not used as it can be
`

/** Runs one command line. Never throws: what goes wrong is one line on stderr and an exit code. */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let code: ExitCode = OK
  const program = programFor(terminal)
  for (const add of COMMANDS) add(program, terminal, (ended) => void (code = ended))
  try {
    await program.parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    return failed(error, terminal)
  }
}

function programFor(terminal: Terminal): Command {
  return new Command('liveflag')
    .description('liveflag: feature flags from one live config file.')
    .version(version(), '-v, --version')
    .addHelpText('after', EXIT_CODES)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: (text) => void terminal.stderr.write(text),
      outputError: (text) => complain(terminal, text.replace(/^error: /, '')),
    })
}

function failed(error: unknown, terminal: Terminal): ExitCode {
  // Commander has said what is wrong, or has printed the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? OK : USAGE
  complain(terminal, error instanceof Error ? error.message : String(error))
  if (error instanceof LiveflagError) return error.code === 'LIVEFLAG_NO_CONFIG' ? PROBLEMS : USAGE
  return BROKEN
}

/** Source and compiled file stand equally deep below the package. */
function version(): string {
  // Where data comes in: the package's own description of itself.
  const manifest = JSON.parse(
    readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8'),
  ) as { readonly version: string }
  return manifest.version
}
