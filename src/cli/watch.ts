import { LiveflagError } from '../core/errors'
import type { Features } from '../features'
import { openFeatures } from '../features'
import { directory } from '../sources/directory'
import { file } from '../sources/file'
import type { Source } from '../sources/source'
import { filesIn } from './input'
import { type Reading, startFault } from './live-config-file'
import { Output } from './output'
import { type ExitCode, OK, type Terminal } from './terminal'
import { type Journal, PlainJournal, RecordJournal } from './watch-journal'

export interface WatchFlags extends Reading {
  readonly json?: boolean
  readonly wait?: boolean
}

/** How often to say anew why there is nothing to watch yet, should that have changed. */
const PATIENCE_MS = 1000

/** `liveflag watch`: tells each change as it takes effect, until it is interrupted. */
export async function watch(path: string, flags: WatchFlags, terminal: Terminal): Promise<ExitCode> {
  if (path === '-') throw new LiveflagError('LIVEFLAG_BAD_OPTION', 'stdin cannot be watched; give a file')
  const output = new Output(terminal)
  const journal = flags.json ? new RecordJournal(output, terminal.now) : new PlainJournal(output, terminal.now)
  const isDirectory = !flags.format && (await filesIn(path)) !== undefined
  const source = isDirectory ? directory(path, { keepAlive: true }) : file(path, { keepAlive: true, ...(flags.format && { format: flags.format }) })
  const interruption = terminal.interruption()
  const interrupted = new Promise<undefined>((resolve) => interruption.addEventListener('abort', () => resolve(undefined), { once: true }))
  const features = await Promise.race([new Opening(path, source, flags, terminal).run(journal, interruption), interrupted])
  features
    ?.on('ready', () => journal.ready(features.snapshot, path))
    .on('change', (change) => journal.change(change))
    .on('problem', (problem) => journal.problem(problem, features.snapshot))
    .on('solved', (problem) => journal.solved(problem))
    .on('stale', ({ problem }) => journal.stale(problem, features.snapshot))
  await interrupted
  await features?.close()
  await source.close()
  return OK
}

/** Opens the file; with `--wait`, as soon as it can be, saying each time why it cannot. */
class Opening {
  constructor(
    private readonly path: string,
    private readonly source: Source,
    private readonly flags: WatchFlags,
    private readonly terminal: Terminal,
  ) {}

  async run(journal: Journal, interruption: AbortSignal): Promise<Features | undefined> {
    for (let told = ''; !interruption.aborted; ) {
      const features = await this.attempt(told === '' ? false : PATIENCE_MS)
      if (!(features instanceof LiveflagError)) return features
      const fault = await this.fault(features)
      if (!this.flags.wait) throw fault ?? features
      if (fault && fault.message !== told) journal.waiting((told = fault.message))
    }
    return undefined
  }

  private async attempt(waitForFile: number | false): Promise<Features | LiveflagError> {
    const { compat } = this.flags
    try {
      return await openFeatures({ source: this.source, ...(compat && { compat }), waitForFile })
    } catch (error) {
      if (error instanceof LiveflagError && error.code === 'LIVEFLAG_NO_CONFIG') return error
      throw error
    }
  }

  /** The engine's own words speak to those who can set its options. */
  private fault(cause: LiveflagError): Promise<LiveflagError | undefined> {
    return startFault(this.path, this.flags, this.terminal.stdin, cause)
  }
}
