import { type Entry, ofFeature, type Parsed, type TextProblem } from './entry'
import { type LineIndex, placed, type Unplaced } from './places'

/** The entries met so far, in the order of the text. A key that stands again replaces its first, as JSON and r2 have it. */
export class Roll {
  private readonly entries: Entry[] = []
  private readonly byKey = new Map<string, Entry>()
  private readonly duplicates = new Set<string>()
  private readonly problems: TextProblem[] = []

  constructor(
    private readonly lines: LineIndex,
    /** Known from elsewhere: no key stands twice, so there is nothing to look up. */
    private readonly unique = false,
  ) {}

  add(entry: Entry): void {
    if (this.unique) {
      this.entries.push(entry)
      return
    }
    const first = this.byKey.get(entry.key)
    if (first && !this.duplicates.has(entry.key)) this.reportDuplicate(entry, first)
    if (first) this.byKey.delete(entry.key)
    this.byKey.set(entry.key, entry)
  }

  report(problem: Unplaced, base = 0): void {
    this.problems.push(placed(problem, this.lines, base))
  }

  parsed(): Parsed {
    const problems = this.problems.toSorted(
      (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
    )
    return {
      entries: this.unique ? this.entries : [...this.byKey.values()],
      problems,
      duplicates: this.duplicates,
    }
  }

  private reportDuplicate(again: Entry, first: Entry): void {
    this.duplicates.add(again.key)
    this.problems.push({
      code: ofFeature(again.key).feature === undefined ? 'duplicate-key' : 'duplicate-feature',
      severity: 'error',
      message: `${JSON.stringify(again.key)} already stands on line ${first.position.line}; keep one of the two`,
      ...ofFeature(again.key),
      ...again.position,
    })
  }
}
