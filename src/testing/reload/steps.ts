import type { Features, ReportedProblem, StartOptions } from './adapter'
import type { Reads } from './generations'

/** Options of the steps of a trial. */

/** `short` keeps the heavy patterns small enough for a test run. */
export type Scale = 'short' | 'full'

export type Write = (text: string) => void | Promise<void>

export type Open = Omit<Partial<StartOptions>, 'format' | 'watching'> & {
  readonly paths?: readonly string[]
  /** The source is a directory. */
  readonly directory?: string
  /** The pattern has written the first content itself. */
  readonly written?: boolean
}

export interface Change {
  /** What is served afterwards, when that is not simply the content. */
  readonly effective?: Features
  /** The content has lasting problems and the status is READY all the same. */
  readonly flawed?: boolean
  /** The writer takes so long that problems may begin and end meanwhile. */
  readonly passing?: boolean
  /** Another source is still bad. */
  readonly stale?: boolean
  readonly withinMs?: number
}

export interface Refusal {
  readonly code: string | readonly string[]
  readonly lines?: readonly [first: number, last: number]
  readonly columns?: readonly number[]
  readonly reads: Reads
  readonly withinMs?: number
}

/** I7: a problem names the right place. */
export function placeViolations(
  { code, line = 0, column = 0 }: ReportedProblem,
  { lines, columns }: Pick<Refusal, 'lines' | 'columns'>,
): string[] {
  if (lines === undefined) return []
  return [
    ...(line >= lines[0] && line <= lines[1]
      ? []
      : [`I7: ${code} at line ${line}, wanted ${lines.join(' to ')}`]),
    ...((columns?.includes(column) ?? column >= 1)
      ? []
      : [`I7: ${code} at column ${column}, wanted ${columns?.join(' or ') ?? 'one from 1'}`]),
  ]
}
