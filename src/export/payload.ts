import { groupsAsked } from '../conditions/group-reference'
import type { Definition } from '../core/feature'
import { isJsonList, isJsonObject, type JsonObject, type JsonValue, own } from '../core/json'
import { asGrowthBook, type LeftOut } from './feature'

/** What clients of GrowthBook are sent. */
export interface GrowthBookPayload {
  readonly features: JsonObject
  /** Those that the features name. */
  readonly savedGroups: JsonObject
  readonly contextualBandits: JsonObject
  /** By name, why a feature is not among `features`. */
  readonly leftOut: ReadonlyMap<string, LeftOut>
}

/**
 * Features as a payload of GrowthBook. One that requires a feature that is not in the payload is
 * left out as well: a client would take that for a feature that does not exist.
 *
 * @param isFeature whether the live config has a feature of this name, also one that is not among
 * `definitions`
 */
export function payloadOf(
  definitions: ReadonlyMap<string, Definition>,
  isFeature: (name: string) => boolean,
): GrowthBookPayload {
  const features = new Map<string, JsonObject>()
  const leftOutBy = new Map<string, LeftOut>()
  for (const [name, definition] of definitions) {
    const exported = asGrowthBook(definition)
    if ('feature' in exported) features.set(name, exported.feature)
    else leftOutBy.set(name, exported.leftOut)
  }
  for (let before = -1; before !== features.size;) {
    before = features.size
    for (const [name, feature] of features) {
      const reason = whyNotRequired(feature, features, isFeature)
      if (reason === undefined) continue
      features.delete(name)
      leftOutBy.set(name, { path: ['rules'], reason })
    }
  }
  return {
    features: Object.fromEntries(features),
    ...sharedBy(features, definitions),
    leftOut: leftOutBy,
  }
}

function whyNotRequired(
  feature: JsonObject,
  features: ReadonlyMap<string, JsonObject>,
  isFeature: (name: string) => boolean,
): string | undefined {
  for (const parent of parentsOf(feature)) {
    if (!features.has(parent) && isFeature(parent))
      return `it requires ${parent}, which is left out`
    if (mayBeSwitchedOff(features.get(parent)))
      return `it requires ${parent}, whose value while it is switched off is another to GrowthBook`
  }
  return undefined
}

/** Switched off, a feature with values is false to rules of others here, and null to GrowthBook. */
const mayBeSwitchedOff = (feature: JsonObject | undefined): boolean =>
  feature !== undefined &&
  (feature['defaultValue'] === null || rulesIn(feature).some(({ force }) => force === null))

function parentsOf(feature: JsonObject): readonly string[] {
  return rulesIn(feature).flatMap(({ parentConditions }) =>
    isJsonList(parentConditions)
      ? parentConditions.flatMap((parent) =>
          isJsonObject(parent) && typeof parent['id'] === 'string' ? parent['id'] : [],
        )
      : [],
  )
}

const rulesIn = ({ rules }: JsonObject): readonly JsonObject[] =>
  isJsonList(rules) ? rules.filter(isJsonObject) : []

/** The groups and bandits that features name. */
function sharedBy(
  features: ReadonlyMap<string, JsonObject>,
  definitions: ReadonlyMap<string, Definition>,
): Pick<GrowthBookPayload, 'savedGroups' | 'contextualBandits'> {
  const savedGroups = new Map<string, JsonValue>()
  const bandits = new Map<string, JsonValue>()
  for (const [name, feature] of features) {
    const definition = definitions.get(name)
    const takeGroups = (asking: JsonValue): void => {
      for (const { id, isTyped } of groupsAsked(asking)) {
        const group = definition && own(definition.groups, id)
        if (group === undefined || (savedGroups.has(id) && !isTyped)) continue
        const isFirst = !savedGroups.has(id)
        savedGroups.set(id, isTyped ? group : listOf(group))
        if (isFirst && isJsonObject(group)) takeGroups(group)
      }
    }
    takeGroups(feature)
    for (const { contextualBanditRef: id } of rulesIn(feature)) {
      if (typeof id !== 'string') continue
      const bandit = own(definition?.bandits, id)
      if (bandit !== undefined) bandits.set(id, bandit)
    }
  }
  return {
    savedGroups: Object.fromEntries(savedGroups),
    contextualBandits: Object.fromEntries(bandits),
  }
}

/** A group as SDKs before 1.8 know one. */
const listOf = (group: JsonValue): JsonValue =>
  isJsonObject(group) && isJsonList(group['values']) ? group['values'] : group
