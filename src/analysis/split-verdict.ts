import { printable } from '../core/printable'
import type { PhaseReport } from './experiment-report'
import { probability, whole } from './figures'
import type { SampleRatio, Split } from './sample-ratio'
import { beginText } from './verdicts'

/** The result of the test of the split, as a sentence; of several phases, it names the one that is farthest off. */
export function splitVerdict(
  { verdict, p: ofOne, sequentialP, isOfAllLooks }: SampleRatio,
  split: readonly Split[],
  phases: readonly PhaseReport[] = [],
): string {
  const total = split.reduce((sum, { observed }) => sum + observed, 0)
  const p = `p${isOfAllLooks ? ' of every look' : ''} ${probability((isOfAllLooks ? sequentialP : ofOne) ?? 1)}`
  if (verdict === 'nothing-to-test')
    return 'There is no split to test: the live config has fewer than two variants with a share.'
  if (verdict === 'too-few')
    return `Too few to test the split: ${whole(total)}; of so few, no split at all would be a mismatch.`
  if (verdict === 'incomplete')
    return `No verdict on the split: no mismatch was found (${p}), but the data are not complete.`
  if (verdict === 'no-mismatch') return `No mismatch found between the split and its shares (${p}).`
  return `SAMPLE-RATIO MISMATCH (${p}): ${farthestOff(split, phases)}.`
}

/** Which variant is farthest from its share: of all units, or of a phase if it is farther off there. */
export function farthestOff(split: readonly Split[], phases: readonly PhaseReport[]): string {
  const total = split.reduce((sum, { observed }) => sum + observed, 0)
  const all = split.map(({ variant, observed, share }) => ({
    ...{ variant, observed, expected: share * total, where: '' },
  }))
  return worst([
    ...all,
    ...(phases.length > 1 ? phases.flatMap((one) => countsOf(one, phases)) : []),
  ])
}

interface Count {
  readonly variant: string
  readonly observed: number
  readonly expected: number
  readonly where: string
}

/** What one phase has of each variant that it expects. */
const countsOf = (
  { observed, expected, ...begin }: PhaseReport,
  phases: readonly PhaseReport[],
): readonly Count[] =>
  Object.entries(expected ?? {}).map(([variant, count]) => ({
    variant,
    observed: observed[variant] ?? 0,
    expected: count,
    where: ` in the phase from ${beginText(begin, phases)}`,
  }))

function worst(counts: readonly Count[]): string {
  const off = ({ observed, expected }: Count): number =>
    expected > 0 ? (observed - expected) ** 2 / expected : 0
  const [most] = counts.toSorted((a, b) => off(b) - off(a))
  return most
    ? `${printable(most.variant)} has ${whole(most.observed)} where ${whole(Math.round(most.expected))} were expected${most.where}`
    : ''
}
