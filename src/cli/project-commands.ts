/* eslint-disable @typescript-eslint/no-require-imports -- a command loads its file when it runs, so that each starts fast */
import { Argument } from 'commander'
import { type CliCommand, PROJECT } from './command'
import type * as Completion from './commands/completion'
import type * as Doctor from './commands/doctor'
import type * as Init from './commands/init'
import type * as Lsp from './commands/lsp'
import type * as Mcp from './commands/mcp'
import type * as Owners from './commands/owners'
import { SOURCE, withSources } from './source-options'

const loadInit = (): typeof Init => require('./commands/init') as typeof Init
const loadLsp = (): typeof Lsp => require('./commands/lsp') as typeof Lsp
const loadMcp = (): typeof Mcp => require('./commands/mcp') as typeof Mcp
const loadOwners = (): typeof Owners => require('./commands/owners') as typeof Owners
const loadCompletion = (): typeof Completion =>
  require('./commands/completion') as typeof Completion
const loadDoctor = (): typeof Doctor => require('./commands/doctor') as typeof Doctor

/** The commands about a project and its code, in the order of the help. */
export const projectCommands: readonly CliCommand[] = [
  {
    name: 'init',
    description: 'Put liveflag into an application: a live config, the code that opens it, a test.',
    declare: (command, terminal, end) =>
      command
        .argument('[dir]', PROJECT)
        .option('--dry-run', 'print what would be written, and write nothing')
        .option('--live-file <path>', 'the live config to write (default: config/live.yaml)')
        .option('--json', 'print { found, files, next } as JSON')
        .action(async (dir: string | undefined, flags: Init.InitFlags) =>
          end(await loadInit().init(dir, flags, terminal)),
        ),
  },
  {
    name: 'doctor',
    description: 'Examine an installation, and say what to do about each problem.',
    declare: (command, terminal, end) =>
      command
        .argument('[dir]', PROJECT)
        .option('--live-file <path>', 'the live config (default: found in the project)')
        .option('--store <url>', 'the records that must be reachable (default: LIVEFLAG_STORE)')
        .option('--json', 'print { healthy, findings } as JSON')
        .action(async (dir: string | undefined, flags: Doctor.DoctorFlags) =>
          end(await loadDoctor().doctor(dir, flags, terminal)),
        ),
  },
  {
    name: 'owners',
    description: 'List features by who answers for them, and what is past its expires.',
    declare: (command, terminal, end) =>
      withSources(command)
        .argument('<file>', SOURCE)
        .option('--owner <name>', 'the features of this one only')
        .option('--expired', 'only what is past its expires; exit 1 when there is any')
        .option('--json', 'print { owners: [{ owner, features }] } as JSON')
        .action(async (path: string, flags: Owners.OwnersFlags) =>
          end(await loadOwners().owners(path, flags, terminal)),
        ),
  },
  {
    name: 'lsp',
    description:
      'Serve editors over stdio: completion, who has it, problems, usages (docs/editors.md).',
    declare: (command, terminal, end) =>
      command
        .argument('[file]', 'the live config (default: found in the workspace)')
        // Editors add it, and there is no other way.
        .option('--stdio', 'speak over stdin and stdout, which is the only way')
        .action(async (file: string | undefined) => end(await loadLsp().lsp(file, terminal))),
  },
  {
    name: 'mcp',
    description:
      'Serve agents over stdio: list, explain, usage, stale, simulate, diff, propose (docs/agents.md).',
    declare: (command, terminal, end) =>
      withSources(command)
        .argument('[file]', 'the live config (default: found in the project)')
        .action(async (file: string | undefined, flags: Mcp.McpFlags) =>
          end(await loadMcp().mcp(file, flags, terminal)),
        ),
  },
  {
    name: 'completion',
    description: 'Print the script with which a shell completes commands, options and features.',
    declare: (command, terminal, end) =>
      command
        .addArgument(
          new Argument('<shell>', 'your shell').choices(['bash', 'zsh', 'fish', 'powershell']),
        )
        .action((shell: Completion.Shell) => end(loadCompletion().completion(shell, terminal))),
  },
  {
    name: 'complete',
    description: 'Say what the last word may become; the scripts of completion call it.',
    isHidden: true,
    declare: (command, terminal, end) =>
      command
        .argument('[words...]', 'what was typed behind liveflag, after --')
        .action(async (words: string[]) =>
          end(await loadCompletion().complete(command.parent ?? command, words, terminal)),
        ),
  },
]
