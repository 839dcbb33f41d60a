import { boundedCache, entryBytes } from '../runtime/bounded-cache'
import type { History } from '../recording/store'

/** Some 40,000 subjects in two experiments each. */
const MOST_BYTES = 16 * 1024 * 1024

/**
 * The histories of subjects as this process last read or wrote them: who is known to be in an
 * experiment stays in it while the store is away.
 */
export class KnownHistories {
  private readonly known = boundedCache<History>(
    MOST_BYTES,
    ({ assigned, domains }, subject) =>
      entryBytes(subject) + 150 * assigned.length + 100 * domains.length,
  )

  of(subject: string): History | undefined {
    return this.known.get(subject)
  }

  /**
   * Remembers a history. Returns the experiments that it lacks and that the one of before had: the
   * store has lost them.
   */
  remember(subject: string, history: History): readonly string[] {
    const before = this.known.get(subject)
    this.known.set(subject, history)
    return (before?.assigned ?? [])
      .map(({ experimentId }) => experimentId)
      .filter((id) => !history.assigned.some(({ experimentId }) => experimentId === id))
  }
}
