import type { Command } from 'commander'
import type { ExitCode, Terminal } from './terminal'

/** One command of the command line. */
export interface CliCommand {
  readonly name: string
  readonly description: string
  /** Left out of the help: only programs call it. */
  readonly isHidden?: boolean
  /**
   * Adds the arguments and options of the command, and what runs it; `end` receives its exit code.
   */
  readonly declare: (command: Command, terminal: Terminal, end: (code: ExitCode) => void) => Command
}

/** What the help says of FILE. */
export const FILE = 'the live config, or a directory of them; - is stdin'

/** What the help says of a directory of a project. */
export const PROJECT = "the project's directory, with its package.json (default: .)"

/** What the help says of --world. */
export const WORLD =
  'who asks, in JSON: {"user": {"id": "t2_beef"}}, @FILE, or - for stdin (default: a visitor who is not signed in)'
