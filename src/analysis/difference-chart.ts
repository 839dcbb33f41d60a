import { counted } from '../core/counted'
import type { ClassImpact, FeatureImpact } from './impact-view'
import { alike, briefAnswers, isStill, MOVES, type Move } from './moves'
import { type Bar, bars, type Drawing, key, svg } from './svg'

/** More features than this are no picture that anybody looks at. */
const MOST_FEATURES = 40

const COLOURS: Readonly<Record<Move, string>> = {
  gain: '#009e73',
  lose: '#d55e00',
  switch: '#e69f00',
}

const WORDS: Readonly<Record<Move, string>> = {
  gain: 'gain it',
  lose: 'lose it',
  switch: 'switch',
}

/** A difference as a picture: a bar for each change of each kind of visitor. */
export function differenceChart(
  { old, new: now }: { readonly old: string; readonly new: string },
  features: readonly FeatureImpact[],
): string {
  const moving = features.filter((one) => one.classes === null || !isStill(one))
  const shown = moving.slice(0, MOST_FEATURES)
  const more = moving.length - shown.length
  const subtitle = moving.length === 0 ? 'nobody gets another answer' : `from ${old} to ${now}`
  return svg(
    'Who changes',
    more > 0
      ? `${subtitle}; ${counted(more, 'more feature is', 'more features are')} not drawn`
      : subtitle,
    moving.length === 0 ? [] : [KEY, ...shown.map(drawn)],
  )
}

const KEY = key(MOVES.map((move) => ({ words: WORDS[move], colour: COLOURS[move] })))

function drawn({ feature, classes, whyNot, later }: FeatureImpact): Drawing {
  const heading = classes === null ? `${feature}: not over all buckets, ${whyNot ?? ''}` : feature
  return bars(heading, [
    ...barsOf(classes ?? [], ''),
    ...later.flatMap(({ at, classes: then }) => barsOf(then, `from ${dayOf(at)} on, `)),
  ])
}

const barsOf = (classes: readonly ClassImpact[], when: string): readonly Bar[] =>
  alike(classes).flatMap(({ kinds, moves }) =>
    moves.map(({ move, from, to, amount }) => ({
      group: `${when}${kinds}`,
      label: briefAnswers(from, to).join(' → '),
      share: amount,
      figures: `${Number((amount * 100).toPrecision(4))} % ${WORDS[move]}`,
      colour: COLOURS[move],
    })),
  )

/** The day, where its beginning is meant. */
const dayOf = (at: string): string => at.replace('T00:00:00.000Z', '')
