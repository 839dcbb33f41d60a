import { isJsonList, isJsonObject, type JsonObject, own, truthy } from '../core/json'
import type { Match, Selector } from '../core/selector'
import { compileDraw, compileExperiment } from '../experiments/experiment'
import { hasLife } from '../experiments/life-keys'
import { producedByExperiment } from '../experiments/produced'
import { isRamp, rampInWords } from '../experiments/ramp'
import { sharesOfExperiment } from '../experiments/shares'
import { badType } from './values'
import { either, percentOf } from './words'

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
  inWords(value, place) {
    if (!isJsonObject(value) || !truthy(value)) return undefined
    const status = own(value, 'status') ?? (isStopped(value) ? 'stopped' : undefined)
    const whom = own(value, 'enabled') === 'on' ? 'everybody' : place.who(value)
    const among = hasLife(value) && whom === 'nobody' ? lifeWords(value) : whom
    const kind = typeof status === 'string' ? `${status} experiment` : 'experiment'
    return `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind} among ${among}: ${variantWords(value, place.entry)}`
  },
  asRules(value, { compat, off }) {
    if (!isJsonObject(value) || !truthy(value)) return []
    return isStopped(value) && compat !== 'r2' && !hasLife(value)
      ? [{ force: off }]
      : "its experiment draws by another hash than GrowthBook's; a rule with variations draws other visitors"
  },
  produces: (value, { entry, compat }) =>
    isJsonObject(value) && truthy(value) ? producedByExperiment(value, entry, compat) : {},
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

const isStopped = (experiment: JsonObject): boolean => {
  const enabled = own(experiment, 'enabled')
  return enabled === 'off' || enabled === false
}

/** Whom an experiment with a life takes that names nobody else. */
function lifeWords(experiment: JsonObject): string {
  const traffic = own(experiment, 'traffic')
  const targeting = own(experiment, 'targeting')
  const ramp = isRamp(traffic) ? rampInWords(traffic) : undefined
  const share =
    ramp !== undefined
      ? `${ramp} of `
      : typeof traffic === 'number' && traffic < 100
        ? `${traffic} % of `
        : ''
  const whom = typeof targeting === 'string' ? `visitors where ${targeting}` : 'all visitors'
  return share + whom
}

const MOST_VARIANTS = 4

/** `friendly 25 %, playful 25 %, and 2 more`: of r2's mapping what is written, of a list its shares. */
function variantWords(experiment: JsonObject, entry: JsonObject): string {
  const variants = own(experiment, 'variants')
  const shares = isJsonList(variants)
    ? sharesOfExperiment(experiment, entry, 'liveflag').map(
        ({ variant, share }) => `${variant} ${percentOf(share)}`,
      )
    : Object.entries(isJsonObject(variants) ? variants : {}).map(
        ([name, percent]) => `${name} ${JSON.stringify(percent)} %`,
      )
  const more = shares.length - MOST_VARIANTS
  const shown = more > 0 ? [...shares.slice(0, MOST_VARIANTS), `${more} more`] : shares
  return shown.length === 0 ? 'no variants' : either(shown, 'and')
}
