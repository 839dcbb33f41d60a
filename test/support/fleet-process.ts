import {
  type Ack,
  ACK_STAGED_EVERY_MS,
  ackKey,
  type Condition,
  encodeRecord,
  HEAD,
  historyKey,
  isAsked,
  readHistoryEntry,
  readRollout,
  ROLLOUT,
  type Rollout,
} from '../../src/sources/fleet-records'
import { contentHash } from '../../src/sources/bytes'
import type { KeyStore } from '../../src/sources/key-store'

/** What a process says of a text that it has in force. */
export type Saying = (text: string) => Partial<Pick<Ack, 'problems' | 'health'>>

const fine: Saying = () => ({ problems: [], health: { isHealthy: true } })

/**
 * The smallest process of a fleet: it has the text of the head, or that of the rollout which asks it,
 * and acknowledges it. It looks when it is told to.
 */
export class FleetProcess {
  /** Every text that it has had. */
  readonly had: string[] = []
  isDead = false
  /** It has a text that is only tried. */
  isTrying = false
  private before: Condition | undefined

  /** @param aheadMs how far its clock is ahead */
  constructor(
    private readonly store: KeyStore,
    readonly host: string,
    private readonly saying: Saying = fine,
    private readonly aheadMs = 0,
    /** Drawn anew when it is started again. */
    private readonly start = 'first',
  ) {}

  get text(): string | undefined {
    return this.had.at(-1)
  }

  async look(): Promise<void> {
    if (this.isDead) return
    const staged = await this.staged()
    const head = await this.store.get(HEAD)
    const text = staged?.text ?? (head && new TextDecoder().decode(head.bytes))
    if (text === undefined) return
    if (text !== this.text) this.had.push(text)
    const { problems = [], health = null } = this.saying(text)
    const generation = staged?.rollout.generation ?? null
    this.isTrying = staged !== undefined
    if (!staged) this.before = { problems, health }
    const ack: Ack = {
      ...{ host: this.host, process: this.start, generation, hash: contentHash(text) },
      ...{ problems, health },
      ...(staged && this.before && { before: this.before }),
      hearsWithinMs: 0,
      at: Date.now() + this.aheadMs,
    }
    await this.store.write([{ key: ackKey(ack), bytes: encodeRecord(ack) }])
  }

  private async staged(): Promise<
    { readonly rollout: Rollout; readonly text: string } | undefined
  > {
    const stored = await this.store.get(ROLLOUT)
    const rollout = stored && readRollout(stored.bytes)
    if (rollout === undefined || !isAsked(this.host, rollout)) return undefined
    const entry = await this.store.get(historyKey(rollout.generation))
    const text = entry && readHistoryEntry(entry.bytes)?.text
    return text === undefined ? undefined : { rollout, text }
  }
}

/** So many processes, which have acknowledged what is published. */
export async function fleetOf(
  store: KeyStore,
  count: number,
  saying: (host: string) => Saying = () => fine,
): Promise<readonly FleetProcess[]> {
  const all = Array.from({ length: count }, (_, i) => `web-${i}`).map(
    (host) => new FleetProcess(store, host, saying(host)),
  )
  await lookAll(all)
  return all
}

export const lookAll = (all: readonly FleetProcess[]): Promise<unknown> =>
  Promise.all(all.map((one) => one.look()))

/**
 * Processes that look whenever the store tells of a change, until the returned function is called. As
 * real ones do, they say again that they are there while they try a text: whoever is silent for ten
 * seconds is taken for dead.
 */
export function following(store: KeyStore, all: readonly FleetProcess[]): () => void {
  const look = (): void => void lookAll(all)
  const watch = store.watch([HEAD, ROLLOUT], { live: look, changed: look, down: look })
  const again = setInterval(
    () => void lookAll(all.filter(({ isTrying }) => isTrying)),
    ACK_STAGED_EVERY_MS,
  )
  return () => {
    clearInterval(again)
    watch.close()
  }
}
