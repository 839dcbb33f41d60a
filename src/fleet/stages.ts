import { performance, wallClock } from '../runtime/timers'
import { sleep } from '../runtime/wait'
import {
  type Ack,
  type AckProblem,
  ackKey,
  type Condition,
  encodeRecord,
  HEAD,
  type HistoryEntry,
  type HostProblem,
  quarantineKey,
  readQuarantined,
  ROLLOUT,
  type Rollout,
} from '../sources/fleet-records'
import { type KeyStore, type KeyWrite, StoreError } from '../sources/key-store'
import { quarantining } from './entries'
import { readAcks } from './processes'
import { Roll, type StoredAck } from './roll'
import { sweep } from './sweep'
import { type HostView, isAwaited, nextStep, type Step } from './stage'
import { readHead, readStaged, readState, type StoredRollout } from './store-state'

/** What became of a generation that was staged. */
export type StagesEnd =
  | { readonly kind: 'published' }
  /** It was bad in some processes, or somebody took it back. None has it any more, and nobody takes it again. */
  | {
      readonly kind: 'withdrawn'
      readonly reason: string
      readonly hosts: readonly HostProblem[]
    }
  /** Another publisher published, or went on with the stages. */
  | { readonly kind: 'superseded' }
  /** The signal was aborted, so the generation was taken off its stages. */
  | { readonly kind: 'interrupted' }

/** How a stage is doing. */
export interface StageProgress {
  readonly generation: number
  readonly percent: number
  readonly confirmed: number
  readonly asked: number
}

export interface StagesOptions {
  /** How long a process may take to acknowledge. */
  readonly ackWithinMs: number
  readonly onStage?: (progress: StageProgress) => void
  readonly signal?: AbortSignal
  /** Milliseconds that never go back. */
  readonly now?: () => number
}

const POLL_MS = 250
/** Reading what very many processes say takes long; it is not done all the time. */
const SHARE_OF_TIME = 2
/** A store that is away for so many limits has let every process go back long ago. */
const MOST_LIMITS_AWAY = 5

/** Takes a generation through its stages: reads what the processes say, and does the next step. */
export class Stages {
  private rollout: Rollout
  private version: string
  private readonly now: () => number
  private stageBegan: number
  private lastBeat: number
  private lastRead: number
  private reported = ''
  /** The last step was begun: it is done when the head says so, whatever the processes say. */
  private isFinishing = false
  private readonly roll: Roll
  /** By process, and by host. */
  private readonly before: ReadonlyMap<string, Condition>
  /** What any process had against the text before this one. */
  private readonly known: readonly AckProblem[]

  /**
   * @param base the version of the head that it is staged over
   * @param before what every process said before, also those that are gone
   */
  constructor(
    private readonly store: KeyStore,
    { rollout, version }: StoredRollout,
    private readonly entry: HistoryEntry,
    private readonly base: string | null,
    before: readonly StoredAck[],
    private readonly options: StagesOptions,
  ) {
    this.rollout = rollout
    this.version = version
    this.now = options.now ?? (() => performance.now())
    this.stageBegan = this.lastBeat = this.lastRead = this.now()
    this.roll = new Roll(this.now)
    this.roll.hear(before)
    this.before = new Map(
      before.flatMap(({ ack }) => {
        const condition = ack.generation === rollout.generation ? ack.before : ack
        return condition ? [[ackKey(ack), condition] as const, [ack.host, condition] as const] : []
      }),
    )
    this.known = [...this.before.values()].flatMap(({ problems }) => problems)
  }

  /** Until it is published, withdrawn or somebody else's. */
  async run(): Promise<StagesEnd> {
    const { signal } = this.options
    for (;;) {
      const began = performance.now()
      const end = signal?.aborted ? await this.interrupt() : await this.stepUnlessAway()
      if (end) return this.ended(end)
      const pause = Math.max(POLL_MS, (performance.now() - began) * SHARE_OF_TIME)
      await sleep(pause, { keepAlive: true, ...(signal && { signal }) })
    }
  }

  /** After so long a time it knows who is gone, whatever clocks say. */
  private async ended(end: StagesEnd): Promise<StagesEnd> {
    if (!this.options.signal?.aborted) await sweep(this.store, (ack) => this.roll.isGone(ack))
    return end
  }

  /** One look, and what follows from it; undefined: it goes on. */
  async step(): Promise<StagesEnd | undefined> {
    const stored = await readStaged(this.store)
    if (stored?.rollout.publisher !== this.rollout.publisher) return this.whyGone()
    this.rollout = stored.rollout
    this.version = stored.version
    if (this.isFinishing && (await this.isInForce())) return this.leave('published')
    const acks = await readAcks(this.store)
    const { rollout } = this
    const { ackWithinMs } = this.options
    const elapsedMs = this.now() - this.stageBegan
    const hosts = this.viewsOf(acks)
    const step = nextStep({ rollout, elapsedMs, ackWithinMs, hosts })
    return this.take(step, isAwaited(rollout, hosts, this.now() - this.lastBeat, ackWithinMs))
  }

