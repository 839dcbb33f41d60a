import { createHash } from 'node:crypto'
import { canonicalText } from '../../core/canonical'
import type { Definition, Feature } from '../../core/feature'
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json'
import { meaningOf } from '../../core/metadata'
import type { Compat, Life } from '../../core/selector'
import { reportByIn } from '../../experiments/report-by'
import { withRangesByOrder } from '../../experiments/stable-variants'
import { stickyAttributesOf } from '../../rules/sticky-attributes'
import { definitionsNamed, type Shared } from './shared'
import { constantOf } from './value'

/** An accepted entry, compiled. It keeps the entry's value, never the text of the file. */
export class Version {
  private hashed: string | undefined
  private sticky: readonly string[] | undefined
  private declared: readonly string[] | undefined

  constructor(
    readonly feature: Feature,
    private readonly value: JsonValue,
    private readonly compat: Compat,
    /** The definitions that the feature was compiled with. */
    readonly shared: Shared,
    /** The generation of the content that it was accepted with. */
    readonly generation: number,
    private readonly isPayload: boolean,
  ) {}

  /** The entry as it was written, for whoever writes it in another language. */
  get definition(): Omit<Definition, 'forcesByUrl'> {
    const { feature, value, isPayload, shared } = this
    return { feature, value, isPayload, groups: shared.groups, bandits: shared.bandits }
  }

  get life(): Life | undefined {
    return this.feature.life
  }

  /** The attributes by which its experiments store sticky assignments. */
  get stickyAttributes(): readonly string[] {
    if (this.compat === 'r2') return []
    return (this.sticky ??= stickyAttributesOf({
      [this.feature.name]: meaningOfValue(this.value, this.compat),
    }))
  }

  /** The attributes by which its experiments are reported. */
  get reportBy(): readonly string[] {
    if (this.compat === 'r2') return []
    return (this.declared ??= reportByIn(meaningOfValue(this.value, this.compat)))
  }

  /**
   * SHA-256 of `text`, hex: an edit that changes an answer changes it; a note or a space does not.
   */
  get revision(): string {
    return (this.hashed ??= createHash('sha256').update(this.text).digest('hex'))
  }

  /** The entry as `EntryInForce` has it. It may be long, so it is written anew for each reader. */
  get text(): string {
    const { compat, isPayload } = this
    if (compat !== 'r2' && !isPayload) return canonicalText(this.meaning)
    const how = { ...(compat === 'r2' && { compat }), ...(isPayload && { payload: true }) }
    const named = definitionsNamed(this.entryMeaning, this.shared)
    return canonicalText([this.entryMeaning, named.flat(), how])
  }

  /**
   * The entry without notes, with the groups and bandits that it names: equal for two versions that
   * answer alike.
   */
  get meaning(): JsonValue {
    const meaning = this.entryMeaning
    const named = definitionsNamed(meaning, this.shared)
    return named.length === 0 ? meaning : [meaning, named.flat()]
  }

  /** What the entry means by itself. */
  get entryMeaning(): JsonValue {
    const meaning = meaningOfValue(this.value, this.compat)
    return isJsonObject(meaning) ? withRangesByOrder(meaning, this.compat) : meaning
  }

  /** The groups and bandits that it names: `group.staff`. */
  get definitions(): JsonObject {
    return Object.fromEntries(definitionsNamed(this.entryMeaning, this.shared))
  }
}

/**
 * A value in one form, without the keys that decide nothing: values with equal meaning are equal in
 * it.
 */
function meaningOfValue(value: JsonValue, compat: Compat): JsonValue {
  const constant = constantOf(value, compat)
  if (constant) return constant.enabled ? 'on' : 'off'
  if (!isJsonObject(value)) return value
  const meaning = meaningOf(value)
  const { enabled } = meaning
  if (compat !== 'r2' && (enabled === 'off' || enabled === false)) return 'off'
  // `{enabled: on}` is `on`.
  const isSwitch = (enabled === 'on' || enabled === 'off') && Object.keys(meaning).length === 1
  return isSwitch ? enabled : meaning
}
