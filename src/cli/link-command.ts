/* eslint-disable @typescript-eslint/no-require-imports -- a command loads its file when it runs, so that each starts fast */
import type { Command } from 'commander'
import type * as Link from './commands/link'
import type { ExitCode, Terminal } from './terminal'

const loadLink = (): typeof Link => require('./commands/link') as typeof Link

/** Adds the arguments and options of `liveflag link`. */
export const declareLink = (
  command: Command,
  terminal: Terminal,
  end: (code: ExitCode) => void,
): Command =>
  command
    .argument('<feature>', 'its name, without feature_')
    .argument('<variant>', 'the variant; on or off of a feature without variants')
    .option('--for <user>', 'the name or id of the user whom it is for')
    .option('--anyone', 'it is for whoever has it')
    .option('--expires <time>', 'how long it counts: 30m, 6h or 2d (default: 1d)')
    .option('--url <address>', 'the page that it opens; it counts on that host alone')
    .option('--key <id>', 'which key of LIVEFLAG_LINK_KEYS signs it (default: the first)')
    .option('--json', 'print the link as JSON')
    .action(async (feature: string, variant: string, flags: Link.LinkFlags) =>
      end(await loadLink().link(feature, variant, flags, terminal)),
    )
