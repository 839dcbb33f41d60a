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

/** A variant whose value is its own name is written once, unless that is what changes. */
export function shownAnswers(from: string, to: string): readonly [from: string, to: string] {
  const [a, b] = [onlyOnce(from), onlyOnce(to)]
  return a === b ? [from, to] : [a, b]
}

const onlyOnce = (answer: string): string => /^(.+) = "\1"$/.exec(answer)?.[1] ?? answer

/** Kinds of visitors that change alike, as one; those that do not change are left out. */
export function alike(
  classes: readonly ClassImpact[],
): readonly { readonly kinds: string; readonly moves: readonly Moved[] }[] {
  const found = new Map<string, { readonly kinds: string[]; readonly moves: readonly Moved[] }>()
  for (const { visitors, matrix } of classes) {
    const moves = movesOf(matrix)
    const key = JSON.stringify(moves)
    const known = found.get(key)
    if (known) known.kinds.push(visitors)
    else if (moves.length > 0) found.set(key, { kinds: [visitors], moves })
  }
  return [...found.values()].map(({ kinds, moves }) => ({ kinds: kinds.join('; '), moves }))
}

/** The same for a picture, which has little room: the variants, unless their values are what changes. */
export function briefAnswers(from: string, to: string): readonly [from: string, to: string] {
  const [a, b] = [variantOf(from), variantOf(to)]
  return a === b ? shownAnswers(from, to) : [a, b]
}

const variantOf = (answer: string): string => /^(.+?) = /.exec(answer)?.[1] ?? answer
