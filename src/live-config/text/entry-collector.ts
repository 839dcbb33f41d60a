import type { Entry, Parsed, TextProblem } from './entry'
import { MAX_KEY, MOST_PROBLEMS, tooLongKey } from './limits'
import { type LineIndex, placed, type Unplaced } from './places'

const MORE = 'there are more problems in this entry; fix those that are named first'

/**
 * The entries read so far, in the order of the text. A repeated key replaces its first, as in JSON
 * and r2.
 */
export class EntryCollector {
  private readonly entries: Entry[] = []
  private readonly byKey = new Map<string, Entry>()
  private readonly duplicates = new Set<string>()
  private readonly replaced: Entry[] = []
  private readonly problems: TextProblem[] = []
  /** How many problems each key at the top has. */
  private readonly counts = new Map<string | undefined, number>()

  constructor(
    readonly lines: LineIndex,
    /** The name of the feature that a top-level key defines; undefined when it defines none. */
    private readonly featureOf: (key: string) => string | undefined,
  ) {}

  add(entry: Entry): void {
    if (entry.key.length > MAX_KEY) return this.leaveOut(entry)
    const first = this.byKey.get(entry.key)
    if (first && !this.duplicates.has(entry.key)) this.reportDuplicate(entry, first)
    if (first) {
      this.byKey.delete(entry.key)
      this.replaced.push(first)
    }
    this.byKey.set(entry.key, entry)
  }

  /**
   * Adds an entry whose key is known to be unique, which costs no search. Not to be mixed with
   * `add`.
   */
  addUnique(entry: Entry): void {
    if (entry.key.length > MAX_KEY) this.leaveOut(entry)
    else this.entries.push(entry)
  }

  /**
   * `key`: the top-level key that the problem is in. `base`: where the problem's piece of text
   * begins. To find the place of each of a hundred thousand would take long, so many are counted.
   */
  report(problem: Unplaced, key: string | undefined, base = 0): void {
    const count = (this.counts.get(key) ?? 0) + 1
    this.counts.set(key, count)
    if (count > MOST_PROBLEMS + 1) return
    if (count > MOST_PROBLEMS) {
      this.problems.push({
        ...placed(problem, this.lines, base),
        ...this.ofFeature(key),
        message: MORE,
      })
      return
    }
    this.problems.push({ ...placed(problem, this.lines, base), ...this.ofFeature(key) })
  }

  parsed(): Parsed {
    // Nearly always they are in order: to sort a hundred thousand takes long.
    const problems = this.problems.every((one, i, all) => i === 0 || byPlace(all[i - 1], one) <= 0)
      ? this.problems
      : this.problems.toSorted(byPlace)
    return {
      entries: this.byKey.size > 0 ? [...this.byKey.values()] : this.entries,
      problems,
      duplicates: this.duplicates,
      ...(this.replaced.length > 0 && { replaced: this.replaced }),
    }
  }

  /** A name of a megabyte would be in every message. */
  private leaveOut({ key, position }: Entry): void {
    const { message, ...problem } = tooLongKey(key, 0)
    this.problems.push({ ...problem, message: String(message), ...position })
  }

  private reportDuplicate(again: Entry, first: Entry): void {
    const feature = this.ofFeature(again.key)
    this.duplicates.add(again.key)
    this.problems.push({
      code: feature.feature === undefined ? 'duplicate-key' : 'duplicate-feature',
      severity: 'error',
      message: `${JSON.stringify(again.key)} is already on line ${first.position.line}; keep one of the two`,
      ...feature,
      ...again.position,
    })
  }

  private ofFeature(key: string | undefined): { readonly feature?: string } {
    const feature = key === undefined ? undefined : this.featureOf(key)
    return feature === undefined ? {} : { feature }
  }
}

const byPlace = (a: TextProblem | undefined, b: TextProblem | undefined): number =>
  (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0)
