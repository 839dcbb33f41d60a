import { isJsonList, isJsonObject, type JsonObject, own } from '../core/json'
import type { Compat, Produced } from '../core/selector'
import { silentPlace, sizedVariants } from './variants'
import { weightedVariants } from './weighted'

/** The variants of an experiment, those of no share and r2's controls included, and their values. */
export function producedByExperiment(experiment: JsonObject, compat: Compat): Produced {
  const place = silentPlace(compat)
  const variants = own(experiment, 'variants')
  if (isJsonList(variants) && compat !== 'r2') {
    const weighted = weightedVariants(variants, place)
    return {
      variants: weighted.map(({ name }) => name),
      values: weighted.flatMap(({ value }) => (value === undefined ? [] : [value])),
    }
  }
  const sized = sizedVariants(isJsonObject(variants) ? variants : {}, place)
  return { variants: sized.map(({ name }) => name) }
}
