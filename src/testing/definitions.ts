import { isJsonList, isJsonObject, type JsonValue, own } from '../core/json'
import { memory } from '../sources/memory'

type Values = ReadonlyMap<string, JsonValue>

/** The definitions and segments at one time. */
export interface DefinitionsMark {
  readonly entries: Values
  readonly segments: Values
}

/** What tests have put into the live config, and the texts that say so. */
export class Definitions {
  readonly entries = new Map<string, JsonValue>()
  readonly segments = new Map<string, JsonValue>()
  /** Two texts, as one text is either a live config or a GrowthBook payload. */
  private readonly texts = {
    entries: memory('{}', { format: 'json', name: 'test entries' }),
    payload: memory('{}', { format: 'json', name: 'test payload' }),
  }
  readonly sources = Object.values(this.texts)

  mark(): DefinitionsMark {
    return { entries: new Map(this.entries), segments: new Map(this.segments) }
  }

  /** Returns whether anything differs now. */
  restore({ entries, segments }: DefinitionsMark): boolean {
    if (isSame(this.entries, entries) && isSame(this.segments, segments)) return false
    refill(this.entries, entries)
    refill(this.segments, segments)
    return true
  }

  /** The variants of an experiment; empty without one. */
  variantsOf(name: string): readonly string[] {
    const definition = this.entries.get(name)
    const experiment = isJsonObject(definition) ? own(definition, 'experiment') : undefined
    const variants = isJsonObject(experiment) ? own(experiment, 'variants') : undefined
    if (isJsonObject(variants)) return Object.keys(variants)
    return (isJsonList(variants) ? variants : []).flatMap((variant) => {
      const named = isJsonObject(variant) ? own(variant, 'name') : undefined
      return typeof named === 'string' ? [named] : []
    })
  }

  /** Resolves when the texts are in force. */
  async write(): Promise<void> {
    const all = [...this.entries]
    const entries = all
      .filter(([, definition]) => !isOfPayload(definition))
      .map(([name, definition]) => [`feature_${name}`, definition])
    const features = all.filter(([, definition]) => isOfPayload(definition))
    const segments = [...this.segments]
    const groups = segments.map(([name, members]): [string, JsonValue] => [
      name,
      isJsonList(members) ? members : { type: 'condition', condition: members },
    ])
    await Promise.all([
      this.texts.entries.set(
        JSON.stringify({
          ...(segments.length > 0 && { segments: Object.fromEntries(segments) }),
          ...Object.fromEntries(entries),
        }),
      ),
      this.texts.payload.set(
        JSON.stringify({
          savedGroups: Object.fromEntries(groups),
          features: Object.fromEntries(features),
        }),
      ),
    ])
  }
}

const isOfPayload = (definition: JsonValue): boolean =>
  isJsonObject(definition) && Object.hasOwn(definition, 'defaultValue')

const isSame = (a: Values, b: Values): boolean =>
  a.size === b.size && [...a].every(([name, value]) => b.get(name) === value)

function refill(map: Map<string, JsonValue>, from: Values): void {
  map.clear()
  for (const [name, value] of from) map.set(name, value)
}
