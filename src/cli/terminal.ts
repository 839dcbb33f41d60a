import type { Readable, Writable } from 'node:stream'

/** The parts of the process that a command may use. */
export interface Terminal {
  readonly stdin: Readable
  readonly stdout: Writable & { readonly isTTY?: boolean }
  readonly stderr: Writable & { readonly isTTY?: boolean }
  readonly env: Readonly<Record<string, string | undefined>>
  readonly now: () => Date
  /**
   * Aborts when the user interrupts or stdout is closed. A command that asks for it is not ended by
   * an interrupt and must end by itself.
   */
  interruption(): AbortSignal
}

/** Exit codes of commands. */
export const OK = 0
/** The live config has problems, or a question has no answer. */
export const PROBLEMS = 1
/** The command line is not valid. */
export const USAGE = 2
/** Somebody else was faster: look at what there is now, and decide again. */
export const CONFLICT = 3
/** It is done, but not everywhere within the time. */
export const LATE = 4
/** A bug of liveflag, or a failure of the machine. */
export const BROKEN = 70

export type ExitCode =
  typeof OK | typeof PROBLEMS | typeof USAGE | typeof CONFLICT | typeof LATE | typeof BROKEN
