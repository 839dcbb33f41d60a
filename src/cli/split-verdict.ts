import { LEAST_EXPECTED, type SampleRatio, type Split } from '../analysis/sample-ratio'
import { printable } from './output'
import { probability, whole } from './table'

/** What the test of the split says, in a sentence. */
export function splitVerdict({ verdict, p }: SampleRatio, split: readonly Split[]): string {
  const total = split.reduce((sum, { observed }) => sum + observed, 0)
  if (verdict === 'nothing-to-test') return 'There is no split to test: the live config gives fewer than two variants a share.'
  if (verdict === 'too-few') return `Too few to test the split: ${whole(total)}, and each variant must expect at least ${LEAST_EXPECTED}.`
  if (verdict === 'as-configured') return `The split is as configured (p ${probability(p ?? 1)}).`
  return `SAMPLE-RATIO MISMATCH (p ${probability(p ?? 0)}): ${worst(split, total)}.`
}

/** The variant that adds most to the chi-square. */
function worst(split: readonly Split[], total: number): string {
  const off = ({ observed, share }: Split): number => (observed - share * total) ** 2 / (share * total)
  const [most] = split.toSorted((a, b) => off(b) - off(a))
  return most ? `${printable(most.variant)} has ${whole(most.observed)} where ${whole(Math.round(most.share * total))} were expected` : ''
}
