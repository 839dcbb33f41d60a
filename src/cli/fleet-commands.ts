/* eslint-disable @typescript-eslint/no-require-imports -- a command loads its file when it runs, so that each starts fast */
import { Option } from 'commander'
import type { CliCommand } from './command'
import type * as Sync from './commands/sync'

const loadSync = (): typeof Sync => require('./commands/sync') as typeof Sync

/** Commands about a live config that many processes share. */
export const fleetCommands: readonly CliCommand[] = [
  {
    name: 'sync',
    description: 'Keep a file as a source says: for programs that read files, in any language.',
    declare: (command, terminal, end) =>
      command
        .argument('<file>', 'the file to write; FILE.status.json says how fresh it is')
        .addOption(
          new Option('--from <source>', 'a URL of a store or a server, or a file').env(
            'LIVEFLAG_SYNC_FROM',
          ),
        )
        .addOption(
          new Option('--token <token>', 'the bearer token for URLs').env('LIVEFLAG_SOURCE_TOKEN'),
        )
        .option('--once', 'end when the file is what the source says')
        .option('--timeout <time>', 'with --once: give up after 30s, 5m or 2h (default: 30s)')
        .option(
          '--fleet [name]',
          'take part in stages, and acknowledge: try in the file what is staged in the store',
        )
        .option(
          '--health-url <url>',
          'with --fleet: the program that reads the file is well while this answers 2xx',
        )
        .option('--allow-shrink', 'also when more than a third of the features would be gone')
        .option('--mode <mode>', 'the mode of a file that is not there yet (default: 644)')
        .option('--health-port <port>', 'answer /livez and /readyz there')
        .option('--health-host <address>', 'the address of that port (default: 127.0.0.1)')
        .option(
          '--max-age <time>',
          '/readyz fails when the source has not been heard for so long (default: never)',
        )
        .option(
          '--status-every <time>',
          'how often the status is written anew, and the file looked at (default: 5s)',
        )
        .option('--json', 'print a JSON line for each event')
        .action(async (path: string, flags: Sync.SyncFlags) =>
          end(await loadSync().sync(path, flags, terminal)),
        ),
  },
]
