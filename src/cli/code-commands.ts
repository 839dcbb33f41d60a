/* eslint-disable @typescript-eslint/no-require-imports -- a command loads its file when it runs, so that each starts fast */
import type { Command } from 'commander'
import type * as Remove from './commands/remove'
import type * as Reweight from './commands/reweight'
import type * as Stale from './commands/stale'
import type * as Usage from './commands/usage'
import { fileAndFeature } from './file-and-feature'
import { withSources } from './source-options'
import type { ExitCode, Terminal } from './terminal'

const CODE = 'files and folders of code: TypeScript, JavaScript, JSX, templates'
const ASKS = 'functions of the application that take a name and ask, with commas: isOn,flag'
const loadRemove = (): typeof Remove => require('./commands/remove') as typeof Remove
const loadReweight = (): typeof Reweight => require('./commands/reweight') as typeof Reweight
const loadStale = (): typeof Stale => require('./commands/stale') as typeof Stale
const loadUsage = (): typeof Usage => require('./commands/usage') as typeof Usage

/** Adds the arguments and options of `liveflag usage`. */
export function declareUsage(
  command: Command,
  terminal: Terminal,
  end: (code: ExitCode) => void,
): Command {
  return command
    .argument('<sources...>', CODE)
    .option('--feature <name>', 'this feature only, without feature_')
    .option('--asks <names>', ASKS)
    .option('--json', 'print { files, usages } as JSON')
    .action(async (sources: string[], flags: Usage.UsageFlags) =>
      end(await loadUsage().usage(sources, flags, terminal)),
    )
}

/** Adds the arguments and options of `liveflag remove`. */
export function declareRemove(
  command: Command,
  terminal: Terminal,
  end: (code: ExitCode) => void,
): Command {
  return command
    .argument('<feature>', 'its name, without feature_')
    .argument('<file>', 'the live config, or a directory of them')
    .argument('<sources...>', CODE)
    .requiredOption('--as <answer>', 'what everybody gets from now on: on, off, or a variant')
    .option('--write', 'change the files; without it, only print what would change')
    .option('--force', 'remove the entry although places are left that ask for it')
    .option('--asks <names>', ASKS)
    .option('--json', 'print { changed, left, unimported, written } as JSON')
    .action(async (first: string, second: string, sources: string[], flags: Remove.RemoveFlags) => {
      const [path, name] = fileAndFeature(second, first)
      end(await loadRemove().remove(name, path, sources, flags, terminal))
    })
}

/** Adds the arguments and options of `liveflag reweight`. */
export function declareReweight(
  command: Command,
  terminal: Terminal,
  end: (code: ExitCode) => void,
): Command {
  return command
    .argument('<file>', 'the live config, or a directory of them')
    .argument('<feature>', 'its name, without feature_')
    .argument('[shares...]', 'a variant and its share: newest=50; others keep theirs')
    .option('--add', 'variants that are not there are new')
    .option('--without <variants...>', 'take these variants away')
    .option('--write', 'change the file; without it, only print what would change')
    .option('--json', 'print { before, after, moves, diff } as JSON')
    .action(
      async (path: string, feature: string, shares: string[], flags: Reweight.ReweightFlags) =>
        end(
          await loadReweight().reweight(...fileAndFeature(path, feature), shares, flags, terminal),
        ),
    )
}

/** Adds the arguments and options of `liveflag stale`. */
export function declareStale(
  command: Command,
  terminal: Terminal,
  end: (code: ExitCode) => void,
): Command {
  return withSources(command)
    .argument('<paths...>', `the live config, if it is not to be found, and ${CODE}`)
    .option('--live-file <path>', 'the live config, also a directory of them')
    .option(
      '--store <path>',
      'records of usage: a SQLite file, or a URL such as postgres://host/database (default: LIVEFLAG_STORE)',
    )
    .option('--days <number>', 'how long the same must have been so (default: 30)')
    .option('--asks <names>', ASKS)
    .option('--fail', 'exit 1 when a feature is stale')
    .option('--json', 'print { stale, notLookedAt } as JSON')
    .action(async (paths: string[], flags: Stale.StaleFlags) =>
      end(await loadStale().stale(paths, flags, terminal)),
    )
}
