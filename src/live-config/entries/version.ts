import { createHash } from 'node:crypto'
import type { Feature } from '../../core/feature'
import { canonicalJson, type JsonValue } from '../../core/json'
import type { Life } from '../../core/selector'
import { stickyAttributesOf } from '../../rules/sticky-attributes'
import type { Dialect } from '../text/entry'
import { definitionsNamed, type Shared } from './shared'
import { compileValue, meaningOfValue, type Semantics } from './value'

/**
 * A text of a feature that was accepted. Of ten thousand entries a process asks a few hundred, so an entry that is
 * plainly sound is compiled when it is first asked. Holds the value alone, never the text it came from.
 */
export class Version {
  private compiled: Feature | undefined
  private hashed: string | undefined
  private sticky: readonly string[] | undefined

  constructor(
    readonly name: string,
    private readonly value: JsonValue,
    private readonly semantics: Semantics,
    /** The content that it was accepted with. */
    readonly generation: number,
    private readonly dialect?: Dialect,
    compiled?: Feature,
  ) {
    this.compiled = compiled
  }

  get feature(): Feature {
    return (this.compiled ??= compileValue(this.name, this.value, this.semantics, this.dialect))
  }

  /** Its experiment with a life; such an entry is never plainly sound, so it has been compiled. */
  get life(): Life | undefined {
    return this.compiled?.life
  }

  get shared(): Shared {
    return this.semantics.shared
  }

  /** The attributes by which its experiments keep assignments. */
  get stickyAttributes(): readonly string[] {
    if (this.semantics.compat === 'r2') return []
    return (this.sticky ??= stickyAttributesOf({
      [this.name]: meaningOfValue(this.value, this.semantics.compat),
    }))
  }

  /** SHA-256 of what the version means, hex: an edit that changes an answer changes it, and a note or a space does not. */
  get revision(): string {
    return (this.hashed ??= createHash('sha256').update(canonicalJson(this.meaning)).digest('hex'))
  }

  /** Equal for two versions that answer alike; the groups and bandits that a feature names are part of what it means. */
  get meaning(): JsonValue {
    const meaning = meaningOfValue(this.value, this.semantics.compat)
    const named = definitionsNamed(meaning, this.shared)
    return named.length === 0 ? meaning : [meaning, named]
  }
}
