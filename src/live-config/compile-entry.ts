import type { Bucketing } from '../core/bucketing'
import type { SharedDefinitions } from '../core/definitions'
import type { Feature } from '../core/feature'
import type { JsonValue } from '../core/json'
import type { Compat } from '../core/selector'
import { atOnce, TimeSlice } from '../runtime/time-slice'
import { EntryCompiler } from './entries/entry-compiler'
import { compilePayload } from './entries/parse-feature'
import { defaultSemantics } from './entries/semantics'
import { compileValue } from './entries/value'

/** How `compileEntry` reads a value. */
export interface EntrySemantics {
  readonly compat: Compat
  /** Whether visitors who are not signed in take part in experiments. */
  readonly loggedOutExperiments: boolean
  readonly bucketing: Bucketing
  /** What the entry may name; left out: nothing. */
  readonly definitions?: SharedDefinitions
  /** The entry is a feature of a GrowthBook payload. */
  readonly isPayload?: boolean
}

/**
 * Compiles the value of an accepted entry once more, for another bucketing: whoever passes one that
 * draws by plan sees the answer for every bucket. Selectors of the application are not known here. Undefined for a value that is no entry.
 */
export function compileEntry(
  name: string,
  value: JsonValue,
  { definitions, isPayload = false, ...semantics }: EntrySemantics,
): Feature | undefined {
  const defaults = defaultSemantics(semantics.compat)
  const shared = definitions ? { ...defaults.shared, definitions } : defaults.shared
  const compiler = new EntryCompiler(name, { ...defaults, ...semantics, shared })
  const feature = isPayload ? compilePayload(value, compiler) : compileValue(value, {}, compiler)
  atOnce(compiler.finish(new TimeSlice()))
  return feature
}
