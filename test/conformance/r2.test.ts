import { isDeepStrictEqual } from 'node:util'
import { worldOf } from '../../src'
import { bucketOf, createR2Bucketing, loidBucket } from '../../src/hash/r2'
import { play } from '../support/r2-sequences'
import {
  activeOf,
  answerCase,
  eventOf,
  factsOf,
  hasVectors,
  open,
  type VectorAll,
  type VectorCase,
  vectors,
  type VectorSequence,
} from '../support/r2-vectors'

const SIZES = {
  cases: 2841,
  allEnabled: 54,
  sequences: 15,
  edge: 94,
  buckets: 115,
  loidBuckets: 97,
  variantTables: 21,
}

if (!hasVectors) {
  const total = Object.values(SIZES).reduce((sum, size) => sum + size, 0)
  console.warn(
    `r2 conformance: ../shared/conformance/r2 is not beside the project; of ${total} vectors only the selection in test/vectors/r2.json runs`,
  )
}

/** Group of a vector: the part of its name before the first slash. */
const groupOf = (name: string): string => name.split('/')[0] ?? name

function groups<T extends { name: string }>(items: T[]): [string, T[]][] {
  const byGroup = new Map<string, T[]>()
  for (const item of items)
    byGroup.set(groupOf(item.name), [...(byGroup.get(groupOf(item.name)) ?? []), item])
  return [...byGroup]
}

async function caseProblems(items: VectorCase[]): Promise<unknown[]> {
  const problems: unknown[] = []
  for (const item of items) {
    const { isEnabled, variant, bucketingEvents: events, warnings = [] } = item.expect
    const answer = await answerCase(item, { compat: 'r2' })
    if (!isDeepStrictEqual(answer, { isEnabled, variant, events, warnings }))
      problems.push({ name: item.name, config: item.config, answer, expect: item.expect })
  }
  return problems
}

describe('compat r2 is exact to the published vectors', () => {
  test.each(groups(vectors<VectorCase>('cases.json', 'cases')))(
    'every case of the group %s',
    async (_, items) => {
      expect(await caseProblems(items)).toEqual([])
    },
    60_000,
  )

  test('every bucket', () => {
    const wrong = vectors<{ feature: string; seed: string; bucket: number }>(
      'buckets.json',
      'buckets',
    ).filter(
      ({ feature, seed, bucket }) =>
        bucketOf(createR2Bucketing().pointOf(feature)(seed)) !== bucket,
    )
    expect(wrong).toEqual([])
  })

  test('every logged-out bucket', () => {
    const wrong = vectors<{ loid: string; bucket: number | null }>(
      'loid-buckets.json',
      'loidBuckets',
    ).filter(({ loid, bucket }) => (loidBucket(loid) ?? null) !== bucket)
    expect(wrong).toEqual([])
  })

  test.each(
    vectors<VectorAll>('all-enabled.json', 'allEnabled').filter(
      ({ name }) => !name.startsWith('all/non-string-values'),
    ),
  )('allEnabled: $name', async (item) => {
    const { features, exposures } = await open(item.config, item, { compat: 'r2' })
    const facts = factsOf(item)
    const all = features.for(worldOf(facts)).allEnabled({ user: facts.user })
    expect(activeOf(all)).toEqual(new Map(Object.entries(item.expect.active)))
    expect(exposures.map(eventOf)).toEqual(item.expect.bucketingEvents)
    await features.close()
  })
})

describe('compat r2 goes through the published sequences', () => {
  const sequences = vectors<VectorSequence>('sequences.json', 'sequences')
  const isSilent = (item: VectorSequence): boolean =>
    item.steps.some(({ op }) => op === 'setConfigSilently')

  // r2 has a moment when the new map is there but its cached states are old, and allEnabled then
  // sees the new one. A snapshot is swapped whole: a map that is not installed is seen by nobody,
  // allEnabled included.
  test.each(sequences.filter(isSilent))(
    '$name, but for allEnabled, which sees no map that is not installed',
    async (item) => {
      const { results } = await play(item, 'r2')
      const others = (all: readonly unknown[]): unknown[] =>
        all.filter((_, i) => item.steps[i]?.op !== 'allEnabled')
      expect(others(results)).toEqual(others(item.expect.results))
    },
  )

  test.each(sequences.filter((item) => !isSilent(item)))('$name', async (item) => {
    const { results, events } = await play(item, 'r2')
    expect(results).toEqual(
      item.expect.results.map((result) =>
        isThrow(result) ? { throws: expect.any(String) as string } : result,
      ),
    )
    expect(events.flat()).toEqual(item.expect.bucketingEvents)
  })
})

const isThrow = (result: unknown): boolean =>
  typeof result === 'object' && result !== null && 'throws' in result

describe('compat r2 at the edges', () => {
  const edges = vectors<VectorCase>('edge.json', 'edge')
  const exact = ['py2-int-sign-space', 'nul', 'kelvin-sign']
  const edgeGroup = ({ name }: VectorCase): string => groupOf(name)

  test('matches what a port must match', async () => {
    const items = edges.filter((item) => exact.includes(edgeGroup(item)))
    expect(items.length).toBeGreaterThan(0)
    expect(await caseProblems(items)).toEqual([])
  })

  test('refuses odd types and Python-only JSON at load, or answers them as r2 does', async () => {
    const wrong: unknown[] = []
    for (const item of edges.filter((edge) =>
      ['odd-types', 'python-only-json'].includes(edgeGroup(edge)),
    )) {
      const answer = await answerCase(item, { compat: 'r2' })
      const off = answer.isEnabled === 'refused' || answer.warnings.includes('unparsable-config')
      if (!off && answer.isEnabled !== item.expect.isEnabled)
        wrong.push({ name: item.name, config: item.config, answer, expect: item.expect })
    }
    expect(wrong).toEqual([])
  })
})
