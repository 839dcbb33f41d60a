import type { GatedRamp } from '../../../analysis/gated-ramp'
import { type Gated, judgeGates } from '../../../analysis/gates'
import type { Features } from '../../../engine/features'
import type { Store } from '../../../recording/store'

/** What gates came to, and when. */
export interface Judged extends Gated {
  /** Milliseconds since 1970. */
  readonly at: number
}

export interface VerdictParts {
  readonly features: Pick<Features, 'snapshot' | 'definition'>
  readonly records: Pick<Store, 'snapshot'>
  readonly now: () => number
}

/** A page that is opened again within this time has the records read once. */
const FRESH_MS = 30_000

/**
 * The latest verdict on each ramp, judged by the server's records. One is of an entry as it is in force:
 * after an edit there is none until somebody asks.
 */
export class GateVerdicts {
  private readonly latest = new WeakMap<object, Judged>()
  private readonly judging = new WeakMap<object, Promise<Judged | undefined>>()

  constructor(private readonly parts: VerdictParts) {}

  /** As of now; whoever asks while a ramp is being judged gets the same answer. Does not reject. */
  judge(ramp: GatedRamp): Promise<Judged | undefined> {
    const entry = this.entryOf(ramp)
    const begun = this.judging.get(entry)
    if (begun) return begun
    const judging = this.judgeNow(ramp, entry).finally(() => this.judging.delete(entry))
    this.judging.set(entry, judging)
    return judging
  }

  /** The latest, or one of now where that is too old. Undefined of a ramp that is not to be judged. */
  async shown(ramp: GatedRamp): Promise<Judged | undefined> {
    const latest = this.latest.get(this.entryOf(ramp))
    const age = this.parts.now() - (latest?.at ?? -Infinity)
    return age >= 0 && age < FRESH_MS ? latest : this.judge(ramp)
  }

  private async judgeNow(ramp: GatedRamp, entry: object): Promise<Judged | undefined> {
    const { features, records, now } = this.parts
    const at = now()
    const gated = await judgeGates(records, ramp, { metrics: features.snapshot.metrics, now: at })
    const judged = gated && { ...gated, at }
    if (judged) this.latest.set(entry, judged)
    else this.latest.delete(entry)
    return judged
  }

  /** The same object while the entry, and what became of its gates, are the same. */
  private entryOf({ feature, ramp }: GatedRamp): object {
    return this.parts.features.definition(feature)?.feature ?? ramp
  }
}
