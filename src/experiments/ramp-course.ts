/** A percentage that grows with time. */
export interface Ramp {
  /** The percentage at a time, in milliseconds since 1970: it falls at a failed gate only. */
  percentAt(now: number): number
  /** When it turns: at its start, at the beginning and the end of each hold, at its end. */
  readonly turns: readonly number[]
  /** Where it ends, by what is known now. */
  readonly to: number
  /** The names of the metrics by which its holds are judged; empty of one that goes on by itself. */
  readonly gates: readonly string[]
  /** What became of its gates, the oldest first. */
  readonly edits: readonly RampEdit[]
  /** Why it does not grow until somebody, or `liveflag gates`, says so; undefined while it does. */
  heldAt(now: number): Held | undefined
}

/** What holds a ramp that has gates. */
export type Held =
  /** At a hold, whose gates have not passed; `since` it got there, `until` the hold lasts at least. */
  | {
      readonly why: 'waits'
      readonly percent: number
      readonly since: number
      readonly until: number
    }
  /** Gates failed, and it is back at a percentage. */
  | {
      readonly why: 'failed'
      readonly percent: number
      readonly since: number
      readonly reason: string
    }

/** What became of a gate: an edit of the ramp. */
export interface RampEdit {
  /** Milliseconds since 1970. */
  readonly at: number
  /** `resume`: it grows again, as from its start, and the gates are judged anew. */
  readonly outcome: 'pass' | 'fail' | 'resume'
  /** The percentage of the hold that passed, or at which it failed. */
  readonly percent: number
  /** Where a failure puts it back to. */
  readonly to: number
  readonly reason: string
}

/** A ramp as an entry has it; times in milliseconds. */
export interface RampText {
  readonly from: number
  readonly to: number
  readonly over: number
  readonly start: number
  /** In order. */
  readonly holds: readonly number[]
  readonly holdFor: number
  readonly gates: readonly string[]
  readonly edits: readonly RampEdit[]
}

interface Point {
  readonly at: number
  readonly percent: number
}

/** The ramp that a text describes: through its corners, as its edits have moved them. */
export function rampOf(text: RampText): Ramp {
  const course = new Course(text)
  const edits = text.edits.toSorted((a, b) => a.at - b.at)
  for (const edit of edits) course.apply(edit)
  course.growUntil(Infinity)
  const { points, held } = course
  const last = points.at(-1)?.percent ?? 0
  return {
    to: last,
    gates: text.gates,
    edits,
    turns: [...new Set(points.map(({ at }) => at))],
    heldAt: (now) => (held !== undefined && now >= held.since ? held : undefined),
    percentAt(now) {
      const next = points.findIndex(({ at }) => at > now)
      const [a, b] = [points[next - 1], points[next]]
      if (b === undefined) return last
      // Nobody is in before it starts.
      if (a === undefined) return 0
      const grown = a.percent + (b.percent - a.percent) * ((now - a.at) / (b.at - a.at))
      return Math.min(b.percent, Math.max(a.percent, grown))
    },
  }
}

const NOTHING: readonly RampEdit[] = []

/** Walks along a ramp in time, and writes down its corners. */
class Course {
  readonly points: Point[]
  private level: number
  private at: number
  /** When it got to the hold that it is at. */
  private arrivedAt = -Infinity
  /** The hold that it is at, or comes to next. */
  private next = 0
  private failure: RampEdit | undefined
  /** The passes that count. */
  private passed: readonly RampEdit[] = NOTHING

  constructor(private readonly text: RampText) {
    this.level = text.from
    this.at = text.start
    this.points = [{ at: this.at, percent: this.level }]
  }

  get held(): Held | undefined {
    const { failure, level, arrivedAt, text } = this
    if (failure) {
      const { at, to, reason } = failure
      return { why: 'failed', percent: to, since: Math.max(at, text.start), reason }
    }
    if (text.gates.length === 0 || text.holds[this.next] !== level) return undefined
    return { why: 'waits', percent: level, since: arrivedAt, until: arrivedAt + text.holdFor }
  }

  apply(edit: RampEdit): void {
    const at = Math.max(edit.at, this.text.start)
    this.growUntil(at)
    if (edit.outcome === 'pass') this.passed = [...this.passed, edit]
    else if (edit.outcome === 'fail') this.fail(edit, at)
    else if (this.failure) this.resume(at)
  }

  private fail(edit: RampEdit, at: number): void {
    this.corner(at, this.level)
    this.failure = edit
    this.level = edit.to
    this.passed = this.passed.filter(({ percent }) => percent <= edit.to)
    this.corner(at, this.level)
    this.at = at
  }

  private resume(at: number): void {
    const { text } = this
    this.failure = undefined
    this.corner(at, this.level)
    this.level = Math.max(this.level, text.from)
    this.corner(at, this.level)
    this.at = this.arrivedAt = at
    const next = text.holds.findIndex((hold) => hold >= this.level && !this.passOf(hold))
    this.next = next < 0 ? text.holds.length : next
  }

  /** Until a time, or until it waits for an edit. */
  growUntil(until: number): void {
    const { holds, to } = this.text
    while (this.failure === undefined && until > this.at) {
      const hold = holds[this.next]
      if (hold === this.level) {
        const leaves = this.leavesAt(hold)
        // Without a pass it never leaves.
        if (leaves > until || leaves === Infinity) return
        this.at = leaves
        this.corner(leaves, hold)
        this.next++
      } else {
        if (hold === undefined && this.level === to) return
        if (!this.growTo(hold ?? to, until)) return
      }
    }
  }

  private leavesAt(hold: number): number {
    const { gates, holdFor } = this.text
    const earliest = (this.arrivedAt === -Infinity ? this.at : this.arrivedAt) + holdFor
    if (gates.length === 0) return earliest
    return Math.max(earliest, this.passOf(hold)?.at ?? Infinity)
  }

  private passOf(hold: number): RampEdit | undefined {
    return this.passed.findLast(({ percent }) => percent === hold)
  }

  /** Returns whether it got there in time. */
  private growTo(percent: number, until: number): boolean {
    const takes = this.timeTo(percent) - this.timeTo(this.level)
    const reached = this.at + takes
    if (reached > until) {
      this.level += (percent - this.level) * ((until - this.at) / takes)
      this.at = until
      return false
    }
    this.at = this.arrivedAt = reached
    this.level = percent
    this.corner(reached, percent)
    return true
  }

  /** How long it grows to a percentage, without its holds. */
  private timeTo(percent: number): number {
    const { from, to, over } = this.text
    return Math.round(((percent - from) / (to - from)) * over)
  }

  private corner(at: number, percent: number): void {
    this.points.push({ at, percent })
  }
}
