import { LiveflagError } from '../core/errors'

const MS = { d: 86_400_000, h: 3_600_000, m: 60_000 }
const AGO = /^(\d{1,6})([dhm])$/
const DATE = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/

/** A time of the command line, in milliseconds since 1970: `2026-11-01`, `2026-11-01T09:30Z`, or `14d`, `6h`, `30m` ago. Without a zone it is UTC. */
export function readTime(option: string, text: string, now: Date): number {
  const [, count, unit] = AGO.exec(text) ?? []
  if (count !== undefined) return now.getTime() - Number(count) * (unit === 'd' ? MS.d : unit === 'h' ? MS.h : MS.m)
  const zoned = /T.*(Z|[+-]\d\d:\d\d)$/.test(text) || !text.includes('T') ? text : `${text}Z`
  const at = DATE.test(text) ? Date.parse(zoned) : NaN
  if (Number.isNaN(at)) throw new LiveflagError('LIVEFLAG_BAD_OPTION', `${option} is ${JSON.stringify(text)}; write a day such as 2026-11-01, a time such as 2026-11-01T09:30Z, or how long ago, such as 14d`)
  return at
}
