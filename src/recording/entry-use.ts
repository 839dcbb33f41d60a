/** Which rows are asked for the entries that decided. */
export interface EntryUsesAsked {
  /** Left out: all. */
  readonly feature?: string
  /** Rows up to this time, in milliseconds since 1970. */
  readonly until: number
}

/** When one entry of a feature decided. */
export interface EntryUse {
  readonly feature: string
  readonly revision: string
  readonly firstAt: number
  readonly lastAt: number
}
