import type { Ask, History, Store } from '../recording/store'

/** Asks of one transaction at most: enough to share its cost, few enough that nobody waits long for the others. */
const MOST_ASKS = 200

interface Waiting<T, R> {
  readonly item: T
  readonly resolve: (result: R) => void
  readonly reject: (error: unknown) => void
}

/** Calls that come while one is under way go together in the next one. */
class Together<T, R> {
  private waiting: Waiting<T, R>[] = []
  private busy = false

  constructor(private readonly call: (items: readonly T[]) => Promise<readonly R[]>) {}

  ask(item: T): Promise<R> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject })
      if (!this.busy) void this.run()
    })
  }

  private async run(): Promise<void> {
    this.busy = true
    // Whoever asks in the same turn of the event loop goes along.
    await Promise.resolve()
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, MOST_ASKS)
      try {
        const results = await this.call(batch.map(({ item }) => item))
        batch.forEach(({ resolve, reject }, i) => {
          const result = results[i]
          if (result === undefined) reject(new Error(`${results.length} results came for ${batch.length} questions`))
          else resolve(result)
        })
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    this.busy = false
  }
}

/** A store's transactions, shared by those who ask at the same time. */
export class SharedStore {
  private readonly admissions: Together<Ask, true>
  private readonly reads: Together<string, History>

  constructor(store: Store, seconds: (operation: 'admit' | 'read', seconds: number) => void) {
    const timed = async <R>(operation: 'admit' | 'read', call: () => Promise<R>): Promise<R> => {
      const start = performance.now()
      try {
        return await call()
      } finally {
        seconds(operation, (performance.now() - start) / 1000)
      }
    }
    this.admissions = new Together(async (asks) => {
      await timed('admit', () => store.admit(asks))
      return asks.map(() => true)
    })
    this.reads = new Together((subjects) => timed('read', () => store.histories(subjects)))
  }

  /** Resolves when what the ask decided is durable. */
  admit(ask: Ask): Promise<true> {
    return this.admissions.ask(ask)
  }

  history(subject: string): Promise<History> {
    return this.reads.ask(subject)
  }
}
