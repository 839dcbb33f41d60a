import { badOption } from '../core/options'
import { readDuration } from '../experiments/duration'

/**
 * `500ms`, `30s`, `5m`, `2h` or `1d`, in milliseconds.
 *
 * @param call the command, for the message
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION
 */
export function waitOf(call: string, option: string, text: string): number {
  const [, count, unit] = /^(\d{1,6})(m?s)$/.exec(text) ?? []
  const ms = count === undefined ? readDuration(text) : Number(count) * (unit === 's' ? 1000 : 1)
  if (ms === undefined) throw badOption(call, option, text, 'a time: 30s, 5m or 2h')
  return ms
}
