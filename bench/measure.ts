/** Nanoseconds for one question (or page), over the rounds of a run. */
export interface Timing {
  readonly median: number
  readonly min: number
  readonly max: number
}

export interface Effort {
  readonly size: 'full' | 'quick'
  readonly warmUpMs: number
  readonly rounds: number
  readonly roundMs: number
}

export const FULL: Effort = { size: 'full', warmUpMs: 150, rounds: 7, roundMs: 200 }
export const QUICK: Effort = { size: 'quick', warmUpMs: 25, rounds: 3, roundMs: 25 }

/**
 * Something to time. `prepare` runs off the clock, before each `run`; what `run` returns keeps its
 * work from being optimised away.
 */
export interface Work<Prepared> {
  readonly questions: number
  prepare(): Prepared
  run(prepared: Prepared): number
}

/** Added up over everything measured, and reported, so that no answer goes unused. */
export interface Checksum {
  total: number
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? NaN)) / 2
}

export function timingOf(rounds: readonly number[]): Timing {
  return { median: median(rounds), min: Math.min(...rounds), max: Math.max(...rounds) }
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length)
}

/** Repeats the work until its own time adds up to `ms`; gives nanoseconds for one question. */
export function timeRound<Prepared>(work: Work<Prepared>, ms: number, checksum: Checksum): number {
  let spent = 0
  let questions = 0
  while (spent < ms) {
    const prepared = work.prepare()
    const start = performance.now()
    const sum = work.run(prepared)
    spent += performance.now() - start
    checksum.total += sum
    questions += work.questions
  }
  return (spent * 1e6) / questions
}

export function timeWork<Prepared>(
  work: Work<Prepared>,
  effort: Effort,
  checksum: Checksum,
): number[] {
  return Array.from({ length: effort.rounds }, () => timeRound(work, effort.roundMs, checksum))
}
