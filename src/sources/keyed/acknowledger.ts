import { messageOf } from '../../core/errors'
import type { Problem } from '../../core/problem'
import type { Content, Outcome, Sink, SourceProblem } from '../../core/source'
import { Alarm } from '../../runtime/alarm'
import { jitter } from '../../runtime/back-off'
import { type Clock, systemClock } from '../../runtime/clock'
import { wallClock } from '../../runtime/timers'
import { withinTime } from '../../runtime/wait'
import {
  type Ack,
  ACK_EVERY_MS,
  ACK_STAGED_EVERY_MS,
  type AckProblem,
  ackKey,
  type Condition,
  encodeRecord,
  type Health,
  MOST_PROBLEMS,
} from '../fleet-records'
import { type KeyStore, StoreError } from '../key-store'

/** So that a hundred processes that change together do not write in one instant. */
const SPREAD_MS = 250
const HEALTH_WITHIN_MS = 1500
const LAST_WORD_WITHIN_MS = 500
/** Health is asked first. */
const ANNOUNCED_WITHIN_MS = 2000
/** What a source has against a text before it is judged; all else is about reading it. */
const OF_TEXTS: ReadonlySet<SourceProblem['code']> = new Set(['syntax', 'too-large'])
const NOT_ACKNOWLEDGED = 'not-acknowledged'

/** What was read for this process to take. */
export interface Offered {
  /** Null: the head's. */
  readonly generation: number | null
  readonly hash: string
}

/**
 * Writes what this process has in force, and how it is, beside the live config: at once when that
 * changes, and from time to time otherwise, so that the publisher hears of those that are gone by
 * their silence.
 */
export class Acknowledger {
  private offered: Offered | undefined
  private hash: string | undefined
  private problems: AckProblem[] = []
  /** Of the text in force; those of one that was refused end with it. */
  private ownProblems: AckProblem[] = []
  private writing: Promise<void> | undefined
  /** It is to be written once more: something changed while it was being written. */
  private isDue = false
  /** How this process was with the head's text, before it took one that is staged. */
  private before: Condition | undefined
  private hasWritten = false
  /** What was warned of. */
  private refusal: string | undefined
  private sink: Sink | undefined
  private isClosed = false
  private readonly next: Alarm

  constructor(
    private readonly store: KeyStore,
    private readonly named: Pick<Ack, 'host' | 'process' | 'hearsWithinMs'>,
    private readonly health: (() => Health | Promise<Health>) | undefined,
    private readonly clock: Clock = systemClock,
  ) {
    this.next = new Alarm(() => void this.write(), false, clock)
  }

  /** A text was read for this process. */
  offer(offered: Offered): void {
    this.offered = offered
  }

  /**
   * Says that a text is about to be taken, before it is: a process that dies of it at once has said
   * which one it was. A store that does not answer is not waited for.
   */
  async announce(offered: Offered): Promise<void> {
    this.offer(offered)
    void this.write()
    const { writing } = this
    if (writing) await withinTime(writing, ANNOUNCED_WITHIN_MS, () => undefined)
  }

  /** The sink, with an ear for what becomes of contents. */
  hearing(sink: Sink): Sink {
    this.sink = sink
    return {
      ...(sink.metrics && { metrics: sink.metrics }),
      part: (name) => sink.part(name),
      content: (content) => this.judge(content, sink),
      confirmed: () => {
        sink.confirmed()
        this.confirm()
      },
      failed: (problem, hash) => {
        sink.failed(problem, hash)
        if (hash !== undefined || OF_TEXTS.has(problem.code)) this.refuse(problem)
      },
      warn: (problem) => sink.warn(problem),
      unwarn: (code) => sink.unwarn(code),
    }
  }

  /** A publisher counts who is there, whatever the clocks say: each process answers. */
  answer(): void {
    if (this.hash !== undefined) this.soon()
  }

  /** Leaves the fleet: nobody waits for this process any more. */
  async close(): Promise<void> {
    this.isClosed = true
    this.next.clear()
    await this.writing
    if (!this.hasWritten) return
    await withinTime<unknown>(
      this.leave().catch(() => undefined),
      LAST_WORD_WITHIN_MS,
      () => undefined,
    )
  }

