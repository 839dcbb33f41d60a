import type { Readable, Writable } from 'node:stream'

/** What a command may touch of the process that runs it. */
export interface Terminal {
  readonly stdin: Readable
  readonly stdout: Writable & { readonly isTTY?: boolean }
  readonly stderr: Writable & { readonly isTTY?: boolean }
  readonly env: Readonly<Record<string, string | undefined>>
  readonly now: () => Date
  /**
   * Aborts when the user interrupts, or when nobody reads the output any more. Only a command that
   * asks for it survives an interrupt, and must then end by itself.
   */
  interruption(): AbortSignal
}

/** How a command ended, as its exit code. */
export const OK = 0
/** The live config has problems, or a question has no answer. */
export const PROBLEMS = 1
/** The command line is not valid. */
export const USAGE = 2
/** A bug of liveflag, or a failure of the machine. */
export const BROKEN = 70

export type ExitCode = typeof OK | typeof PROBLEMS | typeof USAGE | typeof BROKEN
