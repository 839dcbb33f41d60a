import { isUnfair, unbalanced } from './data-quality'
import type { ExperimentReport } from './experiment-report'

/** One thing that can be wrong with the records of an experiment. */
export interface DataCheck {
  readonly name: DataCheckName
  /** How many rows, units or conversions it is about. */
  readonly count: number
  /**
   * `red`: the figures mislead, so that no verdict is given. `note`: the figures leave something out.
   */
  readonly level: 'red' | 'note' | 'good'
}

export type DataCheckName =
  | 'lost'
  | 'orphans'
  | 'future-units'
  | 'future-conversions'
  | 'leaked'
  | 'unjoined'
  | 'unrecorded'
  | 'unbalanced'
  | 'crossed'
  | 'came-back'
  | 'signed-in'
  | 'moved'
  | 'little-left'
  | 'alone'
  | 'earlier'
  | 'unkept'
  | 'unstitched'
  | 'unknown'
  | 'left-out'

/** Every check of the data, in the order of weight; what is good is among them. */
export function dataChecks(report: ExperimentReport): readonly DataCheck[] {
  const { quality, gaps, leaks, variants, phases, conversions } = report
  const sum = (counts: readonly number[]): number => counts.reduce((all, one) => all + one, 0)
  const red = check('red')
  const note = check('note')
  const moved = sum(variants.map((one) => one.moved))
  const staying = sum(variants.map((one) => one.units)) - moved
  const back = sum(quality.returned?.variants.map(({ returned }) => returned) ?? [])
  const crossed = Math.round((quality.crossedOfStaying ?? 0) * staying)
  return [
    red('lost', quality.dropped),
    red('orphans', quality.orphans),
    red('future-units', gaps.ahead),
    red('future-conversions', quality.ahead),
    red('leaked', sum(leaks.map(({ units }) => units))),
    red('unjoined', sum(gaps.unjoined.map(({ conversions }) => conversions))),
    red('unbalanced', unbalanced(report).length),
    isUnfair(quality) ? red('crossed', crossed) : note('crossed', crossed),
    quality.returned?.isUneven ? red('came-back', back) : note('came-back', back),
    note('signed-in', quality.signedIn?.units ?? 0),
    note('unrecorded', conversions.filter(({ unrecorded }) => unrecorded !== null).length),
    note('moved', moved),
    note('little-left', report.littleLeft.length),
    note('alone', sum(report.alone.map(({ units }) => units))),
    note('earlier', quality.earlier),
    note('unkept', sum(phases.map(({ unkept }) => unkept))),
    note('unstitched', quality.unstitched),
    note('unknown', quality.unknown),
    note('left-out', quality.leftOut),
  ]
}

const check =
  (level: 'red' | 'note') =>
  (name: DataCheckName, count: number): DataCheck => ({
    name,
    count,
    level: count > 0 ? level : 'good',
  })