  private async stepUnlessAway(): Promise<StagesEnd | undefined> {
    try {
      const end = await this.step()
      this.lastRead = this.now()
      return end
    } catch (error) {
      if (!(error instanceof StoreError) || error.kind !== 'unreachable') throw error
      const away = this.now() - this.lastRead
      if (away > this.rollout.limitMs * MOST_LIMITS_AWAY) throw error
      // Nobody could acknowledge meanwhile, so the stage begins again.
      this.stageBegan = this.now()
      this.roll.excuse()
      return undefined
    }
  }

  private viewsOf(acks: readonly StoredAck[]): readonly HostView[] {
    return this.roll.hear(acks).map((ack) => ({
      ack,
      // One that was started again is as the one before it was.
      before: this.before.get(ackKey(ack)) ?? this.before.get(ack.host) ?? this.withoutOwn(ack),
      silentMs: this.roll.silentMs(ack),
      thereMs: this.roll.thereMs(ack),
    }))
  }

  /** One that started within a stage may have had no other text: what was bad before is not held against it. */
  private withoutOwn({ before }: Ack): Condition {
    return before ?? { problems: this.known, health: null }
  }

  private async take(step: Step, isAwaited: boolean): Promise<StagesEnd | undefined> {
    if (step.kind !== 'withdraw') this.report(step.confirmed, step.asked)
    switch (step.kind) {
      case 'wait':
        return this.beat(isAwaited)
      case 'advance':
        return this.advance(step.percent)
      case 'finish':
        return this.finish()
      case 'withdraw':
        return this.withdraw(step.reason, step.hosts)
    }
  }

  private report(confirmed: number, asked: number): void {
    const { generation, percent } = this.rollout
    const news = `${percent} ${confirmed} ${asked}`
    if (news !== this.reported) this.options.onStage?.({ generation, percent, confirmed, asked })
    this.reported = news
  }

  private async beat(isAwaited: boolean): Promise<undefined> {
    if (!isAwaited && this.now() - this.lastBeat < this.rollout.limitMs / 3) return
    await this.writeRollout({})
  }

  /** Another tool may have written the head since. */
  private async advance(percent: number): Promise<StagesEnd | undefined> {
    const head = await readHead(this.store)
    if ((head?.version ?? null) !== this.base) return this.leave('superseded')
    await this.writeRollout({ percent })
    this.stageBegan = this.now()
    return undefined
  }

  private async writeRollout(change: Partial<Rollout>): Promise<void> {
    const beat = this.rollout.beat + 1
    const rollout = { ...this.rollout, ...change, beat, at: wallClock() }
    await this.write([{ key: ROLLOUT, bytes: encodeRecord(rollout), basedOn: this.version }])
    this.lastBeat = this.now()
  }

  private async finish(): Promise<StagesEnd | undefined> {
    const bytes = new TextEncoder().encode(this.entry.text)
    this.isFinishing = true
    const result = await this.store.write([
      { key: HEAD, bytes, basedOn: this.base },
      { key: ROLLOUT, bytes: undefined, basedOn: this.version },
    ])
    if (result.written) return { kind: 'published' }
    if (result.conflict !== HEAD) return undefined
    return this.leave((await this.isInForce()) ? 'published' : 'superseded')
  }

  /** Where the store did not say that it wrote the head, or wrote that alone. */
  private async isInForce(): Promise<boolean> {
    return (await readState(this.store)).current?.generation === this.entry.generation
  }

  private async withdraw(
    reason: string,
    hosts: readonly HostProblem[],
  ): Promise<StagesEnd | undefined> {
    const { by } = this.rollout
    const isWritten = await this.write([
      quarantining(this.rollout, { reason, hosts, by }),
      { key: ROLLOUT, bytes: undefined, basedOn: this.version },
    ])
    return isWritten ? { kind: 'withdrawn', reason, hosts } : undefined
  }

  private async interrupt(): Promise<StagesEnd | undefined> {
    return this.leave(this.isFinishing && (await this.isInForce()) ? 'published' : 'interrupted')
  }

  /** Takes the generation off its stages, unless somebody else has. */
  private async leave(
    kind: 'published' | 'superseded' | 'interrupted',
  ): Promise<StagesEnd | undefined> {
    const stored = await readStaged(this.store)
    if (stored?.rollout.publisher !== this.rollout.publisher) return this.whyGone()
    const { version } = stored
    const isWritten = await this.write([{ key: ROLLOUT, bytes: undefined, basedOn: version }])
    return isWritten ? { kind } : undefined
  }

  /** A store that failed to answer may have done a step all the same, and a person may have taken it back. */
  private async whyGone(): Promise<StagesEnd> {
    if (await this.isInForce()) return { kind: 'published' }
    const { generation, hash } = this.entry
    const stored = await this.store.get(quarantineKey(generation))
    const found = stored && readQuarantined(stored.bytes)
    if (found?.hash !== hash) return { kind: 'superseded' }
    const { reason, hosts } = found
    return { kind: 'withdrawn', reason, hosts }
  }

  private async write(writes: readonly KeyWrite[]): Promise<boolean> {
    return (await this.store.write(writes)).written
  }
}
