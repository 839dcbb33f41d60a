import { isJsonObject, own, truthy } from '../core/json'
import type { Match, Selector } from '../core/selector'
import { compileDraw, compileExperiment } from '../experiments/experiment'
import { hasLife } from '../experiments/life-keys'
import { badType } from './values'

const NEVER: Match = () => undefined

/** r2's experiment: its own selectors say who is eligible, the bucket says which variant. */
export const experiment: Selector = {
  key: 'experiment',
  stage: 'experiment',
  summary:
    'An experiment with variants: its own selectors say who is eligible, a bucket says which variant.',
  schema: { $ref: '#/$defs/experiment' },
  compile(value, place) {
    if (place.compat === 'r2' && !truthy(value)) return undefined
    if (!isJsonObject(value))
      return badType(place, value, 'a mapping with variants and the selectors of those eligible')
    return compileExperiment(value, place)
  },
  asRules(value, { compat, off }) {
    if (!isJsonObject(value) || !truthy(value)) return []
    const enabled = own(value, 'enabled')
    const isStopped = enabled === 'off' || enabled === false
    return isStopped && compat !== 'r2' && !hasLife(value)
      ? [{ force: off }]
      : "its experiment draws by another hash than GrowthBook's; a rule with variations draws other visitors"
  },
  // In r2 the bucket names the variant of any visitor, eligible or not (docs/spec/r2.md, section
  // 11); here only of eligible visitors.
  naming(value, place, match) {
    if (!isJsonObject(value) || !truthy(value)) return undefined
    const r2 = place.compat === 'r2'
    const id = own(value, 'experiment_id')
    return {
      // The claims of an experiment with a life have values of their own, so it names no variant
      // for other selectors.
      match: r2 ? compileDraw(value, place.silent()) : hasLife(value) ? NEVER : match,
      listed: r2 && !truthy(own(value, 'page')),
      ...(id !== undefined && id !== null && { experimentId: id }),
    }
  },
}
