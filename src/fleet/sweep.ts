import { wallClock } from '../runtime/timers'
import { type Ack, ackKey } from '../sources/fleet-records'
import type { KeyStore } from '../sources/key-store'
import { readAllAcks } from './processes'
import { CLOCKS_DIFFER_MS, isRecent, type StoredAck } from './roll'

/** So that nobody waits for long; the next publisher goes on. */
const MOST_REMOVED = 200

/**
 * Removes what processes have left that are gone without a word. One that lives all the same writes
 * again within a minute, so a mistake does no harm; what cannot be removed stays for the next publisher.
 */
export async function sweep(store: KeyStore, isGone: (ack: Ack) => boolean): Promise<void> {
  await sweepBy(store, () => isGone)
}

/** Reads what every process says, so not each publisher does it. */
const EVERY = 10

/** After a generation was published, now and then: removes those that are gone for more than a day. */
export async function sweepAfter(store: KeyStore, generation: number): Promise<void> {
  if (generation % EVERY === 0) await sweepBy(store, longGone)
}

async function sweepBy(
  store: KeyStore,
  rule: (acks: readonly StoredAck[]) => (ack: Ack) => boolean,
): Promise<void> {
  try {
    const acks = await readAllAcks(store)
    const isGone = rule(acks)
    const gone = acks.filter(({ ack }) => ack.isGone === true || isGone(ack)).slice(0, MOST_REMOVED)
    for (const { ack, version } of gone)
      await store.write([{ key: ackKey(ack), bytes: undefined, basedOn: version }])
  } catch {
    // The text is published, which is what was asked for.
  }
}

/**
 * By the clock of this machine, which no process trusts: it counts only when processes were heard
 * lately by it. Where there are none they are gone, or this clock is the one that is wrong.
 */
function longGone(acks: readonly StoredAck[]): (ack: Ack) => boolean {
  const today = wallClock()
  const isTrusted = acks.some(({ ack }) => isRecent(ack, today))
  return ({ at }) => isTrusted && today - at > CLOCKS_DIFFER_MS
}
