const TIME =
  /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:Z|[+-](\d{2}):(\d{2})))?$/

/**
 * Milliseconds since 1970 of an ISO 8601 time with its zone, or of a date, which is its beginning
 * in UTC. NaN for what does not exist: JavaScript takes 30 February for a day in March, and 24:00
 * for the next day.
 */
export function timeOf(text: string): number {
  const [, year = 0, month = 0, day = 0, ...clock] = TIME.exec(text)?.map(Number) ?? [NaN]
  const [hour = 0, minute = 0, second = 0, zoneHour = 0, zoneMinute = 0] = clock.map((n) => n || 0)
  const isClock = hour < 24 && minute < 60 && second < 60 && zoneHour < 24 && zoneMinute < 60
  return isClock && day >= 1 && day <= daysIn(year, month) ? Date.parse(text) : NaN
}

/** A day, in milliseconds. */
export const DAY_MS = 86_400_000

/** When the day of a time begins, in UTC; both in milliseconds since 1970. */
export const dayOf = (at: number): number => at - (at % DAY_MS)

/** From when on an `expires` is past: a date lasts to its end. NaN for what is no time. */
export const pastFrom = (expires: string): number =>
  timeOf(expires) + (expires.length === 10 ? DAY_MS : 0)

/** 0 for a month that does not exist. */
function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month] ?? 0
}
