import { isJsonList, isJsonObject, type JsonObject, type JsonValue, own } from '../../core/json'
import { readEdits } from '../../experiments/ramp-edits'
import type { Document } from '../dialects/dialect'
import { PREFIX, type TextProblem } from '../text/entry'
import { readTopMapping } from './top-mapping'

export const RAMPS = 'ramps'

/** What a text says of the ramps of features: what became of their gates. */
export interface RampLogs {
  /** By the name of the feature; null of one that cannot be read. */
  readonly edits: ReadonlyMap<string, JsonValue | null>
  /** It has `ramps`, of which nothing can be read. */
  readonly isUnreadable: boolean
  readonly problems: readonly TextProblem[]
}

/** The key at the top under which `liveflag gates` writes. */
export const hasRamps = ({ dialect, entries }: Document): boolean =>
  dialect === 'liveflag' && entries.some(({ key }) => key === RAMPS)

/** Reads `ramps`: for each feature the list of edits of the ramp that is its traffic. */
export function readRamps(document: Document): RampLogs {
  const { members, isUnreadable, problems, wrong } = readTopMapping(
    document,
    RAMPS,
    'a mapping from features to their edits',
  )
  const edits = new Map<string, JsonValue | null>()
  for (const [name, log] of members) {
    const read = readEdits(log, (message) => wrong(`${name}: ${message}`, [name]))
    const feature = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name
    const isTwice = edits.has(feature)
    // What answers what is the order of one list, and two have none.
    if (isTwice)
      wrong(`${feature} and ${PREFIX}${feature} are one feature; join their edits in one list`, [
        name,
      ])
    edits.set(feature, read === undefined || isTwice ? null : log)
  }
  return { edits, isUnreadable, problems }
}

/** The ramp that an entry has in its traffic, as it is written; undefined when it has none. */
export function rampOfTraffic(value: JsonValue | undefined): JsonObject | undefined {
  const ramp = ['experiment', 'traffic', 'ramp'].reduce(within, value)
  return isJsonObject(ramp) ? ramp : undefined
}

/** Whether gates hold a ramp, or let it go on. */
export function hasGates(ramp: JsonObject): boolean {
  const gates = own(ramp, 'gates')
  return isJsonList(gates) && gates.length > 0
}

const within = (value: JsonValue | undefined, key: string): JsonValue | undefined =>
  isJsonObject(value) ? own(value, key) : undefined

/** The value of an entry with other edits in its ramp. */
export function withEdits(value: JsonValue, edits: JsonValue): JsonValue {
  const ramp = rampOfTraffic(value)
  const experiment = within(value, 'experiment')
  const traffic = within(experiment, 'traffic')
  if (!isJsonObject(value) || !isJsonObject(experiment) || !isJsonObject(traffic)) return value
  return {
    ...value,
    experiment: { ...experiment, traffic: { ...traffic, ramp: { ...ramp, edits } } },
  }
}
