import type { Bucketing } from '../../core/bucketing'
import type { Compat } from '../../core/selector'
import { createR2Bucketing } from '../../hash/r2'
import { selectors } from '../../selectors'
import { NOTHING_SHARED, type Shared } from './shared'
import { type Vocabularies, vocabulariesOf } from './vocabulary'

/** The rules by which entries are read. */
export interface Semantics {
  readonly compat: Compat
  readonly loggedOutExperiments: boolean
  readonly bucketing: Bucketing
  /**
   * What a feature does whose newest text is refused: `hold` keeps its last good version, `off` is
   * r2's way.
   */
  readonly badEntry: 'hold' | 'off'
  readonly shared: Shared
  /** The selectors that an entry may have. */
  readonly known: Vocabularies
}

const BUILT_IN: Vocabularies = vocabulariesOf(selectors)

/** The rules for a text that is checked and not put in force. */
export const defaultSemantics = (compat: Compat = 'liveflag'): Semantics => ({
  compat,
  loggedOutExperiments: true,
  bucketing: createR2Bucketing(),
  badEntry: 'hold',
  shared: NOTHING_SHARED,
  known: BUILT_IN,
})
