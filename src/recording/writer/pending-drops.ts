import { randomUUID } from 'node:crypto'
import { performance, wallClock } from '../../runtime/timers'
import { isStorableTime } from '../sql/storable'
import type { Batch, DropReason, DropRow } from '../store'
import type { Entry } from './row-queue'

type Counted = Pick<DropRow, 'kind' | 'experiment' | 'name' | 'reason'>
type Count = Counted & { rows: number; firstAt: number; lastAt: number }

/** Names that are counted apart. Rows of others are counted together, as of no known name. */
const MOST_NAMES = 1000
/** A longer one is not known. */
const LONGEST_NAME = 1000

/** Counts of lost rows that wait to be written to the store. */
export class PendingDrops {
  private counts = new Map<string, Count>()
  /** As they were passed to the store once: they may have arrived, so they change no more. */
  private fixed: readonly DropRow[]

  /** `found` are those that an earlier process left. */
  constructor(found: readonly DropRow[]) {
    this.fixed = found
  }

  get isEmpty(): boolean {
    return this.fixed.length === 0 && this.counts.size === 0
  }

  add(entries: readonly Entry[], reason: DropReason): void {
    for (const { kind, row } of entries) {
      const at = 'at' in row && isStorableTime(row.at) ? Math.trunc(row.at) : wallClock()
      const count = this.countOf({ kind, ...namesOf(kind, row), reason }, at)
      count.rows++
      count.firstAt = Math.min(count.firstAt, at)
      count.lastAt = Math.max(count.lastAt, at)
    }
  }

  /** The rows to write next. Pass them to `written` when the store has them. */
  next(): readonly DropRow[] {
    if (this.fixed.length === 0) {
      this.fixed = this.rowsOfCounts()
      this.counts = new Map()
    }
    return this.fixed
  }

  written(rows: readonly DropRow[]): void {
    if (rows === this.fixed) this.fixed = []
  }

  /** All rows; there are none afterwards. */
  takeAll(): readonly DropRow[] {
    const rows = [...this.fixed, ...this.rowsOfCounts()]
    this.fixed = []
    this.counts = new Map()
    return rows
  }

  private rowsOfCounts(): readonly DropRow[] {
    const processStartedAt = Math.trunc(performance.timeOrigin)
    return [...this.counts.values()].map((count) => ({
      id: randomUUID(),
      ...count,
      processStartedAt,
    }))
  }

  private countOf(counted: Counted, at: number): Count {
    const { kind, reason } = counted
    const own = keyOf(counted)
    const isFull = this.counts.size >= MOST_NAMES && !this.counts.has(own)
    const kept = isFull ? { kind, experiment: null, name: null, reason } : counted
    const key = isFull ? keyOf(kept) : own
    const known = this.counts.get(key)
    if (known) return known
    const count = { ...kept, rows: 0, firstAt: at, lastAt: at }
    this.counts.set(key, count)
    return count
  }
}

const keyOf = ({ kind, experiment, name, reason }: Counted): string =>
  JSON.stringify([kind, experiment, name, reason])

const NAMED_BY = { configs: 'feature', usages: 'feature', conversions: 'name' } as const

/** Of a row that was refused, any member may be of any type. */
function namesOf(kind: keyof Batch, row: Entry['row']): Pick<DropRow, 'experiment' | 'name'> {
  const read = (field: string): string | null => {
    const value: unknown = Reflect.get(row, field)
    return typeof value === 'string' && value.length <= LONGEST_NAME ? value : null
  }
  if (kind === 'decisions') return { experiment: read('experimentId'), name: read('flag') }
  if (kind !== 'exposures') return { experiment: null, name: read(NAMED_BY[kind]) }
  const experiment = read('experiment')
  return { experiment, name: experiment === null ? null : read('feature') }
}
