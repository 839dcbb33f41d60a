import { LiveflagError } from '../../core/errors'
import type { Outcome, Sink, SourceProblem } from '../../core/source'
import { keepAliveDuring } from '../../runtime/wait'
import type { Reading } from '../live-config-file'
import { sourceAt } from '../sources'
import type { Terminal } from '../terminal'

/** What a command does while it follows a live config. */
export interface Followed {
  /** The texts have changed, or were read for the first time. Never called twice at once. */
  changed(): Promise<void>
  /** The texts cannot be read now. */
  failed(problem: SourceProblem): void
}

/** Watches a file or a directory until the command is interrupted. */
export async function followChanges(
  path: string,
  reading: Reading,
  terminal: Terminal,
  followed: Followed,
): Promise<void> {
  if (path === '-')
    throw new LiveflagError('LIVEFLAG_BAD_OPTION', 'stdin cannot be watched; give a file')
  const source = await sourceAt(path, { ...reading, keepAlive: true }, 'watch')
  const interruption = terminal.interruption()
  const interrupted = new Promise<void>((resolve) =>
    interruption.addEventListener('abort', () => resolve(), { once: true }),
  )
  const turns = new Turns(followed)
  await Promise.race([source.open(sinkFor(turns, followed)), interrupted])
  // A URL that is pulled does not keep the process alive by itself.
  await keepAliveDuring(interrupted)
  await source.close()
  await turns.last
}

/** Several texts that change together are one change. */
class Turns {
  last: Promise<void> = Promise.resolve()
  private isWaiting = false

  constructor(private readonly followed: Followed) {}

  async take(): Promise<Outcome> {
    if (!this.isWaiting) {
      this.isWaiting = true
      this.last = this.last.then(() => {
        this.isWaiting = false
        return this.followed.changed()
      })
    }
    await this.last
    return 'installed'
  }
}

function sinkFor(turns: Turns, followed: Followed): Sink {
  const text = {
    content: () => turns.take(),
    confirmed: () => undefined,
    failed: (problem: SourceProblem) => followed.failed(problem),
    warn: () => undefined,
    unwarn: () => undefined,
  }
  return { ...text, part: () => ({ ...text, removed: async () => void (await turns.take()) }) }
}
