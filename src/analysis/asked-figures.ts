import { LiveflagError } from '../core/errors'
import { timeOf } from '../core/time'
import { readDuration } from '../experiments/duration'

/**
 * `5%` or `0.05`.
 *
 * @param name of the option or the parameter, for the message
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION
 */
export function shareOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const [, figure = '', sign] = /^(.*?)\s*(%?)$/.exec(text.trim()) ?? []
  const value = numberOf(name, figure) ?? NaN
  if (sign !== '%' && Math.abs(value) >= 1)
    throw bad(`${name} is ${text}; write a part such as 0.05, or a percentage such as 5%`)
  return sign === '%' ? value / 100 : value
}

/**
 * `400000`, `400,000` or `400_000`.
 *
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION
 */
export function numberOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text.replaceAll(/[,_](?=\d{3}(\D|$))/g, ''))
  if (text.trim() === '' || !Number.isFinite(value))
    throw bad(`${name} is ${JSON.stringify(text)}; write a number`)
  return value
}

/**
 * `50,25,25`: the control first.
 *
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION
 */
export const sharesOf = (name: string, text: string | undefined): readonly number[] | undefined =>
  text?.split(',').map((part) => numberOf(name, part.replace('%', '')) ?? 0)

/**
 * A time in milliseconds since 1970: `2026-11-01`, `2026-11-01T09:30Z`, or `14d`, `6h`, `30m` ago.
 * Without a zone it is UTC.
 *
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION
 */
export function momentOf(name: string, text: string, now: number): number {
  const ago = readDuration(text)
  if (ago !== undefined) return now - ago
  const zoned = /T.*(Z|[+-]\d\d:\d\d)$/.test(text) || !text.includes('T') ? text : `${text}Z`
  const at = timeOf(zoned)
  if (Number.isNaN(at))
    throw bad(
      `${name} is ${JSON.stringify(text)}; write a day such as 2026-11-01, a time such as 2026-11-01T09:30Z, or how long ago, such as 14d`,
    )
  return at
}

/**
 * `7d`, `12h` or `30m`, in milliseconds.
 *
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION
 */
export function lengthOf(name: string, text: string | undefined): number | undefined {
  const ms = readDuration(text)
  if (text === undefined || (ms !== undefined && ms > 0)) return ms
  throw bad(`${name} is ${JSON.stringify(text)}; write a length of time such as 7d, 12h or 30m`)
}

const bad = (message: string): LiveflagError => new LiveflagError('LIVEFLAG_BAD_OPTION', message)
