import { candidateNamed } from './contender'
import { median } from './measure'
import { KINDS, makeFirstWorkload } from './workloads'
import type { Contender } from './contender'
import type { Effort } from './measure'
import type { Flag, Kind, Visitor } from './workloads'

/**
 * Questions that nothing can have remembered: no visitor is asked about a feature twice. Of each
 * kind, the visitor's requests were made before and are kept, as those of long sessions are; a page
 * makes its request, asks 50 different features and drops it.
 */
export interface First {
  /** Nanoseconds per question, one number per round. */
  readonly rounds: Readonly<Record<Kind, readonly number[]>>
  /** Nanoseconds per question, asked once more of the same requests. */
  readonly repeated: Readonly<Record<Kind, readonly number[]>>
  /** Nanoseconds per page. */
  readonly page: readonly number[]
  /** Bytes that a page allocates. */
  readonly pageBytes: number
  readonly checksum: number
}

/** The hand-written one is the 1x. */
export const FIRST_CONTENDERS = ['map-fnv1a', 'liveflag', 'growthbook', 'flagd-core'] as const

const PAGE = 50
const WARM_UP_ROUNDS = 20
const ROUNDS: Readonly<Record<Effort['size'], number>> = { full: 40, quick: 8 }
const PAGES_PER_ROUND = 2000

/** Wants `--expose-gc`, and a young generation that holds what the pages of a sample allocate. */
export async function first(name: string, effort: Effort): Promise<First> {
  const candidate = candidateNamed(name)
  const { flags, visitors } = makeFirstWorkload()
  const contender = await candidate.load(candidate.write(flags))
  const bench = new FirstQuestions(contender, flags, visitors)
  const page = bench.pages(ROUNDS[effort.size])
  const pageBytes = bench.bytesPerPage()
  const kinds = KINDS.map((kind) => [kind, bench.kept(kind, ROUNDS[effort.size])] as const)
  return {
    rounds: record(kinds.map(([kind, { rounds }]) => [kind, rounds])),
    repeated: record(kinds.map(([kind, { repeated }]) => [kind, repeated])),
    page,
    pageBytes,
    checksum: bench.checksum,
  }
}

const record = (entries: readonly (readonly [Kind, readonly number[]])[]): First['rounds'] =>
  Object.fromEntries(entries) as First['rounds']

class FirstQuestions<Context> {
  checksum = 0
  private met = 0

  constructor(
    private readonly contender: Contender<Context>,
    private readonly flags: readonly Flag[],
    private readonly visitors: readonly Visitor[],
  ) {}

  /** Each round asks every visitor one feature that they were never asked. */
  kept(kind: Kind, rounds: number): { readonly rounds: number[]; readonly repeated: number[] } {
    const names = this.flags.filter((flag) => flag.kind === kind).map(({ name }) => name)
    const contexts = this.visitors.map((visitor) => this.contender.request(visitor))
    const result = { rounds: [] as number[], repeated: [] as number[] }
    for (let round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
      const asked = contexts.map((_, i) => names[(i * 7 + round) % names.length] ?? '')
      const firstNs = this.timed(kind, contexts, asked)
      const repeatedNs = this.timed(kind, contexts, asked)
      if (round < WARM_UP_ROUNDS) continue
      result.rounds.push(firstNs)
      result.repeated.push(repeatedNs)
    }
    return result
  }

  private timed(kind: Kind, contexts: readonly Context[], asked: readonly string[]): number {
    const { contender } = this
    let sum = 0
    const start = performance.now()
    if (kind === 'experiment')
      for (let i = 0; i < contexts.length; i++)
        sum += contender.variant(contexts[i] as Context, asked[i] ?? '')?.length ?? 0
    else
      for (let i = 0; i < contexts.length; i++)
        if (contender.isEnabled(contexts[i] as Context, asked[i] ?? '')) sum++
    const spent = performance.now() - start
    this.checksum += sum
    return (spent * 1e6) / contexts.length
  }

  pages(rounds: number): number[] {
    for (let round = 0; round < WARM_UP_ROUNDS; round++) this.pageRound()
    return Array.from({ length: rounds }, () => this.pageRound())
  }

  private pageRound(): number {
    const pages = Array.from({ length: PAGES_PER_ROUND }, () => this.nextPage())
    const start = performance.now()
    let sum = 0
    for (const { visitor, asked } of pages) sum += this.ask(visitor, asked)
    const spent = performance.now() - start
    this.checksum += sum
    return (spent * 1e6) / pages.length
  }

  /** Visit by visit, a visitor is asked every twentieth feature, each time from the next one on. */
  private nextPage(): { readonly visitor: Visitor; readonly asked: readonly Flag[] } {
    const { flags, visitors } = this
    const step = flags.length / PAGE
    const at = this.met % visitors.length
    const from = (at * 7 + Math.floor(this.met++ / visitors.length)) % step
    const asked = Array.from({ length: PAGE }, (_, i) => flags[from + i * step])
    return { visitor: visitors[at] as Visitor, asked: asked as readonly Flag[] }
  }

  private ask(visitor: Visitor, asked: readonly Flag[]): number {
    const { contender } = this
    const context = contender.request(visitor)
    let sum = 0
    for (const { kind, name } of asked)
      if (kind === 'experiment') sum += contender.variant(context, name)?.length ?? 0
      else if (contender.isEnabled(context, name)) sum++
    return sum
  }

  bytesPerPage(): number {
    const pages = Array.from({ length: 500 }, () => this.nextPage())
    const sample = (): number => {
      globalThis.gc?.()
      const before = process.memoryUsage().heapUsed
      for (const { visitor, asked } of pages) this.checksum += this.ask(visitor, asked)
      return (process.memoryUsage().heapUsed - before) / pages.length
    }
    return median(Array.from({ length: 5 }, sample))
  }
}
