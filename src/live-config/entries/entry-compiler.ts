import type { Bucketing } from '../../core/bucketing'
import type { SharedDefinitions } from '../../core/definitions'
import { asSeen, hiddenCharacter } from '../../core/hidden-characters'
import type { Path } from '../../core/problem'
import type { Compat, EntryProblem } from '../../core/selector'
import { didYouMean } from '../../core/suggest'
import type { Semantics } from './semantics'
import type { Vocabularies } from './vocabulary'

/**
 * The context that the keys of one entry share while it is compiled; collects its problems.
 * Compiled selectors may keep a reference to it, so it holds the entry's name and nothing that
 * keeps the text of the file in memory.
 */
export class EntryCompiler {
  readonly problems: EntryProblem[] = []
  readonly compat: Compat
  readonly loggedOutExperiments: boolean
  readonly bucketing: Bucketing
  readonly shared: SharedDefinitions
  readonly known: Vocabularies

  constructor(
    readonly feature: string,
    private readonly semantics: Semantics,
  ) {
    this.compat = semantics.compat
    this.loggedOutExperiments = semantics.loggedOutExperiments
    this.bucketing = semantics.bucketing
    this.shared = semantics.shared.definitions
    this.known = semantics.known
  }

  report(problem: EntryProblem): void {
    this.problems.push(problem)
  }

  /** Reports a key without a meaning, with the known key that was probably meant. */
  unknownKey(key: string, path: Path, known: readonly string[]): void {
    const hidden = hiddenCharacter(key)
    const meant = didYouMean(hidden ? asSeen(key) : key, known)
    const hint = meant
      ? `did you mean ${meant}?`
      : 'remove it, or begin it with x- if it is a note of your own'
    const holder = path.length > 1 ? path.slice(0, -1).join('.') : 'an entry'
    this.report({
      code: 'unknown-key',
      severity: this.compat === 'r2' ? 'warning' : 'error',
      path,
      at: 'key',
      message: `${JSON.stringify(key)} is not a key that ${holder} knows${hidden ? `: it has ${hidden.description}` : ''}; ${hint}`,
    })
  }

  /** The same compiler with a list of problems that is thrown away. */
  silent(): EntryCompiler {
    return new EntryCompiler(this.feature, this.semantics)
  }
}
