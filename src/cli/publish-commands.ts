/* eslint-disable @typescript-eslint/no-require-imports -- a command loads its file when it runs, so that each starts fast */
import type { Command } from 'commander'
import type { CliCommand } from './command'
import type * as History from './commands/history'
import type * as Publish from './commands/publish'
import type * as Rollback from './commands/rollback'
import { STORE } from './fleet-store'
import type { ExitCode, Terminal } from './terminal'

const loadHistory = (): typeof History => require('./commands/history') as typeof History
const loadPublish = (): typeof Publish => require('./commands/publish') as typeof Publish
const loadRollback = (): typeof Rollback => require('./commands/rollback') as typeof Rollback

const TO = `${STORE} (env: LIVEFLAG_TO)`
const BY = 'who (default: LIVEFLAG_BY, the user of the CI, or of the machine)'
const WAIT = 'say how many processes have it, within this time (default: 30s)'

/** Adds the arguments and options of `liveflag publish`. */
function declarePublish(
  command: Command,
  terminal: Terminal,
  end: (code: ExitCode) => void,
): Command {
  return command
    .argument('[file]', 'the live config; - is stdin')
    .option('--to <url>', TO)
    .option('--reason <text>', 'why, for the history')
    .option('--by <name>', BY)
    .option(
      '--based-on <generation>',
      'what the text was made from (default: what is published when the command begins)',
    )
    .option('--dry-run', 'say who gets another answer and what speaks against it; write nothing')
    .option('--wait [time]', WAIT)
    .option(
      '--staged <percentages>',
      'reach the processes in stages, 1,10,100, and take it back where it is bad',
    )
    .option('--each <time>', 'how long each stage lasts (default: 30s)')
    .option('--min-acks <number>', 'how many processes a stage asks at least (default: 1)')
    .option(
      '--limit <time>',
      'how long processes stay on it when this command is killed (default: 60s)',
    )
    .option('--resume', 'go on with the stages of a publisher that was killed')
    .option('--abort', 'take the generation that is being staged back')
    .option('--now', 'also while another generation is being staged, whose stages end')
    .option('--allow <changes>', 'exit 1 on any other of gain, lose, switch, unproven; or none')
    .option('--allow-shrink', 'also when more than a third of the features would be gone')
    .option('--allow-quarantined', 'also a text that was taken back before')
    .option('--keep <number>', 'remove older generations than this many afterwards')
    .option('--population <path>', 'count these visitors too: Worlds in JSON lines, or a .csv')
    .option('--store <url>', 'count the units that this store of records has recorded last')
    .option('--json', 'print what became of it as JSON')
    .action(async (path: string | undefined, flags: Publish.PublishFlags) =>
      end(await loadPublish().publish(path, flags, terminal)),
    )
}

/** The commands about a live config in a store that many processes read, in the order of the help. */
export const publishCommands: readonly CliCommand[] = [
  {
    name: 'publish',
    description: 'Publish a live config to every process that reads it from a store.',
    declare: declarePublish,
  },
  {
    name: 'history',
    description: 'Say who published what to a store, when and why.',
    declare: (command, terminal, end) =>
      command
        .argument('<url>', STORE)
        .argument('[generation]', 'show this one, and what it changed')
        .argument('[other]', 'show what changed from the first to this one')
        .option('--limit <number>', 'list so many (default: 20)')
        .option('--text', 'print the text of the generation, and nothing else')
        .option('--keep <number>', 'first remove older generations than this many')
        .option('--json', 'print it as JSON')
        .action(
          async (
            url: string,
            first: string | undefined,
            second: string | undefined,
            flags: History.HistoryFlags,
          ) => end(await loadHistory().history(url, [first, second], flags, terminal)),
        ),
  },
  {
    name: 'rollback',
    description: 'Publish the text of an old generation again, at once.',
    declare: (command, terminal, end) =>
      command
        .argument('<generation>', 'its number, as liveflag history lists it')
        .option('--to <url>', TO)
        .option('--reason <text>', 'why, for the history')
        .option('--by <name>', BY)
        .option('--wait [time]', WAIT)
        .option('--allow-quarantined', 'also a generation that was taken back')
        .option('--dry-run', 'write nothing')
        .option('--json', 'print what became of it as JSON')
        .action(async (generation: string, flags: Rollback.RollbackFlags) =>
          end(await loadRollback().rollback(generation, flags, terminal)),
        ),
  },
]
