import { LiveflagError } from '../core/errors'
import type { Ask, History, Store } from '../recording/store'
import { clearTimeout, performance, setTimeout } from '../runtime/timers'

/**
 * Asks of one transaction at most: enough to share its cost, few enough that nobody waits long for
 * the others.
 */
const MOST_ASKS = 200

interface Waiting<T, R> {
  readonly item: T
  readonly resolve: (result: R) => void
  readonly reject: (error: unknown) => void
}

/** Calls that come while one is under way go together in the next one. */
class Together<T, R> {
  private readonly waiting = new Set<Waiting<T, R>>()
  /** When the call under way began; undefined: there is none. */
  private since: number | undefined

  constructor(private readonly call: (items: readonly T[]) => Promise<readonly R[]>) {}

  /**
   * Rejects after `ms`, and at once while a call has been under way for that long. What has not
   * begun then never does.
   */
  ask(item: T, ms: number): Promise<R> {
    if (this.since !== undefined && performance.now() - this.since > ms)
      return Promise.reject(tooLate(ms))
    return new Promise((resolve, reject) => {
      const waiting: Waiting<T, R> = { item, resolve: settle(resolve), reject: settle(reject) }
      const timer = setTimeout(() => {
        this.waiting.delete(waiting)
        reject(tooLate(ms))
      }, ms)
      function settle<V>(then: (value: V) => void): (value: V) => void {
        return (value) => {
          clearTimeout(timer)
          then(value)
        }
      }
      this.waiting.add(waiting)
      if (this.since === undefined) void this.run()
    })
  }

  private async run(): Promise<void> {
    this.since = performance.now()
    // Whoever asks in the same turn of the event loop goes along.
    await Promise.resolve()
    while (this.waiting.size > 0) {
      this.since = performance.now()
      const batch = [...this.waiting].slice(0, MOST_ASKS)
      for (const one of batch) this.waiting.delete(one)
      await this.serve(batch)
    }
    this.since = undefined
  }

  private async serve(batch: readonly Waiting<T, R>[]): Promise<void> {
    try {
      const results = await this.call(batch.map(({ item }) => item))
      batch.forEach(({ resolve, reject }, i) => {
        const result = results[i]
        if (result === undefined)
          reject(
            new LiveflagError(
              'LIVEFLAG_STORE_UNAVAILABLE',
              `the store returned ${results.length} results for ${batch.length} questions`,
            ),
          )
        else resolve(result)
      })
    } catch (error) {
      // One that no store could keep does not spoil the others.
      if (batch.length > 1 && error instanceof LiveflagError && error.code === 'LIVEFLAG_BAD_ROW')
        for (const one of batch) await this.serve([one])
      else for (const { reject } of batch) reject(error)
    }
  }
}

const tooLate = (ms: number): LiveflagError =>
  new LiveflagError(
    'LIVEFLAG_STORE_UNAVAILABLE',
    `the store did not answer within ${ms} ms; see whether it is up, or raise timeoutMs`,
  )

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

  /**
   * Resolves when what `ask` decided is durable. `ask` is not called once the caller got the error
   * that it is too late.
   */
  async admit(ask: Ask, ms: number): Promise<void> {
    let isOver = false
    try {
      await this.admissions.ask(
        { subject: ask.subject, decide: (history) => (isOver ? [] : ask.decide(history)) },
        ms,
      )
    } finally {
      isOver = true
    }
  }

  history(subject: string, ms: number): Promise<History> {
    return this.reads.ask(subject, ms)
  }
}
