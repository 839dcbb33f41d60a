import { isJsonList, type JsonValue, type JsonObject, own } from '../core/json'
import { memberOf, type Test } from './membership'

/** Whether a value is in the named group; undefined when there is no such group, null when it is none that can be read. */
export type SavedGroups = (id: string) => Test | null | undefined

/** The groups of one payload. Each is made ready when a condition first names it, however many name it then. */
export function prepareSavedGroups(groups: JsonObject = {}): SavedGroups {
  const prepared = new Map<string, Test | null | undefined>()
  return (id) => {
    if (!prepared.has(id)) prepared.set(id, prepare(own(groups, id)))
    return prepared.get(id)
  }
}

function prepare(group: JsonValue | undefined): Test | null | undefined {
  if (group === undefined) return undefined
  return isJsonList(group) ? memberOf(group) : null
}
