import { isJsonObject, type JsonObject } from '../core/json'
import type { Format } from '../core/source'
import { readDocument } from './dialects/dialects'
import { PREFIX } from './text/entry'
import { atOnce } from './text/time-slice'

/** The mapping of one feature in a live config. */
export interface FeatureMapping {
  readonly feature: string
  readonly mapping: JsonObject
}

/** The features of a text that are mappings, in the order of the text, good or not. */
export function featureMappings(text: string, format: Format): readonly FeatureMapping[] {
  return [...atOnce(readDocument({ text, format })).features()].flatMap(({ key, value, json }) => {
    const mapping = json?.kind === 'mapping' ? json.value : value
    return isJsonObject(mapping) ? [{ feature: key.slice(PREFIX.length), mapping }] : []
  })
}
