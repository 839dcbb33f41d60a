import type { Bucketing } from '../core/bucketing'
import type { Feature } from '../core/feature'
import type { JsonValue } from '../core/json'
import type { Compat } from '../core/selector'
import { atOnce, TimeSlice } from '../runtime/time-slice'
import { EntryCompiler } from './entries/entry-compiler'
import { defaultSemantics } from './entries/semantics'
import { compileValue } from './entries/value'

/** How `compileEntry` reads a value. */
export interface EntrySemantics {
  readonly compat: Compat
  /** Whether visitors who are not signed in take part in experiments. */
  readonly loggedOutExperiments: boolean
  readonly bucketing: Bucketing
}

/**
 * Compiles the value of an accepted entry once more, for another bucketing: whoever passes one that
 * draws by plan sees the answer for every bucket. Segments and selectors of the application are not
 * known here. Undefined for a value that is no entry.
 */
export function compileEntry(
  name: string,
  value: JsonValue,
  semantics: EntrySemantics,
): Feature | undefined {
  const compiler = new EntryCompiler(name, { ...defaultSemantics(semantics.compat), ...semantics })
  const feature = compileValue(value, {}, compiler)
  atOnce(compiler.finish(new TimeSlice()))
  return feature
}
