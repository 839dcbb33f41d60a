import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { DAY_MS } from '../core/time'
import {
  ASSIGNED,
  type LedgerRow,
  type Orphans,
  type Reports,
  type Store,
} from '../recording/store'
import { keptEntry } from './kept-entry'
import { openRedraw, type Redraw, type Redrawn } from './redraw'

/** What is wrong with a row. */
export type AuditProblem = 'differs' | 'unknown-config' | 'future'

/** A row that is wrong. An entry that is not known is one finding, with the first of its rows. */
export interface Finding {
  readonly problem: AuditProblem
  readonly row: LedgerRow
  /** Rows that it stands for: of an entry that is not known, all of its rows. */
  readonly rows: number
  /** What the entry draws for the unit; null where it draws nothing. Of a row that differs. */
  readonly drawn: Redrawn | null
}

export interface Audit {
  /** Rows that were read: exposures and decisions. */
  readonly rows: number
  /** Rows whose draw was made again and is the same. */
  readonly same: number
  readonly problems: Readonly<Record<AuditProblem, number>>
  /** The first of them, in the order of the rows. */
  readonly findings: readonly Finding[]
  readonly orphans: Orphans
  /** Rows that say no entry: they were recorded before the ledger, or by another program. */
  readonly unmarked: number
  /** Rows that no draw decides alone: decisions that assign nothing, and assignments that were kept. */
  readonly undrawn: number
}

export interface AuditQuestion {
  /** Rows of this time and later: milliseconds since 1970. */
  readonly since?: number
  readonly now?: number
  /** Findings that are listed; the others are counted. Default 1000. */
  readonly most?: number
}

const PART = 2000

/**
 * Draws every recorded assignment again, from the text of the entry that decided it. The rows are
 * read part by part, all of one moment, so that a store of any size needs little memory.
 */
export const audit = (store: Pick<Store, 'snapshot'>, asked: AuditQuestion = {}): Promise<Audit> =>
  store.snapshot((reports) => new Auditor(reports, asked).audit())

class Auditor {
  private rows = 0
  private same = 0
  private unmarked = 0
  private undrawn = 0
  private readonly problems: Record<AuditProblem, number> = {
    differs: 0,
    'unknown-config': 0,
    future: 0,
  }
  private readonly findings: Counting[] = []
  /** The findings of entries that are not known, by their revisions. */
  private readonly unknown = new Map<string, Counting>()
  private readonly redraws: Redraws
  private readonly latest: number

  constructor(
    private readonly reports: Reports,
    private readonly asked: AuditQuestion,
  ) {
    this.redraws = new Redraws(reports)
    this.latest = (asked.now ?? Date.now()) + DAY_MS
  }

  async audit(): Promise<Audit> {
    const { since } = this.asked
    try {
      await this.readAll('exposures')
      await this.readAll('decisions')
    } finally {
      await this.redraws.close()
    }
    const { rows, same, problems, findings, unmarked, undrawn } = this
    const span = since === undefined ? {} : { from: since }
    const orphans = await this.reports.orphans(span)
    return { rows, same, problems, findings, orphans, unmarked, undrawn }
  }

  private async readAll(of: 'exposures' | 'decisions'): Promise<void> {
    const { since } = this.asked
    let after: LedgerRow | undefined
    for (;;) {
      const part = await this.reports.ledger({
        of,
        most: PART,
        ...(since !== undefined && { since }),
        ...(after && { after }),
      })
      for (const row of part) await this.read(row)
      after = part.at(-1)
      if (after === undefined || part.length < PART) return
    }
  }

  private async read(row: LedgerRow): Promise<void> {
    this.rows++
    if (row.at > this.latest) this.add('future', row)
    if (row.revision === null) {
      this.unmarked++
      return
    }
    const redraw = await this.redraws.of(row, row.revision)
    if (redraw === 'unknown') return this.addUnknown(row, row.revision)
    if (redraw === undefined || row.isSticky) {
      this.undrawn++
      return
    }
    const drawn = redraw.of(row.unit, row.kind)
    if (drawn !== undefined && isSame(row, drawn)) this.same++
    else this.add('differs', row, drawn ?? null)
  }

  private addUnknown(row: LedgerRow, revision: string): void {
    const known = this.unknown.get(revision)
    const found = known ?? this.add('unknown-config', row)
    if (known) {
      this.problems['unknown-config']++
      known.rows++
    } else if (found) this.unknown.set(revision, found)
  }

  /** Returns the finding if it is listed. */
  private add(
    problem: AuditProblem,
    row: LedgerRow,
    drawn: Redrawn | null = null,
  ): Counting | undefined {
    this.problems[problem]++
    if (this.findings.length >= (this.asked.most ?? 1000)) return undefined
    const finding = { problem, row, rows: 1, drawn }
    this.findings.push(finding)
    return finding
  }
}

type Counting = Omit<Finding, 'rows'> & { rows: number }

/** A row need not say its bucket: one of another program does not. */
const isSame = ({ variant, bucket, hash }: LedgerRow, drawn: Redrawn): boolean =>
  variant === drawn.variant &&
  (bucket === null || bucket === drawn.bucket) &&
  (hash === null || hash === drawn.hash)

type Opened = { readonly redraw: Redraw | undefined | 'unknown' }

/** Engines that are open at one time: a store of years may have thousands of entries. */
const MOST_ENGINES = 100

/** The engines that draw again, one for each experiment of each entry that rows had last. */
class Redraws {
  private readonly known = new LRUCache<string, Opened>({
    max: MOST_ENGINES,
    dispose: ({ redraw }) => {
      if (typeof redraw === 'object') this.closing = this.closing.then(() => redraw.close())
    },
  })
  private closing = Promise.resolve()

  constructor(private readonly reports: Reports) {}

  /** Undefined: nothing was drawn, or the draw depends on more than the unit. */
  async of(row: LedgerRow, revision: string): Promise<Redraw | undefined | 'unknown'> {
    const key = JSON.stringify([
      revision,
      row.feature,
      row.reason === ASSIGNED ? row.experiment : null,
    ])
    const known = this.known.get(key)
    if (known) return known.redraw
    const redraw = await this.open(row, revision)
    this.known.set(key, { redraw })
    return redraw
  }

  close(): Promise<void> {
    this.known.clear()
    return this.closing
  }

  private async open(
    { feature, reason, experiment }: LedgerRow,
    revision: string,
  ): Promise<Redraw | undefined | 'unknown'> {
    const [config] = await this.reports.configs([revision])
    if (config === undefined || sha256(config.text) !== revision) return 'unknown'
    // Features whose entries are equal share a text, which names the first of them.
    const kept = keptEntry(feature, config.text)
    if (kept === undefined || reason !== ASSIGNED || experiment === null) return undefined
    return openRedraw(kept, experiment)
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Whether every row is as it should be. */
export const isClean = ({ problems, orphans }: Audit): boolean =>
  Object.values(problems).every((count) => count === 0) &&
  Object.values(orphans).every((count) => count === 0)
