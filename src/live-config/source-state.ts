import type { Problem } from '../core/problem'
import type { Format } from '../core/source'
import type { Part } from './part'

/** The state of one source, or of one text of a source that has several. */
export interface SourceState {
  readonly name: string
  /** STALE: its content in force is not its newest content, or that is not known. */
  readonly status: 'NOT_READY' | 'READY' | 'STALE'
  /**
   * Since when it has this status: milliseconds since 1970. For READY, since when its content is in
   * force.
   */
  readonly since: number
  /** Milliseconds since it was last read or found unchanged; undefined before that. */
  readonly ageMs: number | undefined
  /** Generation of its content in force; 0 before the first. */
  readonly generation: number
  /** Of the content read last, accepted or not; undefined before the first. */
  readonly format: Format | undefined
  /** SHA-256 of the content read last, accepted or not, hex; undefined before the first. */
  readonly readHash: string | undefined
  /** All its problems now. */
  readonly problems: readonly Problem[]
}

/** @param loadedAt when the snapshot in force was installed */
export function sourceState(
  part: Part,
  problems: readonly Problem[],
  loadedAt: number,
  now: number,
): SourceState {
  const own = problems.filter(({ source }) => source === part.source)
  const failing = part.failure ?? part.refused
  const problem = failing && own.find(({ code }) => code === failing.code)
  const isCurrent = failing === undefined && part.kept !== true
  return {
    name: part.source,
    status: part.hash === undefined ? 'NOT_READY' : isCurrent ? 'READY' : 'STALE',
    since: problem?.since ?? loadedAt,
    ageMs: part.confirmedAt === 0 ? undefined : Math.max(0, now - part.confirmedAt),
    generation: part.generation,
    format: part.written?.format,
    readHash: part.readHash,
    problems: own,
  }
}
