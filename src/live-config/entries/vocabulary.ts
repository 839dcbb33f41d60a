import type { Path } from '../../core/problem'
import type { Selector } from '../../core/selector'

/** The selectors that one kind of mapping may have, in their order of precedence. */
export class Vocabulary {
  /** Every selector and every modifier, for suggestions. */
  readonly keys: readonly string[]
  private readonly ranks: ReadonlyMap<string, number>
  private readonly modifiers: ReadonlyMap<string, string>
  /** The paths of the keys of an entry, which all entries share. */
  private readonly paths: ReadonlyMap<string, Path>

  constructor(private readonly selectors: readonly Selector[]) {
    this.ranks = new Map(selectors.map(({ key }, rank) => [key, rank]))
    this.paths = new Map(selectors.map(({ key }) => [key, [key]]))
    this.modifiers = new Map(
      selectors.flatMap(({ key, modifiers }) =>
        Object.keys(modifiers ?? {}).map((modifier) => [modifier, key]),
      ),
    )
    this.keys = [...this.ranks.keys(), ...this.modifiers.keys()]
  }

  /** The place of a key in the order of precedence; undefined when it is no selector. */
  rank(key: string): number | undefined {
    return this.ranks.get(key)
  }

  at(rank: number): Selector | undefined {
    return this.selectors[rank]
  }

  /** The path of a key in the mapping at `path`. */
  pathOf(path: Path, key: string): Path {
    return (path.length === 0 ? this.paths.get(key) : undefined) ?? [...path, key]
  }

  /** The selector that a modifier adjusts; undefined when the key is no modifier. */
  modified(key: string): string | undefined {
    return this.modifiers.get(key)
  }
}

export interface Vocabularies {
  /** The selectors of an entry. */
  readonly entry: Vocabulary
  /**
   * The selectors of an experiment's eligibility and of a gate: those that say who the visitor is.
   */
  readonly who: Vocabulary
}

export const vocabulariesOf = (selectors: readonly Selector[]): Vocabularies => ({
  entry: new Vocabulary(selectors),
  who: new Vocabulary(whoAmong(selectors)),
})

/** `enabled` is not among them: an experiment has an `enabled` of its own. */
export const whoAmong = (selectors: readonly Selector[]): readonly Selector[] =>
  selectors.filter(({ stage, key }) => stage === 'who' && key !== 'enabled')
