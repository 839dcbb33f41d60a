import type { Claim } from '../core/decision'
import type { JsonValue } from '../core/json'
import { type Compat, NEXT_STAGE, type Selector } from '../core/selector'
import { badType } from './values'

const ON: Claim = { enabled: true, reason: 'STATIC', selector: 'enabled' }
const OFF: Claim = { enabled: false, reason: 'DISABLED', selector: 'enabled' }

/**
 * `on` lets everyone in, `off` stops everything. r2's `off` ends only the selector check, so that percentages and the
 * experiment go on; and r2 reads nothing but the two words, so that `true` and `false` say nothing there.
 */
export const enabled: Selector = {
  key: 'enabled',
  stage: 'who',
  summary: 'on lets everyone in; off stops everything, whatever else the entry says.',
  schema: { enum: ['on', 'off', true, false] },
  compile(value, place) {
    const claim = constantOf(value, place.compat)
    if (claim) return () => claim
    if (place.compat === 'r2') return value === 'off' ? () => NEXT_STAGE : undefined
    return badType(place, value, 'on or off')
  },
}

/** The answer that everybody gets when `enabled` says so by itself. */
export function constantOf(value: JsonValue | undefined, compat: Compat): Claim | undefined {
  if (value === 'on') return ON
  if (compat === 'r2') return undefined
  if (value === true) return ON
  return value === 'off' || value === false ? OFF : undefined
}
