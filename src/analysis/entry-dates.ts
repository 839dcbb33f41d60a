import { isJsonObject, type JsonValue, own } from '../core/json'
import { timeOf } from '../core/time'
import { rampsIn } from '../experiments/ramp'

/**
 * When the answers of entries change by themselves, in order: when experiments start and end, and
 * the turns of ramps. Conditions see no clock: a date in one is compared with an attribute.
 */
export const datesIn = (values: readonly JsonValue[]): readonly number[] => {
  const dates = values.flatMap((value) => {
    const experiment = isJsonObject(value) ? own(value, 'experiment') : undefined
    if (!isJsonObject(experiment)) return turnsOf(value)
    const dates = [own(experiment, 'start'), own(experiment, 'end')].flatMap((date) =>
      typeof date === 'string' ? [timeOf(date)] : [],
    )
    return [...dates, ...turnsOf(value)]
  })
  return [...new Set(dates)].filter((date) => !Number.isNaN(date)).sort((a, b) => a - b)
}

/** The instant before a ramp starts, when nobody is in, and its turns. */
const turnsOf = (value: JsonValue): readonly number[] =>
  rampsIn(value).flatMap(({ ramp: { turns } }) => [(turns[0] ?? 0) - 1, ...turns])
