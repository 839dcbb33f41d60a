import { Command, CommanderError, Option } from 'commander'
import { LiveflagError } from '../core/errors'
import { commands } from './commands'
import { complain } from './output'
import { BROKEN, type ExitCode, OK, PROBLEMS, type Terminal, USAGE } from './terminal'
import { version } from './version'

const EXIT_CODES = `
Exit codes:
  0  fine
  1  the live config has problems, or a question has no answer
  2  the command was not used as it can be
  3  another text was published meanwhile
  4  it is published, but not in every process within the time of --wait
`

/** Runs one command line. Never throws: an error is one line on stderr and an exit code. */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let code: ExitCode = OK
  const program = programFor(terminal)
  for (const { name, description, isHidden = false, declare } of commands) {
    const added = program.command(name, { hidden: isHidden }).description(description)
    const command = withCommonOptions(added)
    declare(command, terminal, (ended) => void (code = ended))
  }
  try {
    await program.parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    return failed(error, terminal)
  }
}

const withCommonOptions = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--format <format>',
        'syntax of FILE (default: by its extension, else yaml)',
      ).choices(['yaml', 'json', 'ini']),
    )
    .addOption(
      new Option('--compat <semantics>', 'r2: exactly as r2 would').choices(['r2', 'liveflag']),
    )

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
  // Commander has printed the error, or the help.
  if (error instanceof CommanderError) return error.exitCode === 0 ? OK : USAGE
  complain(terminal, error instanceof Error ? error.message : String(error))
  if (error instanceof LiveflagError) return error.code === 'LIVEFLAG_NO_CONFIG' ? PROBLEMS : USAGE
  return BROKEN
}
