/** A range of a text, and what comes into its place. */
export interface Change {
  readonly start: number
  readonly end: number
  /** Default: nothing. */
  readonly text?: string
}

/** A text that is changed step by step, and that knows where each part of it was at first. */
export class Draft {
  private origins: readonly number[]

  constructor(public text: string) {
    this.origins = Array.from({ length: text.length + 1 }, (_, at) => at)
  }

  /** Changes that do not overlap. */
  apply(changes: readonly Change[]): void {
    for (const { start, end, text = '' } of changes.toSorted((a, b) => b.start - a.start)) {
      const origin = this.originOf(start)
      this.text = this.text.slice(0, start) + text + this.text.slice(end)
      this.origins = [
        ...this.origins.slice(0, start),
        ...new Array<number>(text.length).fill(origin),
        ...this.origins.slice(end),
      ]
    }
  }

  /** Where in the first text a place of this one was. */
  originOf(at: number): number {
    return this.origins[at] ?? 0
  }
}
