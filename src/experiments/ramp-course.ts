import { countingEdits, type RampEdit } from './ramp-edits'

export type { RampEdit } from './ramp-edits'

/** A percentage that grows with time. */
export interface Ramp {
  /** When it begins, in milliseconds since 1970. */
  readonly start: number
  /** The percentage at a time, in milliseconds since 1970: it falls at a failed gate only. */
  percentAt(now: number): number
  /** When it turns: at its start, at the beginning and the end of each hold, at its end. */
  readonly turns: readonly number[]
  /** Where it ends, by what is known now. */
  readonly to: number
  /** The names of the metrics by which its holds are judged; empty of one that nothing judges. */
  readonly gates: readonly string[]
  /** What became of its gates, in the order in which it was written. */
  readonly edits: readonly RampEdit[]
  /** Why it does not grow at a time until somebody, or `liveflag gates`, says so; undefined while it does. */
  heldAt(now: number): Held | undefined
  /** The edits that begin to count later than a time: those of clocks that are ahead of it. */
  after(now: number): readonly RampEdit[]
  /** From when on what is recorded says something of it: its start, or when it was resumed. */
  judgedSince(now: number): number
  /** The percentage at a time if nothing had become of its gates, and it had none. */
  unheldPercentAt(now: number): number
}

/** What holds a ramp that has gates, or edits. */
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

/** What holds it from a time on. */
interface Phase {
  readonly from: number
  readonly held: Held | undefined
}

/** The ramp that a text describes: through its corners, as its edits have moved them. */
export function rampOf(text: RampText): Ramp {
  const { start, gates, edits } = text
  const counting = countingEdits(edits)
  const { points, phases } = new Course(text, counting)
  const last = points.at(-1)?.percent ?? 0
  return {
    ...{ start, gates, edits, to: last },
    turns: [...new Set(points.map(({ at }) => at))],
    heldAt: (now) => phases.findLast(({ from }) => from <= now)?.held,
    percentAt: (now) => percentOf(points, now),
    after: (now) => counting.filter(({ at }) => at > now),
    judgedSince: (now) =>
      counting.reduce(
        (since, { outcome, at }) =>
          outcome === 'resume' && at <= now ? Math.max(since, at) : since,
        start,
      ),
    unheldPercentAt: (now) =>
      percentOf(new Course({ ...text, gates: [], edits: [] }, []).points, now),
  }
}

function percentOf(points: readonly Point[], now: number): number {
  const next = points.findIndex(({ at }) => at > now)
  const [a, b] = [points[next - 1], points[next]]
  if (b === undefined) return points.at(-1)?.percent ?? 0
  // Nobody is in before it starts.
  if (a === undefined) return 0
  const grown = a.percent + (b.percent - a.percent) * ((now - a.at) / (b.at - a.at))
  return Math.min(b.percent, Math.max(a.percent, grown))
}

const NOTHING: readonly RampEdit[] = []

/** Walks along a ramp in time, and writes down its corners, and what held it. */
class Course {
  readonly points: Point[]
  readonly phases: Phase[]
  private level: number
  private at: number
  /** When it got to the hold that it is at. */
  private arrivedAt: number
  /** The hold that it is at, or comes to next. */
  private next = 0
  private failure: RampEdit | undefined
  private failedAt = -Infinity
  /** The passes that count. */
  private passed: readonly RampEdit[] = NOTHING
  /** Without a pass it stays at a hold, also once its gates were taken out of the entry. */
  private readonly isJudged: boolean

  constructor(
    private readonly text: RampText,
    edits: readonly RampEdit[],
  ) {
    const { from, start, gates } = text
    this.points = []
    this.phases = []
    this.level = from
    this.at = this.arrivedAt = start
    this.isJudged = gates.length + text.edits.length > 0
    for (const edit of edits) if (edit.at < start) this.applyEarly(edit)
    this.corner(start, this.level)
    this.failedAt = start
    this.note(start)
    for (const edit of edits) if (edit.at >= start) this.apply(edit)
    this.growUntil(Infinity)
  }

  /**
   * Before its start: a failure that nobody has resumed keeps the ramp back, whatever is its new start.
   * What passed was another run of it, and says nothing of this one.
   */
  private applyEarly(edit: RampEdit): void {
    if (edit.outcome === 'pass') return
    const hasFailed = edit.outcome === 'fail'
    this.failure = hasFailed ? edit : undefined
    this.failedAt = edit.at
    this.level = hasFailed ? Math.min(this.level, edit.to) : this.text.from
    this.note(edit.at)
  }

  private apply(edit: RampEdit): void {
    const { outcome, at } = edit
    this.growUntil(at)
    if (outcome === 'fail') this.fail(edit)
    else if (outcome === 'resume') this.resume(at)
    // While it is put back, nothing is judged.
    else if (this.failure === undefined) this.passed = [...this.passed, edit]
    this.note(at)
  }

  private fail(edit: RampEdit): void {
    const { at, to } = edit
    this.corner(at, this.level)
    this.failure = edit
    this.failedAt = at
    this.level = Math.min(this.level, to)
    this.passed = this.passed.filter(({ percent }) => percent <= to)
    this.corner(at, this.level)
    this.at = at
  }

  private resume(at: number): void {
    if (this.failure === undefined) return
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
  private growUntil(until: number): void {
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
    const earliest = this.arrivedAt + this.text.holdFor
    return this.isJudged ? Math.max(earliest, this.passOf(hold)?.at ?? Infinity) : earliest
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
    this.note(reached)
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

  private note(from: number): void {
    this.phases.push({ from, held: this.held() })
  }

  private held(): Held | undefined {
    const { failure, failedAt, level, arrivedAt, text, isJudged } = this
    if (failure) return { why: 'failed', percent: level, since: failedAt, reason: failure.reason }
    const isWaiting = isJudged && text.holds[this.next] === level && !this.passOf(level)
    if (!isWaiting) return undefined
    return { why: 'waits', percent: level, since: arrivedAt, until: arrivedAt + text.holdFor }
  }
}
