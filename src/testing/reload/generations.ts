/**
 * Whether one content was read, and so has a generation; `maybe` when several or none may have
 * been.
 */
export type Reads = 'yes' | 'no' | 'maybe'

/** I4: the generation rises by the number of contents that were read, and never falls. */
export class Generations {
  private least: number
  private most: number

  constructor(first: number) {
    this.least = first
    this.most = first
  }

  count(reads: Reads): void {
    if (reads === 'yes') this.least += 1
    if (reads === 'yes') this.most += 1
    if (reads === 'maybe') this.most = Infinity
  }

  /** Takes the generation in force as the new start; returns what is wrong with it. */
  violations(generation: number): string[] {
    const { least, most } = this
    this.least = generation
    this.most = generation
    return generation >= least && generation <= most
      ? []
      : [`I4: generation ${generation}, wanted ${least === most ? least : `${least} to ${most}`}`]
  }
}
