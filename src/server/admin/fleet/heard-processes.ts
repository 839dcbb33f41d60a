import { Roll, type StoredAck } from '../../../fleet/roll'
import { performance, wallClock } from '../../../runtime/timers'
import {
  type Ack,
  ACK_EVERY_MS,
  ackKey,
  isAlive,
  isAsked,
  type Rollout,
} from '../../../sources/fleet-records'
import type { ProcessView, StagedView } from './contract'

const monotonic = (): number => performance.now()

/** Who has not looked for so long does not know when what is new was written. */
const LONGEST_BREAK_MS = ACK_EVERY_MS

interface Heard {
  readonly version: string
  /** When it was heard; undefined: it was found as it is. */
  readonly at: number | undefined
}

/** What is in force, to compare the processes with. */
export interface InForce {
  readonly hash: string | undefined
  readonly staged: Rollout | undefined
  /** Generations by the hashes of their texts. */
  readonly byHash: ReadonlyMap<string, number>
}

/**
 * The processes of one store, as they are heard by this one's clock. Only of those that were found, when it
 * began to listen or did again after a break, and have said nothing since, the times that they wrote have to do.
 */
export class HeardProcesses {
  private roll = new Roll(monotonic)
  private listened = -Infinity
  /** By key; as many as the store has. */
  private readonly heard = new Map<string, Heard>()
  private beat: { readonly of: string; readonly since: number } | undefined

  /** All that is stored now, sorted by host. */
  hear(stored: readonly StoredAck[], inForce: InForce): readonly ProcessView[] {
    const isFirst = monotonic() - this.listened > LONGEST_BREAK_MS
    this.listened = monotonic()
    if (isFirst) this.roll = new Roll(monotonic)
    const keys = new Set(stored.map(({ ack }) => ackKey(ack)))
    for (const key of this.heard.keys()) if (!keys.has(key)) this.heard.delete(key)
    for (const { ack, version } of stored) {
      if (this.heard.get(ackKey(ack))?.version === version) continue
      this.heard.set(ackKey(ack), { version, at: isFirst ? undefined : monotonic() })
    }
    const there = new Set(this.roll.hear(stored))
    return stored
      .map(({ ack }) => this.viewOf(ack, there.has(ack), inForce))
      .sort((a, b) => (a.host < b.host ? -1 : 1))
  }

  /** How a rollout does. */
  stagedOf(rollout: Rollout, processes: readonly ProcessView[]): StagedView {
    const { generation, by, reason, percent, stages } = rollout
    const asked = processes.filter(({ host, isThere }) => isThere && isAsked(host, rollout))
    return {
      ...{ generation, by, reason, percent, stages },
      asked: asked.length,
      confirmed: asked.filter(({ isStaged, isCurrent }) => isStaged && isCurrent).length,
      isAbandoned: !isAlive(rollout, this.heldMs(rollout), wallClock()),
    }
  }

  /** For how long this process has known this very beat. */
  private heldMs({ publisher, beat }: Rollout): number {
    const of = `${publisher} ${beat}`
    if (this.beat?.of !== of) this.beat = { of, since: monotonic() }
    return monotonic() - this.beat.since
  }

  private viewOf(ack: Ack, isThere: boolean, { hash, staged, byHash }: InForce): ProcessView {
    const { host, process, problems, health } = ack
    const isStaged = staged !== undefined && ack.generation === staged.generation
    const wanted = staged && isAsked(host, staged) ? staged.hash : hash
    const at = this.heard.get(ackKey(ack))?.at
    return {
      ...{ host, process, hash: ack.hash, isStaged, problems, health, isThere },
      generation: ack.hash === staged?.hash ? staged.generation : (byHash.get(ack.hash) ?? null),
      isCurrent: ack.hash === wanted,
      silentMs: at === undefined ? Math.max(0, wallClock() - ack.at) : monotonic() - at,
    }
  }
}
