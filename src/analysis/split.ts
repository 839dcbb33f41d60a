/** The units of a variant that the live config gives a share. */
export interface Split {
  readonly variant: string
  readonly observed: number
  /** From 0 to 1, above 0; the shares of a split sum to 1. */
  readonly share: number
}
