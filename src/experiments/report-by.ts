import {
  isJsonList,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  kindOf,
  own,
} from '../core/json'
import type { EntryProblem, Schema } from '../core/selector'
import type { Path } from '../core/problem'

const KEY = 'report_by'

/** More would be looked through until one of them shows something by chance. */
const MOST = 10

/** Names that every database can look up, without quotes and escapes. */
const NAME = /^[\p{L}_][\p{L}\p{N}_.-]{0,63}$/u

export const REPORT_BY: Schema = {
  type: 'array',
  maxItems: MOST,
  items: { type: 'string', minLength: 1, maxLength: 64 },
  description:
    'Attributes by whose values its report shows the results as well: [country, device]. Only these are recorded with exposures and decisions.',
}

/** The attributes that an experiment or a rule declares; those that are no names are left out. */
export function reportByOf(written: JsonObject): readonly string[] {
  const value = own(written, KEY)
  const names = isJsonList(value) ? value.filter(isName) : []
  return [...new Set(names)].slice(0, MOST)
}

const isName = (name: JsonValue): name is string => typeof name === 'string' && NAME.test(name)

/** Those of all experiments of an entry. */
export function reportByIn(entry: JsonValue): readonly string[] {
  if (!isJsonObject(entry)) return []
  const [experiment, rules] = [own(entry, 'experiment'), own(entry, 'rules')]
  const all = [experiment, ...(isJsonList(rules) ? rules : [])].filter(isObject)
  return [...new Set(all.flatMap(reportByOf))]
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  value !== undefined && isJsonObject(value)

/** What is wrong with the declaration; the paths begin with its key. */
export function reportByProblems(written: JsonObject): readonly EntryProblem[] {
  const value = own(written, KEY)
  if (value === undefined) return []
  const bad = (path: Path, message: string): EntryProblem => ({ code: 'bad-type', path, message })
  if (!isJsonList(value))
    return [
      bad(
        [KEY],
        `report_by is ${kindOf(value)}; write a list of attributes, such as [country, device]`,
      ),
    ]
  const many =
    value.length > MOST
      ? [bad([KEY], `report_by has ${value.length} attributes; it may have ${MOST}`)]
      : []
  return [
    ...many,
    ...value.flatMap((name, i) =>
      isName(name)
        ? []
        : [
            bad(
              [KEY, i],
              `report_by has ${JSON.stringify(name)}; write the name of an attribute, of at most 64 letters, digits, dots, dashes and underscores`,
            ),
          ],
    ),
  ]
}
