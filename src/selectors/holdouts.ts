import { claimOf } from '../core/decision'
import { isJsonList, isJsonObject, type JsonValue, own } from '../core/json'
import type { Match, Place, Selector } from '../core/selector'
import { compileHoldout, holdoutsIn, pointsOfHoldout } from '../experiments/holdout'
import { idOf } from '../experiments/life'
import { userUnit } from '../experiments/unit'
import { badType } from './values'

const NEVER: Match = () => undefined
const KEY = 'holdouts'

/**
 * Keeps the people of holdouts out, before anything else in the entry. An entry names holdouts; when
 * it comes into force, each has its percentage from `holdouts` at the top.
 */
export const holdouts: Selector = {
  key: KEY,
  stage: 'holdout',
  summary:
    'Names of holdouts whose people get the default, whatever else the entry says. An experiment of their domains need not name them.',
  schema: { type: 'array', items: { type: 'string', minLength: 1 } },
  compile(value, place) {
    if (place.compat === 'r2') {
      const message = 'compat: r2 has no holdouts, so nobody is held out; remove it'
      place.report({ code: 'unknown-key', severity: 'warning', at: 'key', message })
      return undefined
    }
    if (isJsonList(value) && value.every(isName)) return NEVER
    if (!isJsonObject(value) || !Object.values(value).every(isPercent))
      return badType(place, value, 'a list of names, such as [checkout_2027]')
    return isSwitchedOff(place) ? undefined : compileAll(place)
  },
  inWords: () => undefined,
  asRules: () => "a holdout draws by the stable scheme's hash, which GrowthBook does not have",
}

const isName = (name: JsonValue): boolean => typeof name === 'string' && name !== ''
const isPercent = (percent: JsonValue): boolean => pointsOfHoldout(percent) !== undefined

/** Nobody has it then, so there is nothing to be kept out of. */
const isSwitchedOff = ({ entry }: Place): boolean => {
  const enabled = own(entry, 'enabled')
  return enabled === 'off' || enabled === false
}

/** Whoever is not held out is recorded as such, and goes on to the rest of the entry. */
function compileAll(place: Place): Match {
  const source = userUnit(place.loggedOutExperiments)
  const all = holdoutsIn(place.entry).map(([name, percent]) =>
    compileHoldout(name, pointsOfHoldout(percent) ?? 0, source, place),
  )
  const value = own(place.entry, 'default')
  const experiment = own(place.entry, 'experiment')
  const id = isJsonObject(experiment) ? own(experiment, 'experiment_id') : undefined
  const kept = {
    enabled: Boolean(value),
    value,
    reason: 'SPLIT',
    selector: KEY,
    participation: { experiment: idOf(id, place.feature), outcome: 'held_out' },
  } as const
  return (asker) => {
    // Who is held out by the first is in or out of the others all the same, and counts there.
    const drawn = all.flatMap((holdout) => holdout(asker) ?? [])
    const by = drawn.find(({ isHeld }) => isHeld)
    for (const one of drawn)
      if (one !== by) asker.trailLog().addAssigned({ assignment: one.assignment })
    return by && claimOf({ ...kept, assignment: by.assignment })
  }
}
