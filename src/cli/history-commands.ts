/* eslint-disable @typescript-eslint/no-require-imports -- a command loads its file when it runs, so that each starts fast */
import type { CliCommand } from './command'
import type * as Diff from './commands/diff'

const loadDiff = (): typeof Diff => require('./commands/diff') as typeof Diff

/** The commands about a live config and how it was before, in the order of the help. */
export const historyCommands: readonly CliCommand[] = [
  {
    name: 'diff',
    description: 'Say who gets another answer in a newer live config, exactly.',
    declare: (command, terminal, end) =>
      command
        .argument('<old>', 'a live config: a file, a directory, HEAD~1:config/live.yaml, a URL')
        .argument('[new]', 'the newer one')
        .option('--git <revision>', 'compare one file with how it was at this revision')
        .option('--allow <changes>', 'exit 1 on any other of gain, lose, switch, unproven; or none')
        .option('--population <path>', 'count these visitors too: Worlds in JSON lines, or a .csv')
        .option('--store <url>', 'count the units that this store recorded last')
        .option('--names', 'name up to 100 of those counted that change')
        .option('--json', 'print the difference as JSON')
        .option('--markdown', 'print it for a pull request')
        .option('--svg <path>', 'draw it into a file')
        .action(async (old: string, now: string | undefined, flags: Diff.DiffFlags) =>
          end(await loadDiff().diff(old, now, flags, terminal)),
        ),
  },
]
