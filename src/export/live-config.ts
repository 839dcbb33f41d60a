import type { Definition } from '../core/feature'
import { isJsonObject, type JsonObject, type JsonValue, own } from '../core/json'

/**
 * The entries in force as one live config, whatever sources and texts they come from. Of two groups
 * with one name, the one of the later feature is in it.
 */
export function liveConfigOf(definitions: ReadonlyMap<string, Definition>): JsonObject {
  const all = [...definitions.values()]
  const savedGroups: JsonObject = Object.assign(
    {},
    ...all.map(({ groups }) => groups),
  ) as JsonObject
  const contextualBandits = Object.assign({}, ...all.map(({ bandits }) => bandits)) as JsonObject
  const shared = { savedGroups, contextualBandits }
  // Somebody else's payload stays one, so that it is judged as one.
  if (all.length > 0 && all.every(({ isPayload }) => isPayload))
    return { features: entriesOf(definitions, '', ({ value }) => value), ...shared }
  return { ...entriesOf(definitions, 'feature_', ownEntry), ...shared }
}

const entriesOf = (
  definitions: ReadonlyMap<string, Definition>,
  prefix: string,
  write: (definition: Definition) => JsonValue,
): JsonObject =>
  Object.fromEntries(
    [...definitions].map(([name, definition]) => [prefix + name, write(definition)]),
  )

/** A feature of a payload as an entry of a live config's own. */
function ownEntry({ value, isPayload }: Definition): JsonValue {
  if (!isPayload || !isJsonObject(value)) return value
  return { default: own(value, 'defaultValue') ?? null, rules: own(value, 'rules') ?? [] }
}
