import type { Feature } from '../core/feature'
import type { JsonValue } from '../core/json'
import { compileValue, meaningOfValue, type Semantics } from './value'

/**
 * A text of a feature that was accepted. Of ten thousand entries a process asks a few hundred, so an entry that is
 * plainly sound is compiled when it is first asked. Holds the value alone, never the text it came from.
 */
export class Version {
  private compiled: Feature | undefined

  constructor(
    readonly name: string,
    private readonly value: JsonValue,
    private readonly semantics: Semantics,
    /** The content that it was accepted with. */
    readonly generation: number,
    compiled?: Feature,
  ) {
    this.compiled = compiled
  }

  get feature(): Feature {
    return (this.compiled ??= compileValue(this.name, this.value, this.semantics))
  }

  /** Equal for two versions that answer alike. */
  get meaning(): JsonValue {
    return meaningOfValue(this.value, this.semantics.compat)
  }
}
