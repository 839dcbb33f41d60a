import { isJsonList, isJsonObject, type JsonObject, type JsonValue, own } from '../core/json'
import type { Compat, Produced } from '../core/selector'
import { isStable } from './scheme'
import { stableSizes } from './stable-variants'
import { silentPlace, sizedVariants } from './variants'
import { weightedVariants } from './weighted'

/** The variants of an experiment, those of no share and r2's controls included, and their values. */
export function producedByExperiment(
  experiment: JsonObject,
  entry: JsonObject,
  compat: Compat,
): Produced {
  const place = silentPlace(compat)
  if (isStable(entry, compat)) return producedBy(stableSizes(own(experiment, 'variants'), place))
  const variants = own(experiment, 'variants')
  if (isJsonList(variants) && compat !== 'r2') {
    return producedBy(weightedVariants(variants, place))
  }
  const sized = sizedVariants(isJsonObject(variants) ? variants : {}, place)
  return { variants: sized.map(({ name }) => name) }
}

const producedBy = (
  variants: readonly { readonly name: string; readonly value: JsonValue | undefined }[],
): Produced => ({
  variants: variants.map(({ name }) => name),
  values: variants.flatMap(({ value }) => (value === undefined ? [] : [value])),
})
