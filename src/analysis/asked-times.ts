import type { JsonValue } from '../core/json'
import type { Compat } from '../core/selector'
import { rampsIn } from '../experiments/ramp'
import { datesIn } from './entry-dates'
import type { EntryVersion } from './entry-questions'
import { endsIn, hasWholePercents } from './impact-draws'

/** When entries are asked, in milliseconds since 1970, in order. */
export interface AskedTimes {
  /** When something starts, ends or turns. */
  readonly dates: readonly number[]
  /**
   * The instants right before these, and between two dates one time for each order in which the
   * ramps and the ends of other shares may lie.
   */
  readonly beside: readonly number[]
  /** Two shares are nearer to each other at some time than a bucket is wide, and not the same. */
  readonly isTooFine: boolean
}

/** What entries of two versions are read for. */
export interface TimedEntries {
  readonly values: readonly JsonValue[]
  /** Percentages at which other shares than ramps end. */
  readonly ends: () => readonly number[]
  /** Whether r2's whole percentages count: everything below is one order for the others. */
  readonly hasWholePercents: boolean
}

/** The times after `at` at which these versions are asked, in milliseconds since 1970; see `timesOf`. */
export const timesOfVersions = (
  versions: readonly EntryVersion[],
  compat: Compat,
  at: number,
): AskedTimes =>
  timesOf(
    {
      values: versions.map(({ value }) => value),
      ends: () => endsIn(versions, compat),
      hasWholePercents: hasWholePercents(versions, compat),
    },
    at,
  )

/** Why nothing is certain of times at which two shares are nearly the same. */
export const TOO_FINE = 'two of its ramps lie nearer to each other than a bucket is wide'

/** The percentage of a bucket: traffic has the widest. */
const BUCKET = 0.01
const WHOLE_PERCENTS = Array.from({ length: 101 }, (_, i) => i)

/**
 * The times after `at` at which answers may be others. While nothing starts or ends, a ramp grows
 * evenly, so a visitor's answer depends on which shares lie below their buckets. That changes only
 * where two shares pass each other: a time between two such moments stands for all of them.
 */
export function timesOf({ values, ends, hasWholePercents }: TimedEntries, at: number): AskedTimes {
  const turns = datesIn(values).filter((date) => date > at)
  const ramps = values.flatMap((value) => rampsIn(value).map(({ ramp }) => ramp))
  if (ramps.length === 0) return { dates: turns, beside: [], isTooFine: false }
  const before = turns.map((date) => date - 1).filter((date) => date > at)
  const fixed = [...new Set(hasWholePercents ? [...ends(), ...WHOLE_PERCENTS] : ends())]
  const beside = [...before]
  let isTooFine = false
  const corners = [...new Set([at, ...turns, ...before])].sort((a, b) => a - b)
  corners.slice(1).forEach((to, i) => {
    const from = corners[i] ?? at
    if (to - from < 2) return
    const shares = distinct(ramps.map((ramp) => lineOf(ramp.percentAt(from), ramp.percentAt(to))))
    const grows = shares.some(({ a, b }) => a !== b)
    if (!grows) return
    const passed = passedAt(shares, fixed)
    passed.slice(1).forEach((end, j) => {
      const middle = ((passed[j] ?? 0) + end) / 2
      beside.push(from + middle * (to - from))
      isTooFine ||= isNear(shares, middle)
    })
  })
  return { dates: turns, beside: beside.sort((a, b) => a - b), isTooFine }
}

/** A share that grows evenly from one percentage to another, between the moments 0 and 1. */
interface Line {
  readonly a: number
  readonly b: number
}

const lineOf = (a: number, b: number): Line => ({ a, b })

const percentOf = ({ a, b }: Line, moment: number): number => a + (b - a) * moment

const distinct = (lines: readonly Line[]): readonly Line[] =>
  lines.filter(({ a, b }, i) => lines.findIndex((one) => one.a === a && one.b === b) === i)

/** The moments from 0 to 1 at which two shares pass each other, these two included. */
function passedAt(lines: readonly Line[], fixed: readonly number[]): readonly number[] {
  const moments = new Set([0, 1])
  const add = (difference: Line): void => {
    const moment = difference.a / (difference.a - difference.b)
    if (moment > 0 && moment < 1) moments.add(moment)
  }
  lines.forEach((line, i) => {
    for (const percent of fixed) add(lineOf(line.a - percent, line.b - percent))
    for (const other of lines.slice(i + 1)) add(lineOf(line.a - other.a, line.b - other.b))
  })
  return [...moments].sort((a, b) => a - b)
}

const isNear = (lines: readonly Line[], moment: number): boolean =>
  lines.some((line, i) =>
    lines
      .slice(i + 1)
      .some((other) => Math.abs(percentOf(line, moment) - percentOf(other, moment)) < BUCKET),
  )
