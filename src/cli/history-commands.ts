/* eslint-disable @typescript-eslint/no-require-imports -- a command loads its file when it runs, so that each starts fast */
import { type CliCommand, WORLD } from './command'
import type * as At from './commands/at'
import type * as Bisect from './commands/bisect'
import type * as Diff from './commands/diff'
import { fileAndFeature } from './file-and-feature'

/** What the help says of FILE, where its history is looked at. */
const PAST =
  'what has a history: a path in git, a store such as redis://host/0?key=live, edits:liveflag.db (of a server), store:records.db (of a ledger)'

const loadAt = (): typeof At => require('./commands/at') as typeof At
const loadBisect = (): typeof Bisect => require('./commands/bisect') as typeof Bisect
const loadDiff = (): typeof Diff => require('./commands/diff') as typeof Diff

/** The commands about a live config and how it was before, in the order of the help. */
export const historyCommands: readonly CliCommand[] = [
  {
    name: 'diff',
    description: 'Say who gets another answer in a newer live config, exactly.',
    declare: (command, terminal, end) =>
      command
        .argument(
          '<old>',
          'a live config: a file, a directory, a URL, HEAD~1:config/live.yaml, redis://host/0?key=live@12, edits:liveflag.db@17, store:records.db@2026-11-01',
        )
        .argument('[new]', 'the newer one')
        .option('--git <revision>', 'compare one file with how it was at this revision')
        .option('--base <source>', 'both are layers of this live config, as the edits of gates are')
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
  {
    name: 'bisect',
    description: "Find the edit after which a visitor's answer changed.",
    declare: (command, terminal, end) =>
      command
        .argument('<file>', PAST)
        .argument('<feature>', 'its name, without feature_')
        .option('--world <json>', WORLD)
        .option('--all', 'every edit after which the answer changed, the newest first')
        .option('--json', 'print the edits as JSON')
        .action(async (path: string, name: string, flags: Bisect.BisectFlags) =>
          end(await loadBisect().bisect(...fileAndFeature(path, name), flags, terminal)),
        ),
  },
  {
    name: 'at',
    description: 'Decide features by the live config of then.',
    declare: (command, terminal, end) =>
      command
        .argument('<time>', 'a day such as 2026-11-01, a time, or how long ago: 14d, 6h, 30m')
        .argument('<file>', PAST)
        .argument('[feature...]', 'their names, without feature_ (default: all)')
        .option('--world <json>', WORLD)
        .option('--explain', 'say selector by selector why')
        .option('--json', 'print { edit, decisions } as JSON')
        .action(async (time: string, path: string, names: string[], flags: At.AtFlags) =>
          end(await loadAt().at(time, path, names, flags, terminal)),
        ),
  },
]
