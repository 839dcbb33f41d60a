import { randomUUID } from 'node:crypto'
import type { EntryInForce } from '../core/entry-in-force'
import type { BufferedWriter } from './buffered-writer'
import type { ConfigRow } from './store'

/** This start of this process, in the rows that it records. */
export const PROCESS: string = randomUUID()

/** With more entries than these, all are written again, which changes nothing. */
const MOST_KNOWN = 10_000
/** Somebody may have emptied the store. */
const AGAIN_MS = 3_600_000
/** What a full writer did not take is written again so soon. */
const RETRY_MS = 1000

/** Writes the text of each entry that decides, once an hour for each process. */
export class ConfigLog {
  /** When the text was last written, by the revision. */
  private readonly known = new Map<string, number>()

  constructor(private readonly writer: Pick<BufferedWriter, 'put'>) {}

  /** `at` is the time of the record that names the entry. */
  add(feature: string, entry: EntryInForce, at: number): void {
    const { revision } = entry
    const last = this.known.get(revision)
    if (last !== undefined && Math.abs(at - last) < AGAIN_MS) return
    if (this.known.size >= MOST_KNOWN) this.known.clear()
    this.known.set(revision, at)
    void this.write({ revision, feature, text: entry.text, at })
  }

  private async write(row: ConfigRow): Promise<void> {
    const { revision, at } = row
    const isTaken = await this.writer.put({ configs: [row] })
    if (!isTaken && this.known.get(revision) === at)
      this.known.set(revision, at - AGAIN_MS + RETRY_MS)
  }
}
