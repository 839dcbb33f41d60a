import { claimOf } from '../core/decision'
import { NEXT_STAGE, type Selector } from '../core/selector'
import { badType } from './values'

const ON = claimOf({ enabled: true, reason: 'STATIC', selector: 'enabled' })
const OFF = claimOf({ enabled: false, reason: 'DISABLED', selector: 'enabled' })

/**
 * `on` is for everyone, `off` for nobody. r2's `off` ends only the selector check, so percentages
 * and the experiment go on. `true` and `false` have no meaning in r2. Here `false` is off, because
 * whoever writes it at 3 a.m. means that, and `true` is refused, because an entry that r2 opens to
 * admins alone must not open to everyone.
 */
export const enabled: Selector = {
  key: 'enabled',
  stage: 'who',
  summary: 'on lets everyone in; off stops everything, whatever else the entry says.',
  schema: { enum: ['on', 'off', false] },
  compile(value, place) {
    if (value === 'on') return ON
    if (place.compat === 'r2') return value === 'off' ? () => NEXT_STAGE : undefined
    return value === 'off' || value === false ? OFF : badType(place, value, 'on or off')
  },
  inWords: (value) => (value === 'on' ? 'everybody' : undefined),
  asRules(value, { compat, off }) {
    if (value === 'on') return [{}]
    if (compat !== 'r2') return [{ force: off }]
    return value === 'off' ? "r2's enabled: off leaves percentages and the experiment on" : []
  },
}
