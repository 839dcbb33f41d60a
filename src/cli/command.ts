import { type Command, Option } from 'commander'
import type { ExitCode, Terminal } from './terminal'

/** Adds a command to the program; the command tells its exit code to `end`. */
export type AddCommand = (
  program: Command,
  terminal: Terminal,
  end: (code: ExitCode) => void,
) => void

/** The options of every command. */
export const reading = (command: Command): Command =>
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

export const FILE = 'the live config, or a directory of them; - is stdin'
export const WORLD =
  'who asks, in JSON: {"user": {"id": "t2_beef"}}, @FILE, or - for stdin (default: a visitor who is not signed in)'
