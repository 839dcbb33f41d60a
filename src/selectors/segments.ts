import { ofAny } from '../conditions/operator'
import { attributePath } from '../conditions/paths'
import { conditionOf } from '../conditions/saved-groups'
import { claimOf } from '../core/decision'
import type { AttributeReader, SavedGroup } from '../core/definitions'
import {
  isJsonList,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  kindOf,
  own,
} from '../core/json'
import type { Place, Selector } from '../core/selector'
import { NAMES, readNames, textsIn } from './values'
import { either } from './words'

/**
 * Visitors by the named groups that the live config defines: its `segments`, and the `savedGroups`
 * of GrowthBook.
 */
export const segments: Selector = {
  key: 'segments',
  stage: 'who',
  summary: 'Visitors in one of these segments, which the live config defines at its top.',
  schema: NAMES,
  modifiers: {
    segments_by: {
      type: 'string',
      description:
        "The attribute that is looked up in a list. Default: the list's own, or id, the user's id.",
    },
  },
  compile(value, place) {
    // r2 has no such key.
    if (place.compat === 'r2') return void place.unknownKey('segments', place.path, [])
    const by = readAttribute(place)
    const names = readNames(value, place) ?? []
    const tests = names.flatMap((name, i): readonly Segment[] => {
      const isIn = compileSegment(name, i, by, place)
      return isIn ? [{ question: `segment ${name}`, isIn }] : []
    })
    if (tests.length === 0) return undefined
    const claim = claimOf({ enabled: true, reason: 'TARGETING_MATCH', selector: 'segments' })
    return (asker) => {
      const attributes: AttributeReader = (name) => asker.given(name)
      return tests.some(({ question, isIn }) => {
        const answer = isIn(attributes)
        asker.trace?.asked(question, answer)
        return answer
      })
        ? claim
        : undefined
    }
  },
  inWords(value, { compat }) {
    const names = textsIn(value)
    if (names.length === 0 || compat === 'r2') return undefined
    return names.length === 1 ? `the segment ${names[0]}` : `the segments ${either(names, 'and')}`
  },
  asRules(value, { entry, compat, group }) {
    if (compat === 'r2') return []
    const by = own(entry, 'segments_by')
    return textsIn(value).map((name) => ({
      condition: asCondition(group(name), typeof by === 'string' ? by : undefined),
    }))
  },
}

interface Segment {
  /** For explaining. */
  readonly question: string
  readonly isIn: NonNullable<SavedGroup['holds']>
}

/** Compiles one segment; reports and returns undefined when nobody can be in it. */
function compileSegment(
  name: string,
  index: number,
  by: string | undefined,
  place: Place,
): SavedGroup['holds'] {
  const group = place.shared.groups(name)
  if (group?.holds) return group.holds
  const path = [...place.path, index]
  if (!group) {
    place.report({
      code: 'unknown-key',
      path,
      message: `there is no segment ${name} in this text; define it under segments, at its top: the segments of another file or source are not seen here`,
    })
  } else if (!group.isMember) {
    place.report({
      code: 'bad-type',
      path,
      message: `segment ${name} ${group.problem ?? 'cannot be read'}`,
    })
  } else {
    const read = attributePath(by ?? group.attribute ?? 'id')
    const isMember = ofAny(alike(group.isMember))
    return (attributes) => isMember(read(attributes))
  }
  return undefined
}

/** A segment as a condition of GrowthBook, which lists each id as text and as number. */
function asCondition(segment: JsonValue | undefined, by: string | undefined): JsonObject {
  const condition = conditionOf(segment)
  if (condition) return condition
  const { values, attributeKey } = isJsonObject(segment) ? segment : {}
  const list = isJsonList(segment) ? segment : values
  const attribute = by ?? (typeof attributeKey === 'string' ? attributeKey : 'id')
  const ids = isJsonList(list) ? list.flatMap(bothForms) : []
  return { [attribute]: { $in: [...new Set(ids)] } }
}

function bothForms(id: JsonValue): readonly JsonValue[] {
  if (typeof id === 'number') return [id, String(id)]
  if (typeof id !== 'string' || id === '') return []
  const number = Number(id)
  return Number.isFinite(number) && String(number) === id ? [id, number] : [id]
}

/** Compares ids as text, so that 5 and "5" are equal; an empty id matches nothing. */
function alike(isMember: (value: unknown) => boolean): (value: unknown) => boolean {
  return (given) => {
    const value = typeof given === 'bigint' ? String(given) : given
    if (typeof value === 'number') return isMember(value) || isMember(String(value))
    if (typeof value !== 'string' || value === '') return false
    return isMember(value) || (String(Number(value)) === value && isMember(Number(value)))
  }
}

function readAttribute(place: Place): string | undefined {
  const value = own(place.entry, 'segments_by')
  if (value === undefined || (typeof value === 'string' && value !== '')) return value
  const path = [...place.path.slice(0, -1), 'segments_by']
  place.report({
    code: 'bad-type',
    path,
    message: `segments_by is ${kindOf(value)}; write the name of an attribute, such as company`,
  })
  return undefined
}
