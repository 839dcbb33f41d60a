import type { FeatureImpact } from './impact-view'
import { type Move, movesOf } from './moves'
import { bars, svg } from './svg'

/** More features than this are no picture that anybody looks at. */
const MOST_FEATURES = 40

const COLOURS: Readonly<Record<Move, string>> = {
  gain: '#009e73',
  lose: '#d55e00',
  switch: '#e69f00',
}

/** A difference as a picture: a bar for each change of each kind of visitor. */
export function differenceChart(
  { old, new: now }: { readonly old: string; readonly new: string },
  features: readonly FeatureImpact[],
): string {
  const shown = features.slice(0, MOST_FEATURES)
  const more = features.length - shown.length
  const subtitle = features.length === 0 ? 'nobody gets another answer' : `from ${old} to ${now}`
  return svg(
    'Who changes',
    more > 0 ? `${subtitle}; ${more} more features are not drawn` : subtitle,
    shown.map(({ feature, classes, whyNot }) =>
      bars(
        classes === null ? `${feature}: not over all buckets, ${whyNot ?? ''}` : feature,
        (classes ?? []).flatMap(({ visitors, matrix }) =>
          movesOf(matrix).map(({ move, from, to, amount }) => ({
            label: visitors,
            share: amount,
            figures: `${Number((amount * 100).toPrecision(4))} % ${from} → ${to}`,
            colour: COLOURS[move],
          })),
        ),
      ),
    ),
  )
}
