import type { Problem, ProblemCode } from './core/problem'

/** Faults of one kind that are told one by one; more of it would flood whoever listens. */
const MOST = 100
/** After an hour they may be told anew: whoever is on call then may not have seen them. */
const FORGET_AFTER_MS = 3_600_000

interface Kind {
  readonly since: number
  readonly keys: Set<string>
}

/** Which of the application's own faults have been told. */
export class Told {
  private readonly kinds = new Map<ProblemCode, Kind>()

  /** True the first time within the hour, unless there were too many of the kind already. */
  isNew({ code, feature = '', generation = 0, message, since = 0 }: Problem): boolean {
    const known = this.kinds.get(code)
    const kind = known && since - known.since < FORGET_AFTER_MS ? known : { since, keys: new Set<string>() }
    this.kinds.set(code, kind)
    const key = `${feature}\0${generation}\0${message}`
    if (kind.keys.has(key) || kind.keys.size >= MOST) return false
    kind.keys.add(key)
    return true
  }
}
