import type { Path } from '../../../core/problem'

/** A step of a path that was found: where its key or item begins, and where its value does. */
export interface Step {
  readonly name: number
  readonly value: number
}

/** Notes the places of the steps of one path while a text is read. */
export class Search {
  /** The steps found so far; of two equal keys the last counts. */
  steps: readonly Step[] = []
  private depth = 0
  /** How many steps of the path lead to where reading is. */
  private matched = 0

  constructor(private readonly path: Path) {}

  /** Reading goes into a member or item; false when the path does not lead there. */
  enter(step: string | number, name: number, value: number): boolean {
    const leads = this.matched === this.depth && String(this.path[this.depth]) === String(step)
    if (leads) {
      this.steps = [...this.steps.slice(0, this.depth), { name, value }]
      this.matched++
    }
    this.depth++
    return leads
  }

  /** Whether the path leads to where reading is, or further in. */
  get isOnPath(): boolean {
    return this.matched === this.depth
  }

  leave(): void {
    this.depth--
    this.matched = Math.min(this.matched, this.depth)
  }
}
