import { isJsonObject, type JsonObject, type JsonValue, own } from '../core/json'
import type { Compat } from '../core/selector'
import { selectors } from '../selectors'
import { defaultValue } from '../selectors/rules'
import type { FeatureProducts } from './typed-feature'

/** Asks each selector of an entry, or of a feature of a GrowthBook payload, what it produces. */
export function producedBy(
  value: JsonValue,
  { isPayload, compat }: { readonly isPayload: boolean; readonly compat: Compat },
): FeatureProducts {
  const written = isJsonObject(value) ? value : {}
  const entry = isPayload ? entryOfPayload(written) : written
  const all = selectors.flatMap(({ key, produces }) => {
    const found = own(entry, key)
    return found === undefined || !produces ? [] : [produces(found, { entry, compat })]
  })
  const declared = compat === 'r2' ? undefined : own(entry, defaultValue.key)
  return {
    variants: [...new Set(all.flatMap(({ variants = [] }) => variants))].sort(),
    values: all.flatMap(({ values = [] }) => values),
    ...(declared !== undefined && declared !== null && { declared }),
  }
}

/** A feature of a payload has values, also when it writes none. */
const entryOfPayload = (feature: JsonObject): JsonObject => ({
  default: own(feature, 'defaultValue') ?? null,
  rules: own(feature, 'rules') ?? [],
})
