import type { ChangeMatrix, ClassImpact, FeatureImpact } from './impact-view'

/**
 * What a change is for a visitor: the feature was off for them and is on, was on and is off, or
 * they get another variant or value.
 */
export const MOVES = ['gain', 'lose', 'switch'] as const
export type Move = (typeof MOVES)[number]

/** How many visitors of a kind go from one answer to another. */
export interface Moved {
  readonly move: Move
  readonly from: string
  readonly to: string
  /** A share of the kind, or a count of a population. */
  readonly amount: number
}

/** Every change of a matrix: gains first, then losses; the larger first. */
export function movesOf({ answers, isOn, cells }: ChangeMatrix): readonly Moved[] {
  const moves = answers.flatMap((from, i) =>
    answers.flatMap((to, j): readonly Moved[] => {
      const amount = cells[i]?.[j] ?? 0
      return i === j || amount === 0
        ? []
        : [{ move: moveOf(isOn[i] === true, isOn[j] === true), from, to, amount }]
    }),
  )
  return moves.sort((a, b) => MOVES.indexOf(a.move) - MOVES.indexOf(b.move) || b.amount - a.amount)
}

const moveOf = (wasOn: boolean, isOn: boolean): Move =>
  wasOn === isOn ? 'switch' : isOn ? 'gain' : 'lose'

/** What happens to anybody of a feature, now or later; `unproven` where not all is known. */
export function happeningIn(impact: FeatureImpact): ReadonlySet<Move | 'unproven'> {
  const { classes, later, population } = impact
  const of = (all: readonly ClassImpact[]): readonly Move[] =>
    all.flatMap(({ matrix }) => movesOf(matrix)).map(({ move }) => move)
  return new Set<Move | 'unproven'>([
    ...of(classes ?? []),
    ...later.flatMap((one) => of(one.classes)),
    ...movesOf(population).map(({ move }) => move),
    ...(classes === null ? (['unproven'] as const) : []),
  ])
}

/** Whether nobody gets another answer of this feature, now or later. */
export const isStill = (impact: FeatureImpact): boolean => happeningIn(impact).size === 0
