import type { Impact } from '../../analysis/impact'
import { simulatedVisitors } from '../../analysis/simulated-visitors'
import { differenceLines } from '../commands/diff-lines'
import type { Difference } from '../commands/difference'
import { Output } from '../output'
import type { Place } from './tool'

/** Who is asked where the entries alone do not say who changes. */
export const MADE_UP = { population: simulatedVisitors(1000) }

type Compared = Pick<Difference, 'old' | 'new' | 'compared' | 'refused'> & {
  readonly impact: Impact
}

/** Who changes, in the words of `liveflag diff`. Made-up visitors are named by none of their ids. */
export function whoChanges(
  { impact, ...compared }: Compared,
  { terminal }: Place,
): readonly string[] {
  const isExact = impact.features.every(({ classes }) => classes !== null)
  const difference = {
    ...compared,
    isNobody: impact.isNobody,
    notAllowed: [],
    features: impact.features.map((one) => ({ ...one, examples: [] })),
    counted: isExact ? '' : 'made-up visitors',
  }
  return differenceLines(difference, new Output({ ...terminal, env: { NO_COLOR: '1' } }))
}
