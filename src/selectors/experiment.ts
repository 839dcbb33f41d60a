import { isJsonObject } from '../core/json'
import { truthy } from '../core/python'
import type { Selector } from '../core/selector'
import { compileExperiment } from '../experiments/experiment'
import { badType } from './values'

/** r2's experiment: its own selectors say who is eligible, the bucket says which variant. */
export const experiment: Selector = {
  key: 'experiment',
  stage: 'experiment',
  summary: 'An experiment with variants: its own selectors say who is eligible, a bucket says which variant.',
  schema: { $ref: '#/$defs/experiment' },
  compile(value, place) {
    if (place.compat === 'r2' && !truthy(value)) return undefined
    if (!isJsonObject(value)) return badType(place, value, 'a mapping with variants and the selectors of those eligible')
    return compileExperiment(value, place)
  },
}

