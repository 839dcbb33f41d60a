import type { EntryChange } from '../../admin/edits/contract'
import type { JsonValue } from '../../../core/json'
import { isMapping } from './schema'

type Path = readonly (string | number)[]

const isList = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value)

const isSame = (from: JsonValue | undefined, to: JsonValue | undefined): boolean =>
  JSON.stringify(from) === JSON.stringify(to)

/** The smallest changes that make one value of an entry the other, so that comments stay. */
export function changesOf(
  feature: string,
  from: JsonValue | undefined,
  to: JsonValue,
  path: Path = [],
): readonly EntryChange[] {
  if (isSame(from, to)) return []
  const at = path.length === 0 ? {} : { path }
  if (isMapping(from) && isMapping(to)) {
    const gone = Object.keys(from).filter((key) => !(key in to))
    return [
      ...gone.map((key) => ({ kind: 'unset' as const, feature, path: [...path, key] })),
      ...Object.entries(to).flatMap(([key, value]) =>
        changesOf(feature, from[key], value, [...path, key]),
      ),
    ]
  }
  if (isList(from) && isList(to) && from.length === to.length && to.every(isMapping))
    return to.flatMap((value, index) => changesOf(feature, from[index], value, [...path, index]))
  return [{ kind: 'set', feature, ...at, value: to }]
}
