import { messageOf } from '../../core/errors'
import type { Problem } from '../../core/problem'
import type { Content, Outcome, Sink } from '../../core/source'
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
  encodeRecord,
  type Health,
  MOST_PROBLEMS,
} from '../fleet-records'
import type { KeyStore } from '../key-store'

/** So that a hundred processes that change together do not write in one instant. */
const SPREAD_MS = 250
const HEALTH_WITHIN_MS = 1500
const LAST_WORD_WITHIN_MS = 500

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
  private writing: Promise<void> | undefined
  private isClosed = false
  private readonly next: Alarm

  constructor(
    private readonly store: KeyStore,
    private readonly host: string,
    private readonly health: (() => Health | Promise<Health>) | undefined,
    private readonly clock: Clock = systemClock,
  ) {
    this.next = new Alarm(() => void this.write(), false, clock)
  }

  /** A text was read for this process. */
  offer(offered: Offered): void {
    this.offered = offered
  }

  /** The sink, with an ear for what becomes of contents. */
  hearing(sink: Sink): Sink {
    return {
      ...(sink.metrics && { metrics: sink.metrics }),
      part: (name) => sink.part(name),
      content: (content) => this.judge(content, sink),
      confirmed: () => {
        sink.confirmed()
        this.take(this.offered?.hash)
      },
      failed: (problem, hash) => {
        sink.failed(problem, hash)
        if (hash !== undefined) this.refuse(problem)
      },
      warn: (problem) => sink.warn(problem),
      unwarn: (code) => sink.unwarn(code),
    }
  }

  /** Leaves the fleet: nobody waits for this process any more. */
  async close(): Promise<void> {
    this.isClosed = true
    this.next.clear()
    await this.writing
    if (this.hash === undefined) return
    const gone = this.store.write([{ key: ackKey(this.host), bytes: undefined }])
    await withinTime<unknown>(
      gone.catch(() => undefined),
      LAST_WORD_WITHIN_MS,
      () => undefined,
    )
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
    else this.take(this.offered?.hash ?? content.hash)
    return outcome
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
    const { hash } = this
    if (hash === undefined || this.isClosed || this.writing) return
    this.writing = this.acknowledge(hash)
    await this.writing
    this.writing = undefined
    if (this.isClosed) return
    // What changed meanwhile has set it already.
    const isStaged = this.offered !== undefined && this.offered.generation !== null
    this.next.ringWithin(
      jitter(isStaged ? ACK_STAGED_EVERY_MS : ACK_EVERY_MS, 0.8, 1, this.clock.random),
    )
  }

  private async acknowledge(hash: string): Promise<void> {
    const ack: Ack = {
      host: this.host,
      generation: this.offered?.generation ?? null,
      hash,
      problems: this.problems,
      health: await this.healthNow(),
      at: wallClock(),
    }
    const write = { key: ackKey(this.host), bytes: encodeRecord(ack) }
    // A store that is away is a problem of the source, which reports it; the next one is due soon.
    await this.store.write([write]).catch(() => undefined)
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
