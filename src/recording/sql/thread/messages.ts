import type { Stored } from '../tables'

/** Sent to the thread: rows to write, or the order to end. */
export type Order = { readonly id: number; readonly rows: Stored } | 'end'

/** Sent by the thread: that it is ready, or the result of an order. */
export type Report = 'ready' | { readonly id: number; readonly failure?: Failure }

/** An error as it can be sent. `code` is empty when the error has none. */
export interface Failure {
  readonly code: string
  readonly message: string
}
