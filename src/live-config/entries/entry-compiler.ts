import type { Bucketing } from '../../core/bucketing'
import { counted } from '../../core/counted'
import type { SharedDefinitions } from '../../core/definitions'
import { asSeen, hiddenInKey } from '../../core/hidden-characters'
import type { Path } from '../../core/problem'
import type { Compat, EntryProblem } from '../../core/selector'
import { didYouMean } from '../../core/suggest'
import { LongLists, type VisitEach } from '../../runtime/long-lists'
import type { TimeSlice } from '../../runtime/time-slice'
import type { Semantics } from './semantics'
import type { Vocabularies } from './vocabulary'

/** So many problems of one entry are reported one by one. */
const MOST_PROBLEMS = 50

const NONE: readonly EntryProblem[] = []

/**
 * The context that the keys of one entry share while it is compiled; collects its problems.
 * Compiled selectors may keep a reference to it, so it holds the entry's name and nothing that
 * keeps the text of the file in memory.
 */
export class EntryCompiler {
  private problems: EntryProblem[] | undefined
  private hasError = false
  private more = 0

  constructor(
    readonly feature: string,
    private readonly semantics: Semantics,
    private longLists?: LongLists,
  ) {}

  get compat(): Compat {
    return this.semantics.compat
  }

  get loggedOutExperiments(): boolean {
    return this.semantics.loggedOutExperiments
  }

  get bucketing(): Bucketing {
    return this.semantics.bucketing
  }

  get shared(): SharedDefinitions {
    return this.semantics.shared.definitions
  }

  get known(): Vocabularies {
    return this.semantics.known
  }

  /**
   * Reports a problem; after many, only the first that is an error. To find the place of each of a
   * hundred thousand would take long.
   */
  report(problem: EntryProblem): void {
    const isError = problem.severity !== 'warning'
    const problems = (this.problems ??= [])
    if (problems.length < MOST_PROBLEMS || (isError && !this.hasError)) problems.push(problem)
    else this.more++
    this.hasError ||= isError
  }

  /** The problems, and how many more there are. */
  get reported(): readonly EntryProblem[] {
    const { problems = NONE, more } = this
    const [first] = problems
    if (more === 0 || first === undefined) return problems
    const message = `there ${more === 1 ? 'is' : 'are'} ${counted(more, 'more problem')} in this entry; fix those that are named first`
    return [...problems, { code: first.code, severity: 'warning', path: [], at: 'key', message }]
  }

  /** Reports a key without a meaning, with the known key that was probably meant. */
  unknownKey(key: string, path: Path, known: readonly string[]): void {
    const hidden = hiddenInKey(key)
    const meant = didYouMean(hidden ? asSeen(key) : key, known)
    const other = key.startsWith('feature_')
      ? 'indent it less if it is an entry of its own'
      : 'remove it, or begin it with x- if it is a note of your own'
    const hint = meant ? `did you mean ${meant}?` : other
    const holder = path.length > 1 ? path.slice(0, -1).join('.') : 'an entry'
    this.report({
      code: 'unknown-key',
      severity: this.compat === 'r2' ? 'warning' : 'error',
      path,
      at: 'key',
      message: `${JSON.stringify(key)} is not a key that ${holder} knows${hidden ? `: it has ${hidden.description}` : ''}; ${hint}`,
    })
  }

  get each(): VisitEach {
    return this.laterLists.each
  }

  /** Does what `each` has put off; nothing of the entry may be used before. */
  *finish(slice: TimeSlice): Generator<void, void> {
    if (this.longLists) yield* this.longLists.visitAll(slice)
  }

  /** Made when it is needed: most entries have no list. */
  private get laterLists(): LongLists {
    return (this.longLists ??= new LongLists())
  }

  /** The same compiler with a list of problems that is thrown away. */
  silent(): EntryCompiler {
    return new EntryCompiler(this.feature, this.semantics, this.laterLists)
  }
}