  /** Who may write and not remove says that it is gone: otherwise its silence would be taken for its death. */
  private async leave(): Promise<void> {
    const key = ackKey(this.named)
    try {
      await this.store.write([{ key, bytes: undefined }])
    } catch (error) {
      if (!(error instanceof StoreError) || error.kind !== 'refused') throw error
      const last: Ack = { ...this.ackOf(null), isGone: true }
      await this.store.write([{ key, bytes: encodeRecord(last) }])
    }
  }

  private async judge(content: Content, sink: Sink): Promise<Outcome> {
    const problems: AckProblem[] = []
    const outcome = await sink.content({
      ...content,
      found: (problem) => {
        content.found?.(problem)
        if (problems.length < MOST_PROBLEMS) problems.push(ackProblem(problem))
      },
    })
    if (outcome === 'passed-over') return outcome
    this.problems = problems
    if (outcome === 'rejected') this.soon()
    else {
      this.ownProblems = problems
      this.take(this.offered?.hash ?? content.hash)
    }
    return outcome
  }

  /** The text in force is there again, or still. */
  private confirm(): void {
    const { problems, ownProblems } = this
    this.problems = ownProblems
    if (problems !== ownProblems) this.soon()
    this.take(this.offered?.hash)
  }

  private take(hash: string | undefined): void {
    const isNews = hash !== this.hash
    this.hash = hash
    if (isNews) this.soon()
  }

  private refuse(problem: Problem): void {
    this.problems = [ackProblem(problem)]
    this.soon()
  }

  private soon(): void {
    if (!this.isClosed) this.next.ringWithin(jitter(SPREAD_MS, 0, 1, this.clock.random))
  }

  private async write(): Promise<void> {
    if (this.hash === undefined || this.isClosed) return
    this.isDue = true
    if (this.writing) return
    this.writing = this.writeWhileDue()
    await this.writing
    this.writing = undefined
    if (this.isClosed) return
    const isStaged = this.offered !== undefined && this.offered.generation !== null
    this.next.ringWithin(
      jitter(isStaged ? ACK_STAGED_EVERY_MS : ACK_EVERY_MS, 0.8, 1, this.clock.random),
    )
  }

  private async writeWhileDue(): Promise<void> {
    while (this.isDue && !this.isClosed) {
      this.isDue = false
      const bytes = encodeRecord(this.ackOf(await this.healthNow()))
      try {
        await this.put(bytes)
        this.taken()
      } catch (error) {
        this.notTaken(error)
      }
    }
  }

  /** Made when health has answered: what changed meanwhile is in it. */
  private ackOf(health: Health | null): Ack {
    const { named, hash = '', problems } = this
    const generation = this.offered?.generation ?? null
    const errors = problems.filter(({ severity }) => severity === 'error')
    if (generation === null) this.before = { problems: errors, health }
    const before = generation === null ? undefined : this.before
    return {
      ...{ ...named, generation, hash, problems, health, at: wallClock() },
      ...(before && { before }),
    }
  }

  private async put(bytes: Uint8Array): Promise<void> {
    this.hasWritten = true
    await this.store.write([{ key: ackKey(this.named), bytes }])
  }

  private taken(): void {
    if (this.refusal !== undefined) this.sink?.unwarn(NOT_ACKNOWLEDGED)
    this.refusal = undefined
  }

  /** A store that is away is a problem of the source, which reports it; the next one is due soon. */
  private notTaken(error: unknown): void {
    if (!(error instanceof StoreError) || error.kind === 'unreachable' || this.isClosed) return
    const problem = notAcknowledged(error)
    if (problem.message !== this.refusal) this.sink?.warn(problem)
    this.refusal = problem.message
  }

  private async healthNow(): Promise<Health | null> {
    if (!this.health) return null
    try {
      return await withinTime(Promise.resolve(this.health()), HEALTH_WITHIN_MS, () => ({
        isHealthy: false,
        message: `health did not answer within ${HEALTH_WITHIN_MS} ms`,
      }))
    } catch (error) {
      return { isHealthy: false, message: `health threw: ${messageOf(error)}` }
    }
  }
}

const ackProblem = ({ code, message, severity, feature }: Problem): AckProblem => ({
  code,
  message,
  severity,
  ...(feature !== undefined && { feature }),
})

const notAcknowledged = ({ store, reason, advice }: StoreError): SourceProblem => ({
  code: NOT_ACKNOWLEDGED,
  severity: 'warning',
  message: `${store} does not let this process say what it has in force, so publishers neither wait for it nor learn how it is: ${reason}; ${advice}`,
})
