import { LiveflagError } from '../../src/core/errors'
import type { Batch, CountedBatch, DropRow, Store } from '../../src/recording/store'
import { KINDS, sizeOf } from '../../src/recording/writer/row-queue'

/** How the store treats a call. */
export type Mood = 'well' | 'throws' | 'throws-at-once' | 'hangs' | 'loses-the-answer'

/** A store that fails in the set way, and remembers the batches that it got. */
export class MoodyStore implements Pick<Store, 'name' | 'write'> {
  readonly name = 'moody'
  mood: Mood = 'well'
  calls = 0
  /** Of each call that was written, its rows. */
  readonly batches: Batch[] = []
  /** The counts of lost rows that were written. */
  readonly drops: DropRow[] = []
  /** Rows it refuses. */
  refuses: (row: object) => boolean = () => false
  private readonly hanging: (() => void)[] = []

  write = (batch: CountedBatch): Promise<void> => {
    this.calls++
    if (this.mood === 'throws-at-once') throw new Error('broken')
    return this.answer(batch)
  }

  /** Units or ids of all rows that were written, in order, each once. */
  get names(): string[] {
    return [...new Set(this.batches.flatMap(namesOf))]
  }

  /** Lets the calls that hang go on. */
  release(): void {
    for (const go of this.hanging.splice(0)) go()
  }

  private async answer({ drops = [], ...batch }: CountedBatch): Promise<void> {
    if (this.mood === 'throws') throw new Error('the database is away')
    if (this.mood === 'hangs') await new Promise<void>((go) => this.hanging.push(go))
    const rows = [...KINDS.flatMap((kind): readonly object[] => batch[kind] ?? []), ...drops]
    const bad = rows.find((row) => this.refuses(row))
    if (bad) throw new LiveflagError('LIVEFLAG_BAD_ROW', 'a row is refused')
    if (sizeOf(batch) > 0) this.batches.push(batch)
    this.drops.push(...drops)
    if (this.mood === 'loses-the-answer') throw new Error('the connection broke')
  }
}

const namesOf = ({
  decisions = [],
  exposures = [],
  usages = [],
  conversions = [],
}: Batch): string[] => [
  ...decisions.map(({ decisionId }) => decisionId),
  ...exposures.map(({ unit }) => unit),
  ...usages.map(({ id }) => id),
  ...conversions.map(({ eventId }) => eventId),
]
