import { KINDS, newcomer } from './workloads'
import type { Contender } from './contender'
import type { Work } from './measure'
import type { Kind, Page, Visitor, Workloads } from './workloads'

/**
 * So many requests are set up before the clock starts: what a busy process has in flight, and few
 * enough to die young.
 */
const REQUESTS = 50
const PAGES = 100

/** The kinds that hash the visitor, which an engine may remember from one request to the next. */
export const DRAWN: readonly Kind[] = ['rollout', 'experiment']

/** One request with what it is asked. */
interface Asking<Context> {
  readonly context: Context
  readonly names: readonly string[]
}

type Ask<Context> = (contender: Contender<Context>, askings: readonly Asking<Context>[]) => number

function askEnabled<Context>(
  contender: Contender<Context>,
  askings: readonly Asking<Context>[],
): number {
  let sum = 0
  for (const { context, names } of askings) {
    for (const name of names) if (contender.isEnabled(context, name)) sum++
  }
  return sum
}

function askVariant<Context>(
  contender: Contender<Context>,
  askings: readonly Asking<Context>[],
): number {
  let sum = 0
  for (const { context, names } of askings) {
    for (const name of names) sum += contender.variant(context, name)?.length ?? 0
  }
  return sum
}

function askPages<Context>(
  contender: Contender<Context>,
  requests: readonly { visitor: Visitor; page: Page }[],
): number {
  let sum = 0
  for (const { visitor, page } of requests) {
    const context = contender.request(visitor)
    for (const name of page.flags) if (contender.isEnabled(context, name)) sum++
    for (const name of page.experiments) sum += contender.variant(context, name)?.length ?? 0
  }
  return sum
}

/** Goes round the items for ever, `count` at a time. */
function turns<T>(items: readonly T[], count: number): () => T[] {
  let at = 0
  return () => {
    const some = Array.from({ length: count }, (_, i) => items[(at + i) % items.length]).filter(
      (item) => item !== undefined,
    )
    at += count
    return some
  }
}

/** Visitors who never come again. */
function newcomers(count: number): () => Visitor[] {
  let met = 0
  return () => Array.from({ length: count }, () => newcomer(met++))
}

/** What one contender is asked, ready to be timed. */
export class Questions<Context> {
  private readonly visitors: () => Visitor[]

  constructor(
    private readonly contender: Contender<Context>,
    private readonly workloads: Workloads,
  ) {
    this.visitors = turns(workloads.visitors, REQUESTS)
  }

  /** Each request is new, and meets each of its flags for the first time. */
  first(kind: Kind, visitors = this.visitors): Work<readonly Asking<Context>[]> {
    const lists = turns(this.workloads.lists[kind], REQUESTS)
    return this.asked(kind, () => this.askings(lists(), visitors()))
  }

  /** The same requests are asked again what they have answered before. */
  repeated(kind: Kind): Work<readonly Asking<Context>[]> {
    const askings = this.askings(turns(this.workloads.lists[kind], REQUESTS)(), this.visitors())
    const work = this.asked(kind, () => askings)
    work.run(askings)
    return work
  }

  /** Whole pages, with whatever a request sets up for itself. */
  page(
    visitors = turns(this.workloads.visitors, PAGES),
  ): Work<readonly { visitor: Visitor; page: Page }[]> {
    const pages = turns(this.workloads.pages, PAGES)
    return {
      questions: PAGES,
      prepare() {
        const some = visitors()
        return pages().flatMap((page, i) =>
          some[i] === undefined ? [] : [{ visitor: some[i], page }],
        )
      },
      run: (requests) => askPages(this.contender, requests),
    }
  }

  /** All of it under the names that the results use. */
  all(): Record<string, Work<never>> {
    return Object.fromEntries([
      ...KINDS.map((kind) => [kind, this.first(kind)]),
      ['page', this.page()],
      ...KINDS.map((kind) => [`${kind}, repeated`, this.repeated(kind)]),
      // Last, so that what an engine keeps of its visitors is not pushed out by these before.
      ...DRAWN.map((kind) => [`${kind}, new visitor`, this.first(kind, newcomers(REQUESTS))]),
      ['page, new visitor', this.page(newcomers(PAGES))],
    ])
  }

  private askings(
    lists: readonly (readonly string[])[],
    visitors: readonly Visitor[],
  ): Asking<Context>[] {
    return lists.flatMap((names, i) => {
      const visitor = visitors[i]
      return visitor === undefined ? [] : [{ context: this.contender.request(visitor), names }]
    })
  }

  private asked(
    kind: Kind,
    prepare: () => readonly Asking<Context>[],
  ): Work<readonly Asking<Context>[]> {
    const ask: Ask<Context> = kind === 'experiment' ? askVariant : askEnabled
    const names = this.workloads.lists[kind][0]?.length ?? 0
    return { questions: REQUESTS * names, prepare, run: (askings) => ask(this.contender, askings) }
  }
}
