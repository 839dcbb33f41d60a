import type { JsonValue } from '../core/json'

const MINUTE_MS = 60_000
/** Minutes that are remembered of each answer. */
const MINUTES = 60
const MOST_FEATURES = 20_000
const MOST_ANSWERS = 20
const LONGEST_ANSWER = 32

interface Counted {
  lastAt: number
  /** Since they were stored last. */
  unstored: number
  /** By answer: a ring of minutes. */
  readonly answers: Map<string, Ring>
}

interface Ring {
  readonly counts: Uint32Array
  /** The minute that was counted last. */
  last: number
}

/** How often each feature was asked in each of the last 60 minutes, by what was answered. */
export interface EvaluationSeries {
  readonly lastAt: number | undefined
  /** When the first minute begins. */
  readonly from: number
  readonly answers: Readonly<Record<string, readonly number[]>>
}

/** How often a feature was asked, and when last. */
export interface Asked {
  readonly feature: string
  readonly count: number
  readonly lastAt: number
}

/**
 * Counts evaluations in memory; bulk answers, which ask of every feature, count nothing. It may be
 * the `onMetric` of an engine; a server counts what its clients ask.
 */
export class Evaluations {
  /** When it began to count. */
  readonly since: number
  private readonly features = new Map<string, Counted>()

  constructor(private readonly now: () => number = Date.now) {
    this.since = now()
  }

  /** As a counter of `onMetric`. */
  readonly read = (feature: string, source: string, value: JsonValue): void => {
    if (source !== 'unknownFeature' && source !== 'not_ready') this.count(feature, value)
  }

  count(feature: string, value: JsonValue): void {
    const now = this.now()
    const counted = this.features.get(feature) ?? this.begin(feature)
    if (counted === undefined) return
    counted.lastAt = now
    counted.unstored++
    const ring = ringOf(counted.answers, answerOf(value))
    const minute = Math.floor(now / MINUTE_MS)
    forget(ring, minute)
    const at = minute % MINUTES
    ring.counts[at] = (ring.counts[at] ?? 0) + 1
  }

  lastAt(feature: string): number | undefined {
    return this.features.get(feature)?.lastAt
  }

  /** Of all answers, each of the last minutes, the oldest first; empty when there were none. */
  perMinute(feature: string, minutes: number): readonly number[] {
    const answers = this.features.get(feature)?.answers
    if (answers === undefined) return []
    const sums = new Array<number>(minutes).fill(0)
    for (const ring of answers.values())
      this.minutesOf(ring, minutes).forEach((count, i) => (sums[i] = (sums[i] ?? 0) + count))
    return sums.some((count) => count > 0) ? sums : []
  }

  series(feature: string): EvaluationSeries {
    const counted = this.features.get(feature)
    return {
      lastAt: counted?.lastAt,
      from: (Math.floor(this.now() / MINUTE_MS) - MINUTES + 1) * MINUTE_MS,
      answers: Object.fromEntries(
        [...(counted?.answers ?? [])].map(([name, ring]) => [name, this.minutesOf(ring, MINUTES)]),
      ),
    }
  }

  /** Features that were asked since `stored` was called for them. */
  unstored(most: number): readonly Asked[] {
    const asked: Asked[] = []
    for (const [feature, { unstored, lastAt }] of this.features) {
      if (asked.length === most) break
      if (unstored > 0) asked.push({ feature, count: unstored, lastAt })
    }
    return asked
  }

  /** Evaluations of a feature that are not stored. */
  unstoredOf(feature: string): number {
    return this.features.get(feature)?.unstored ?? 0
  }

  stored(asked: readonly Asked[]): void {
    for (const { feature, count } of asked) {
      const counted = this.features.get(feature)
      if (counted) counted.unstored -= count
    }
  }

  private minutesOf(ring: Ring, minutes: number): readonly number[] {
    const now = Math.floor(this.now() / MINUTE_MS)
    forget(ring, now)
    return Array.from(
      { length: minutes },
      (_, i) => ring.counts[(now - minutes + 1 + i) % MINUTES] ?? 0,
    )
  }

  private begin(feature: string): Counted | undefined {
    if (this.features.size >= MOST_FEATURES) return undefined
    const counted: Counted = { lastAt: 0, unstored: 0, answers: new Map() }
    this.features.set(feature, counted)
    return counted
  }
}

function ringOf(answers: Map<string, Ring>, answer: string): Ring {
  const known = answers.get(answer)
  if (known) return known
  const isFull = answers.size >= MOST_ANSWERS && answer !== 'other'
  if (isFull) return ringOf(answers, 'other')
  const ring = { counts: new Uint32Array(MINUTES), last: 0 }
  answers.set(answer, ring)
  return ring
}

/**
 * Empties the minutes that have passed since the ring was counted in; all of them also when the clock
 * was set back by more than the ring has.
 */
function forget(ring: Ring, minute: number): void {
  const isOther = Math.abs(minute - ring.last) >= MINUTES
  if (isOther) ring.counts.fill(0)
  else for (let one = ring.last + 1; one <= minute; one++) ring.counts[one % MINUTES] = 0
  ring.last = isOther ? minute : Math.max(ring.last, minute)
}

function answerOf(value: JsonValue): string {
  if (value === true) return 'on'
  if (value === false || value === null) return 'off'
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'an object'
  const text = String(value)
  return text.length <= LONGEST_ANSWER ? text : 'a text'
}
