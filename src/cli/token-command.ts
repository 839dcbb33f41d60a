/* eslint-disable @typescript-eslint/no-require-imports -- a command loads its file when it runs, so that each starts fast */
import type { Command } from 'commander'
import type * as Token from './commands/token'
import type { ExitCode, Terminal } from './terminal'

const loadToken = (): typeof Token => require('./commands/token') as typeof Token

const DB = 'the SQLite file of the server (default: LIVEFLAG_DB, else liveflag.db)'

/** Adds the commands of `liveflag token`. */
export function declareToken(
  command: Command,
  terminal: Terminal,
  end: (code: ExitCode) => void,
): Command {
  command
    .command('create')
    .description('Make a token, and print it: it is not stored and cannot be printed again.')
    .argument('<name>', 'what the log calls it')
    .option(
      '--scope <list>',
      'some of evaluate, read, write, which sends events (default: evaluate)',
    )
    .option('--role <role>', 'of the dashboard: viewer, editor, approver or admin')
    .option('--environment <name>', 'only servers of this environment take it (default: all)')
    .option('--client', 'it is sent to browsers: it sees entries with client: true alone')
    .option('--db <path>', DB)
    .option('--json', 'print it as JSON')
    .action(async (name: string, flags: Token.CreateFlags) =>
      end(await loadToken().createToken(name, flags, terminal)),
    )
  command
    .command('list')
    .description('Print every token but its secret.')
    .option('--db <path>', DB)
    .option('--json', 'print them as JSON')
    .action(async (flags: Token.TokenFlags) => end(await loadToken().listTokens(flags, terminal)))
  command
    .command('revoke')
    .description('Refuse a token from now on.')
    .argument('<name>', 'its name or id')
    .option('--db <path>', DB)
    .option('--json', 'print { revoked } as JSON')
    .action(async (name: string, flags: Token.TokenFlags) =>
      end(await loadToken().revokeToken(name, flags, terminal)),
    )
  return command
}
