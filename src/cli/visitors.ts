import { recordedVisitors } from '../analysis/recorded-visitors'
import { LiveflagError } from '../core/errors'
import type { Facts } from '../core/world'
import { populationFile } from './population'
import { openRecords } from './records'
import type { Terminal } from './terminal'

/** Visitors that a command counts besides what it proves. */
export interface Visitors {
  readonly visitors: readonly Facts[]
  /** `visitors of population.csv`; completes a count. */
  readonly words: string
  /** What could not be read of them. */
  readonly problem?: string | undefined
  /** What of them is not read. */
  readonly remark?: string | undefined
}

/** What was not read of them, for stderr. */
export const unreadOf = ({ remark, problem }: Visitors): readonly string[] =>
  [remark, problem].flatMap((said) => (said === undefined ? [] : `--population: ${said}`))

const NOBODY: Visitors = { visitors: [], words: 'visitors' }
/** More are not held in memory. */
const MOST_VISITORS = 1_000_000
const MOST_RECORDED = 10_000

/** The visitors of a file, or the units that a store recorded last; nobody when neither is named. */
export async function visitorsOf(
  { population, store }: { readonly population?: string; readonly store?: string },
  { stdin }: Pick<Terminal, 'stdin'>,
): Promise<Visitors> {
  if (population !== undefined && store !== undefined)
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      'both --population and --store say who is counted; leave out one of them',
    )
  if (population !== undefined) return ofFile(population, stdin)
  return store === undefined ? NOBODY : ofStore(store)
}

async function ofFile(path: string, stdin: Terminal['stdin']): Promise<Visitors> {
  const file = await populationFile(path, stdin, {})
  const visitors: Facts[] = []
  for await (const { users } of file.batches()) {
    for (const user of users) visitors.push(user)
    if (visitors.length > MOST_VISITORS)
      throw new LiveflagError(
        'LIVEFLAG_BAD_OPTION',
        `--population: ${path} has more than ${MOST_VISITORS} visitors; take a sample of them`,
      )
  }
  const { problem, remark } = file
  return { visitors, words: `visitors of ${path}`, problem, remark }
}

async function ofStore(named: string): Promise<Visitors> {
  const store = await openRecords(named)
  try {
    const units = await store.snapshot(
      async (reports) => reports.recentUnits?.(MOST_RECORDED) ?? [],
    )
    return { visitors: recordedVisitors(units), words: 'visitors recorded last' }
  } finally {
    await store.close()
  }
}
