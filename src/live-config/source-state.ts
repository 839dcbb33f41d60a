import type { Problem } from '../core/problem'
import type { Part } from './part'

/** How one source is doing, or one text of a source that has several. */
export interface SourceState {
  readonly name: string
  /** STALE: what is in force of it is not what it holds now, or nobody knows. */
  readonly status: 'NOT_READY' | 'READY' | 'STALE'
  /** Since when: milliseconds since 1970. Of one that is READY, since when its content is in force. */
  readonly since: number
  /** Milliseconds since it was last read or found unchanged; undefined while it never was. */
  readonly ageMs: number | undefined
  /** Of its content in force; 0 while there is none. */
  readonly generation: number
  /** Everything wrong with it now. */
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
    problems: own,
  }
}
