import type { ChangeMatrix, ClassImpact } from '../analysis/impact-view'
import { movesOf } from '../analysis/moves'
import { isJsonObject } from '../core/json'
import type { Problem } from '../core/problem'
import { readWritten } from '../live-config/read-entries'
import type { Concerned, HoldoutEdit } from './holdout-changes'
import type { Version } from './versions'

/**
 * Warns of a holdout that moves people while experiments run. One that grows takes people out of them; one
 * that shrinks lets people in, and its own report loses them. One that ends may.
 */
export function movedByHoldouts(
  revision: string,
  edits: readonly HoldoutEdit[],
  now: Version,
): readonly Problem[] {
  return edits.flatMap((edit): readonly Problem[] => {
    const says = isEnd(edit, now) ? undefined : inWords(edit)
    const message = `since ${revision} ${says}`
    return says === undefined
      ? []
      : [{ code: 'moves-visitors', severity: 'warning', message, ...placeOf(edit.name, now) }]
  })
}

const isEnd = ({ name, to }: HoldoutEdit, { features }: Version): boolean =>
  to === 0 && !features.snapshot.holdouts.some((one) => one.name === name && one.percent > 0)

/** Undefined where it is proven that nobody moves. */
function inWords({ name, from, to, concerned }: HoldoutEdit): string | undefined {
  const grows = to > from
  const moved = concerned.map((one) => ({ ...one, ...mostOf(one, grows) }))
  const [most, ...others] = moved
    .filter(({ share, impact }) => share > 0 || impact.classes === null)
    .sort((a, b) => b.share - a.share)
  if (most === undefined) return undefined
  const how =
    from === 0
      ? `is new to experiments that run, with ${to} %`
      : to === 0
        ? `is no longer of experiments that run, of which it kept ${from} % out`
        : `${grows ? 'grows' : 'shrinks'} from ${from} to ${to} % while experiments run`
  const { share, whom, when, impact, isEdited } = most
  const both = isEdited ? ' by this and by the edit of its entry' : ''
  const percent = Number((share * 100).toFixed(4))
  const does = grows ? 'leave' : 'come into'
  const rest = others.length === 0 ? '' : `, and at most as many ${does} ${listed(others)}`
  const counted = `${when}${percent} % of ${whom} ${does} feature_${impact.feature}${both}${rest}`
  const advice = grows
    ? 'who leaves has seen it, so begin another holdout for what comes next'
    : "they were on both sides, so the holdout's own report counts none of them"
  return `the holdout ${name} ${how}: ${counted}; ${advice}`
}

/** So many features are named. */
const NAMED = 3

function listed(others: readonly Concerned[]): string {
  const names = others.slice(0, NAMED).map(({ impact }) => `feature_${impact.feature}`)
  const more = others.length - names.length
  return names.join(', ') + (more > 0 ? ` and ${more} more` : '')
}

interface Most {
  /** Of whom most get another answer, from 0 to 1. */
  readonly share: number
  readonly whom: string
  /** Empty: now. */
  readonly when: string
}

/** Those who leave, or come in, of the kind of visitors of whom most do. */
function mostOf({ impact, outside }: Concerned, leave: boolean): Most {
  const { classes, population, later } = impact
  const shareOf = (matrix: ChangeMatrix): number =>
    movesOf(matrix)
      .filter(({ from, to }) =>
        leave ? outside.has(to) && !outside.has(from) : outside.has(from) && !outside.has(to),
      )
      .reduce((sum, { amount }) => sum + amount, 0) / Math.max(1, matrix.size)
  if (classes === null)
    return { share: shareOf(population), whom: `${population.size} made-up visitors`, when: '' }
  const of = (all: readonly ClassImpact[], when: string): readonly Most[] =>
    all.map(({ visitors, matrix }) => ({
      ...{ share: shareOf(matrix), whom: `those who are ${visitors}`, when },
    }))
  const [most] = [
    ...joined(of(classes, '')),
    ...later.flatMap((then) => joined(of(then.classes, `from ${then.at} on `))),
  ].sort((a, b) => b.share - a.share)
  return most ?? { share: 0, whom: '', when: '' }
}

/** Kinds of visitors of whom the same share moves are all visitors. */
const joined = (kinds: readonly Most[]): readonly Most[] => {
  const [first, ...others] = kinds
  return first && others.every(({ share }) => Math.abs(share - first.share) < 1e-9)
    ? [{ ...first, whom: 'all visitors' }]
    : kinds
}

function placeOf(
  name: string,
  { texts }: Version,
): Pick<Problem, 'source' | 'line' | 'column' | 'path'> {
  const [place] = texts.toReversed().flatMap(({ name: source, text, format }) => {
    const { document } = readWritten(text, format)
    const entry = document.entries.find(({ key }) => key === 'holdouts')
    return entry && isJsonObject(entry.value) && Object.hasOwn(entry.value, name)
      ? [{ source, ...entry.locate([name, 'percent']) }]
      : []
  })
  return place ? { ...place, path: `holdouts.${name}.percent` } : {}
}
