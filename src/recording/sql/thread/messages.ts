import type { Stored } from '../tables'

/** To the thread: rows to write, or that it is to end. */
export type Order = { readonly id: number; readonly rows: Stored } | 'end'

/** From the thread: that it is there, or what became of an order. */
export type Report = 'ready' | { readonly id: number; readonly failure?: Failure }

/** An error as it can be sent: what it says and its code; empty without one. */
export interface Failure {
  readonly code: string
  readonly message: string
}
