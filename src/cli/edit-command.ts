/* eslint-disable @typescript-eslint/no-require-imports -- a command loads its file when it runs, so that each starts fast */
import type { Command } from 'commander'
import type * as Edit from './commands/edit'
import { fileAndFeature } from './file-and-feature'
import { withSources } from './source-options'
import type { ExitCode, Terminal } from './terminal'

const loadEdit = (): typeof Edit => require('./commands/edit') as typeof Edit

/** Adds the arguments and options of `liveflag edit`. */
export function declareEdit(
  command: Command,
  terminal: Terminal,
  end: (code: ExitCode) => void,
): Command {
  return withSources(command)
    .argument('<file>', 'the live config, or a directory of them')
    .argument('<feature>', 'its name, without feature_')
    .argument(
      '<action>',
      'off, on, percent 25, traffic 25, weights new=50 old=50, set KEY VALUE, unset KEY, add VALUE, or delete',
    )
    .argument('[values...]', 'what the action takes')
    .option('--reason <text>', 'why, as a comment above the entry')
    .option('--add', 'of weights: variants that are not there are new')
    .option('--population <path>', 'count these visitors too: Worlds in JSON lines, or a .csv')
    .option('--store <url>', 'count the units that this store recorded last')
    .option('--names', 'name up to 100 of those counted that change')
    .option('--dry-run', 'write nothing, and print what would change')
    .option('--json', 'print { diff, problems, impact, written } as JSON')
    .action(
      async (
        path: string,
        feature: string,
        action: string,
        values: string[],
        flags: Edit.EditFlags,
      ) =>
        end(
          await loadEdit().edit(
            ...fileAndFeature(path, feature),
            { action, values },
            flags,
            terminal,
          ),
        ),
    )
}
