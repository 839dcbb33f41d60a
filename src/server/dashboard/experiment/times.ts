export const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
export const DAY_MS = 86_400_000

/** `7 days`, `12 hours`, `90 minutes`. */
export function windowText(ms: number): string {
  const [unit, words] =
    ms % DAY_MS === 0
      ? [DAY_MS, 'day']
      : ms % HOUR_MS === 0
        ? [HOUR_MS, 'hour']
        : [MINUTE_MS, 'minute']
  const amount = ms / unit
  return `${amount} ${words}${amount === 1 ? '' : 's'}`
}

/** `2026-11-08`, of UTC. */
export const dayText = (at: number): string => new Date(at).toISOString().slice(0, 10)

/** `2026-11-08 14:30 UTC`, or the day where that says all. */
export const momentText = (at: number): string =>
  at % DAY_MS === 0
    ? dayText(at)
    : `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
