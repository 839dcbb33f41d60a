import type { ChangeMatrix, FeatureImpact, Impact } from '../../analysis/impact-view'
import { percent } from '../../analysis/figures'

/** Who changes, in a line for each kind of visitors. */
export function impactLines({ isNobody, features, more }: Impact): readonly string[] {
  if (isNobody) return ['Nobody changes: proven over all buckets and all kinds of visitors.']
  const lines = features.flatMap(featureLines)
  return [
    ...(lines.length === 0 ? ['Nobody of those who were asked changes.'] : ['Who changes:']),
    ...lines,
    ...(more > 0 ? [`… and ${more} more features`] : []),
  ]
}

function featureLines({ feature, classes, whyNot, population }: FeatureImpact): readonly string[] {
  if (classes === null)
    return [
      `${feature}: ${population.changed} of ${population.size} made-up visitors (not exact: ${whyNot ?? ''})`,
      ...moves(population, (count) => `${count} of them`),
    ]
  const changed = classes.filter(({ matrix }) => matrix.changed > 0)
  return changed.flatMap(({ visitors, matrix }) => [
    `${feature}: ${visitors}: ${percent(matrix.changed, 2)} change`,
    ...moves(matrix, (share) => percent(share, 2)),
  ])
}

const moves = (
  { answers, cells }: ChangeMatrix,
  said: (amount: number) => string,
): readonly string[] =>
  cells.flatMap((row, from) =>
    row.flatMap((amount, to) =>
      from === to || amount === 0
        ? []
        : [`  ${said(amount)} from ${answers[from] ?? ''} to ${answers[to] ?? ''}`],
    ),
  )
