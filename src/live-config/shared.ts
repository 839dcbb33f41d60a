import { isJsonObject, jsonEqual, type JsonObject, type JsonValue, own } from '../core/json'
import type { SharedDefinitions } from '../core/selector'
import { prepareSavedGroups } from '../growthbook/saved-groups'
import type { Parsed } from './entry'
import { patterns } from './patterns'

/** What a content's features share, as it was written and as it is asked. */
export interface Shared {
  readonly groups: JsonObject
  readonly bandits: JsonObject
  readonly definitions: SharedDefinitions
}

const NOTHING: JsonObject = {}

function prepare(groups: JsonObject, bandits: JsonObject): Shared {
  return { groups, bandits, definitions: { groups: prepareSavedGroups(groups), bandit: (id) => own(bandits, id), patterns } }
}

export const NOTHING_SHARED = prepare(NOTHING, NOTHING)

/** The saved groups and bandits of a content; the ones before, while they say the same, so that features stay as they are. */
export function sharedOf(parsed: Parsed, before: Shared = NOTHING_SHARED): Shared {
  const groups = mappingAt(parsed, 'savedGroups')
  const bandits = mappingAt(parsed, 'contextualBandits')
  return jsonEqual(groups, before.groups) && jsonEqual(bandits, before.bandits) ? before : prepare(groups, bandits)
}

function mappingAt(parsed: Parsed, key: string): JsonObject {
  const value = parsed.entries.find((entry) => entry.key === key)?.value
  return isJsonObject(value) ? value : NOTHING
}

/** The groups whose names occur in a value, with their members. */
export function groupsNamed(value: JsonValue, groups: JsonObject): readonly JsonValue[] {
  if (typeof value === 'string') return Object.hasOwn(groups, value) ? [groups[value] ?? null] : []
  if (typeof value !== 'object' || value === null || groups === NOTHING) return []
  return Object.values(value).flatMap((inner: JsonValue) => groupsNamed(inner, groups))
}
