import { LiveflagError } from '../../core/errors'
import { isJsonList, isJsonObject, type JsonValue } from '../../core/json'
import { storable } from '../../core/storable-text'

/** As every database can hold it. */
export function storableText(value: string): string {
  return typeof value === 'string' ? storable(value) : refuse(value, 'a text')
}

export function storableTextOrNull(value: string | null): string | null {
  return value === null ? null : storableText(value)
}

/** Characters that databases cannot hold, as JSON writes them. A match in plain text does no harm. */
const ESCAPED = /\\u(?:0000|d[89a-f])/i

const isNumber = (value: unknown): boolean => typeof value === 'number'

/** The latest time that a date can have. */
const LATEST = 8.64e15

export const isStorableTime = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value <= LATEST

/** A time: milliseconds since 1970. */
export function storableTime(value: number): number {
  return isStorableTime(value)
    ? Math.trunc(value)
    : refuse(value, `a time, in milliseconds from 0 to ${LATEST},`)
}

/** A whole number, such as a bucket. Larger ones are not the same in every database. */
export function storableInteger(value: number): number {
  return isNumber(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER
    ? Math.trunc(value)
    : refuse(value, 'a whole number')
}

export function storableIntegerOrNull(value: number | null): number | null {
  return value === null ? null : storableInteger(value)
}

/** The square of a larger number is beyond what databases can add up. */
const LARGEST = 1e150

export function storableNumberOrNull(value: number | null): number | null {
  return value === null || (isNumber(value) && Math.abs(value) <= LARGEST)
    ? value
    : refuse(value, `a number up to ${LARGEST} or null`)
}

/** The text of a decision's value: empty for null. */
export function scalarText(value: JsonValue): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? jsonText(value) : storableText(String(value))
}

export function jsonText(value: JsonValue): string {
  const text = stringified(value)
  if (text === undefined) return refuse(value, 'a JSON value')
  return ESCAPED.test(text) ? JSON.stringify(cleaned(value)) : text
}

function stringified(value: JsonValue): string | undefined {
  try {
    return JSON.stringify(value)
  } catch (cause) {
    throw new LiveflagError(
      'LIVEFLAG_BAD_ROW',
      'a row has a value that JSON cannot represent; record plain data',
      { cause },
    )
  }
}

function cleaned(value: JsonValue): JsonValue {
  if (typeof value === 'string') return storableText(value)
  if (isJsonList(value)) return value.map(cleaned)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [storableText(key), cleaned(member)]),
  )
}

function refuse(value: unknown, wanted: string): never {
  throw new LiveflagError(
    'LIVEFLAG_BAD_ROW',
    `a row has ${typeof value === 'number' ? String(value) : `a ${typeof value}`} where ${wanted} belongs; correct the code that records it`,
  )
}
