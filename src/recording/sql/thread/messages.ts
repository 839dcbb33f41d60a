import type { Stored } from '../tables'

/** Sent to the thread: rows to write, or the order to end. */
export type Order = { readonly id: number; readonly rows: Stored } | 'end'

/** What a thread is started with. */
export interface Start<Settings> {
  /** What the engine connects with. */
  readonly settings: Settings
  /** Then the thread writes these rows and nothing else, while the main thread waits for `done`. */
  readonly last?: LastWrite
}

export interface LastWrite {
  readonly rows: Stored
  /** Over shared memory: 0 becomes `WRITTEN` or `FAILED`. */
  readonly done: Int32Array
}

export const WRITTEN = 1
export const FAILED = 2

/** Sent by the thread: that it is ready, or the result of an order. */
export type Report = 'ready' | { readonly id: number; readonly failure?: Failure }

/** An error as it can be sent. `code` is empty when the error has none. */
export interface Failure {
  readonly code: string
  readonly message: string
}
