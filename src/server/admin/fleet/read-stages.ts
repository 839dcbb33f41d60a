import { isJsonList, type JsonObject, type JsonValue, own } from '../../../core/json'
import { BadBody, objectAt, optionalNumber } from '../../protocols/json-body'
import type { StagesOfEdit } from '../edits/contract'

const LONGEST_STAGE_MS = 24 * 3600_000
const MOST_STAGES = 20

/** The stages of an edit; undefined: it is in force at once. Throws BadBody. */
export function readStages(body: JsonObject): StagesOfEdit | undefined {
  const stages = own(body, 'stages') ?? undefined
  if (stages === undefined) return undefined
  const object = objectAt(stages, 'stages')
  const eachMs = optionalNumber(object, 'eachMs', 'stages')
  if (eachMs !== undefined && !(eachMs >= 0 && eachMs <= LONGEST_STAGE_MS))
    throw new BadBody('stages.eachMs', 'stages.eachMs is not valid; send at most a day')
  const percentages = readPercentages(own(object, 'percentages') ?? null)
  return { percentages, ...(eachMs !== undefined && { eachMs }) }
}

function readPercentages(value: JsonValue): readonly number[] {
  const isGrowing = (one: JsonValue, i: number, all: readonly JsonValue[]): one is number =>
    typeof one === 'number' && one > Number(all[i - 1] ?? 0)
  if (isJsonList(value) && value.length <= MOST_STAGES && value.at(-1) === 100) {
    const numbers = value.filter(isGrowing)
    if (numbers.length === value.length) return numbers
  }
  throw new BadBody(
    'stages.percentages',
    'stages.percentages is not valid; send percentages that grow, the last one 100: [1, 10, 100]',
  )
}
