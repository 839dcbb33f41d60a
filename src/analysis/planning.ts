import { LiveflagError } from '../core/errors'
import { DAY_MS } from '../core/time'
import {
  detectableEffect,
  type Looks,
  type PlannedMetric,
  type PlanQuestion,
  powerAtEnd,
  powerOf,
  unitsFor,
} from './plan'

export type { PlannedMetric } from './plan'

export interface PlanOptions {
  readonly metric: PlannedMetric
  /** The parts of the units that the control and each variant get. Default: two halves. */
  readonly shares?: readonly number[]
  /** How many units there will be. */
  readonly units?: number
  /** How much a variant changes the metric, as a part: 0.05 is 5 % more. */
  readonly effect?: number
  /** How probable it should be that an effect is found. Default 0.8. */
  readonly power?: number
  /** How many units come on a day. */
  readonly unitsPerDay?: number
  /**
   * Conversions count for so many milliseconds after a unit came, and units once these are over.
   * Default 0: without a window.
   */
  readonly windowMs?: number
}

/** What an experiment finds. Each figure is null where the question does not say enough. */
export interface PlanFigures {
  /** The probability that the effect is found. */
  readonly power: number | null
  /** The smallest effect that is found with the power that is asked for; null if there is none. */
  readonly detectableEffect: number | null
  /** How many units find the effect with that power. */
  readonly units: number | null
  /** In how many days they come. */
  readonly daysToCome: number | null
  /** In how many days they have come and the window of the last is over, so that all count. */
  readonly days: number | null
}

export interface Plan {
  /** Of all units, in their order; the control is the first. */
  readonly shares: readonly number[]
  readonly metric: PlannedMetric
  readonly power: number
  /** In milliseconds; null without one. */
  readonly windowMs: number | null
  /** For who looks once, at the end. */
  readonly once: PlanFigures
  /** For who looks as often as they like, and goes by the intervals for every look. */
  readonly often: PlanFigures & {
    /** Of the last look alone: all looks together have more. */
    readonly powerAtEnd: number | null
  }
}

/**
 * Says what an experiment can find before it starts: the power, the smallest effect, the units and the
 * days.
 *
 * @example
 *   planExperiment({ metric: { rate: 0.1 }, effect: 0.1, unitsPerDay: 2000 }).once.days // 17
 *
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION for a figure that cannot be
 */
export function planExperiment(options: PlanOptions): Plan {
  const { metric, power = 0.8, windowMs = 0 } = options
  const shares = ofWhole(options.shares ?? [1, 1])
  checkFigures({ ...options, shares, power })
  const question = { metric, shares }
  const { units, effect } = options
  return {
    shares,
    metric,
    power,
    windowMs: windowMs === 0 ? null : windowMs,
    once: figuresOf(question, options, power, 'once'),
    often: {
      ...figuresOf(question, options, power, 'often'),
      powerAtEnd:
        units === undefined || effect === undefined ? null : powerAtEnd(question, units, effect),
    },
  }
}

/** What an experiment finds after so many days. */
export interface PlannedDay {
  readonly day: number
  /** Those that count by then: their window is over. */
  readonly units: number
  /** The smallest effect that is found, for who looks once then; null if there is none. */
  readonly once: number | null
  /** The same for who looks as often as they like. */
  readonly often: number | null
}

/** So many days are enough to draw a curve. */
const MOST_POINTS = 40

/**
 * The smallest effect that is found by the day, from the first on which a unit counts to the one that
 * is given.
 *
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION for a figure that cannot be
 */
export function effectsByDay(
  options: Pick<PlanOptions, 'metric' | 'shares' | 'power' | 'windowMs'> & {
    readonly unitsPerDay: number
  },
  lastDay: number,
): readonly PlannedDay[] {
  const { metric, unitsPerDay, power = 0.8, windowMs = 0 } = options
  const shares = ofWhole(options.shares ?? [1, 1])
  checkFigures({ metric, unitsPerDay, shares, power, windowMs })
  const found = (units: number, looks: Looks): number | null =>
    detectableEffect({ metric, shares }, { units, power, looks }) ?? null
  return daysUntil(lastDay).flatMap((day) => {
    const units = (day - windowMs / DAY_MS) * unitsPerDay
    return units > 0
      ? [{ day, units, once: found(units, 'once'), often: found(units, 'often') }]
      : []
  })
}

/** Every day, or of many days some, closer together at first, where the effect falls fastest. */
function daysUntil(last: number): readonly number[] {
  const some = Array.from({ length: MOST_POINTS }, (_, i) =>
    Math.round(last ** (i / (MOST_POINTS - 1))),
  )
  const all = Array.from({ length: last }, (_, i) => i + 1)
  return last <= MOST_POINTS ? all : [...new Set(some)]
}

function figuresOf(
  question: PlanQuestion,
  { units, effect, unitsPerDay, windowMs = 0 }: PlanOptions,
  power: number,
  looks: Looks,
): PlanFigures {
  const needed = effect === undefined ? undefined : unitsFor(question, { effect, power, looks })
  const days = needed === undefined || unitsPerDay === undefined ? undefined : needed / unitsPerDay
  return {
    power:
      units === undefined || effect === undefined
        ? null
        : powerOf(question, { units, effect, looks }),
    detectableEffect:
      units === undefined ? null : (detectableEffect(question, { units, power, looks }) ?? null),
    units: needed ?? null,
    daysToCome: days === undefined ? null : Math.ceil(days),
    days: days === undefined ? null : Math.ceil(days + windowMs / DAY_MS),
  }
}

const ofWhole = (parts: readonly number[]): readonly number[] => {
  const sum = parts.reduce((before, part) => before + part, 0)
  return parts.map((part) => part / sum)
}

function checkFigures({ metric, shares = [], power = 0, ...rest }: PlanOptions) {
  const { units, effect, unitsPerDay, windowMs = 0 } = rest
  const isAbove = (value: number | undefined): boolean =>
    value === undefined || (Number.isFinite(value) && value > 0)
  if (shares.length < 2 || !shares.every((share) => share > 0))
    throw bad('shares need a control and at least one variant, and each is above 0')
  if ('rate' in metric && !(metric.rate > 0 && metric.rate < 1))
    throw bad(`a rate of ${metric.rate} is not valid; it is above 0 and below 1`)
  if ('mean' in metric && !(metric.mean > 0 && metric.variance > 0))
    throw bad('the mean and the variance of a metric are above 0')
  if (!(power > 0 && power < 1))
    throw bad(`a power of ${power} is not valid; it is above 0 and below 1`)
  if (effect !== undefined && (!Number.isFinite(effect) || effect <= -1 || effect === 0))
    throw bad(`an effect of ${effect} is not valid; 0.05 is 5 % more, -0.05 is 5 % less`)
  if (effect !== undefined && 'rate' in metric && metric.rate * (1 + effect) > 1)
    throw bad(`no rate is above 1, and ${metric.rate} with an effect of ${effect} would be`)
  if (!(Number.isFinite(windowMs) && windowMs >= 0)) throw bad('a window is 0 or more milliseconds')
  if (!isAbove(units) || !isAbove(unitsPerDay)) throw bad('units and units of a day are above 0')
}

const bad = (message: string): LiveflagError => new LiveflagError('LIVEFLAG_BAD_OPTION', message)
