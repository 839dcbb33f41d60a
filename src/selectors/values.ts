import { POINTS } from '../core/bucketing'
import { notAsItLooks } from '../core/hidden-characters'
import {
  isJsonList,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  kindOf,
  truthy,
} from '../core/json'
import type { Place, Schema } from '../core/selector'
import { isRamp, RAMP, readRamp } from '../experiments/ramp'

export const NAMES: Schema = { type: 'array', items: { type: 'string' } }
export const PERCENT: Schema = { anyOf: [{ type: 'number', minimum: 0, maximum: 100 }, RAMP] }

const keyOf = (place: Place): string => String(place.path.at(-1))

/** Reports that a value has the wrong type and says what to write instead. */
export function badType(place: Place, value: JsonValue | undefined, write: string): undefined {
  place.report({
    code: 'bad-type',
    message: `${keyOf(place)} is ${describe(value)}; write ${write}`,
  })
  return undefined
}

function describe(value: JsonValue | undefined): string {
  return typeof value === 'object' || value === undefined
    ? kindOf(value)
    : `${kindOf(value)} (${JSON.stringify(value)})`
}

/** True or false; r2 takes Python's truth of anything. */
export function readFlag(value: JsonValue, place: Place): boolean {
  if (place.compat === 'r2') return truthy(value)
  if (typeof value === 'boolean') return value
  badType(place, value, 'true or false, without quotes')
  return false
}

const toPoints = (percent: number): number => Math.round((percent / 100) * POINTS)
const isFineEnough = (percent: number): boolean => toPoints(percent) / (POINTS / 100) === percent

/**
 * A list of texts. How r2 reads other types (a text as the list of its letters) is refused in both
 * modes.
 */
export function readNames(value: JsonValue, place: Place): readonly string[] | undefined {
  if (!isJsonList(value))
    return badType(place, value, `a list of names, such as [${example(value)}]`)
  if (value.every((name) => typeof name === 'string')) {
    warnOfHidden(value, place)
    return value
  }
  const odd = value.findIndex((name) => typeof name !== 'string')
  place.report({
    code: 'bad-type',
    message: `${keyOf(place)} has ${describe(value[odd])} at position ${odd + 1}; every name must be text, in quotes if need be`,
    path: [...place.path, odd],
  })
  return undefined
}

/** Warns of names with a character that is not what it looks like. */
function warnOfHidden(names: readonly string[], place: Place): void {
  names.forEach((name, i) => {
    const message = notAsItLooks(name)
    const path = [...place.path, i]
    if (message) place.report({ code: 'hidden-character', severity: 'warning', message, path })
  })
}

/** The texts of a list that has been read before. */
export const textsIn = (value: JsonValue): readonly string[] =>
  isJsonList(value) ? value.filter((name) => typeof name === 'string') : []

const example = (value: JsonValue): string =>
  typeof value === 'string' && value !== '' ? value.split(/[\s,]+/).join(', ') : 'gary, spez'

/** A percentage as points: a number, or a function of the time for a ramp. */
export type Limit = number | ((now: number) => number)

/**
 * A percentage as points, or unchanged for r2; undefined when it includes nobody or was refused.
 */
export function readPercent(value: JsonValue, place: Place): Limit | undefined {
  if (place.compat === 'r2') return readR2Percent(value, place)
  if (isRamp(value)) {
    const ramp = readRamp(value, place)
    return ramp && ((now) => toPoints(ramp.percentAt(now)))
  }
  if (typeof value !== 'number')
    return badType(place, value, 'a number from 0 to 100, without quotes or a % sign')
  const points = toPoints(value)
  if (!(value >= 0 && value <= 100)) {
    place.report({
      code: 'out-of-range',
      message: `${keyOf(place)} is ${value}; a percentage is from 0 to 100`,
    })
  } else if (!isFineEnough(value)) {
    place.report({
      code: 'out-of-range',
      message: `${keyOf(place)} is ${value}; the finest step is 0.0001 percent`,
    })
  } else if (points > 0) return points
  return undefined
}

function readR2Percent(value: JsonValue, place: Place): number | undefined {
  if (!truthy(value)) return undefined
  if (value === true) return 1
  if (typeof value !== 'number') return badType(place, value, 'a number from 0 to 100')
  if (value < 0 || value > 100) {
    const message = `${keyOf(place)} is ${value}; a percentage is from 0 to 100, r2 takes this as ${value < 0 ? 0 : 100}`
    place.report({ code: 'out-of-range', severity: 'warning', message })
  }
  return value
}

/** A mapping; reports and returns undefined when the value is something else. */
export function readMapping(value: JsonValue, place: Place, write: string): JsonObject | undefined {
  return isJsonObject(value) ? value : badType(place, value, write)
}
