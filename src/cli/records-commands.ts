/* eslint-disable @typescript-eslint/no-require-imports -- a command loads its file when it runs, so that each starts fast */
import type { Command } from 'commander'
import type * as Audit from './commands/audit'
import type { CliCommand } from './command'
import type { ExitCode, Terminal } from './terminal'

const loadAudit = (): typeof Audit => require('./commands/audit') as typeof Audit

/** What the help says of --store. */
export const STORE =
  'the records: a SQLite file, or a URL such as postgres://host/database (default: LIVEFLAG_STORE)'

/** Commands about what was recorded. */
export const recordsCommands: readonly CliCommand[] = [
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
