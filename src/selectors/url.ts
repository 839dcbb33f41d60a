import type { Asker } from '../core/asker'
import { type Claim, claimOf } from '../core/decision'
import { walk } from '../core/feature'
import {
  isJsonList,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  own,
  truthy,
} from '../core/json'
import {
  type Match,
  NEXT_STAGE,
  type Place,
  type Schema,
  type Selector,
  type Step,
} from '../core/selector'
import { isEnabledVariant } from '../experiments/variants'
import { urlFeatureAmong } from './attributes'
import { roles } from './roles'
import { badType } from './values'
import { either } from './words'

const GATE_ROLES = roles.map(({ key }) => key)
const ROLE: Schema = { enum: GATE_ROLES }

/**
 * `?feature=name` in the URL. A text switches the feature on; a mapping forces the variant that it
 * has for the name. `url_for` is the gate: only visitors whom its selectors match can force
 * anything.
 */
export const url: Selector = {
  key: 'url',
  stage: 'who',
  summary:
    'Requests whose URL has ?feature= with this name; a mapping from names to variants forces a variant.',
  schema: {
    anyOf: [
      { type: 'string', minLength: 1 },
      { type: 'object', additionalProperties: { type: ['string', 'null'] } },
    ],
  },
  modifiers: {
    url_for: {
      description:
        'Who may force by URL: a role, a list of roles, or a mapping of selectors. Default: everyone.',
      anyOf: [ROLE, { type: 'array', items: ROLE, minItems: 1 }, { $ref: '#/$defs/who' }],
    },
  },
  compile(value, place) {
    return gated(isJsonObject(value) ? byMapping(value, place) : byName(value, place), place)
  },
  inWords(value, { entry, who }) {
    const names = forcedBy(value).map(({ name }) => name)
    if (names.length === 0) return undefined
    const gate = own(entry, 'url_for')
    const whom = gate === undefined ? 'whoever adds' : `${who(rolesIn(gate))} who add`
    return `${whom} ?feature=${either(names)} to the address`
  },
  asRules(value, { entry, compat, forcesByUrl, who }) {
    if (!forcesByUrl) return []
    if (compat === 'r2') return "r2's url may name a variant and switch nothing on"
    const forced = forcedBy(value)
    const isOn = forced[0]?.isOn ?? true
    if (forced.some((one) => one.isOn !== isOn))
      return 'its url switches it on by one name and off by another, and the first in the URL counts'
    const names = urlFeatureAmong(forced.map(({ name }) => name))
    const gate = own(entry, 'url_for')
    const allowed = gate === undefined ? [{}] : who(rolesIn(gate))
    if (typeof allowed === 'string') return allowed
    return allowed.map((condition) => ({ condition: { $and: [names, condition] }, force: isOn }))
  },
  produces: (value) => ({
    variants: isJsonObject(value)
      ? Object.values(value).filter((variant) => typeof variant === 'string')
      : [],
  }),
  // A mapping also names the variant when an earlier selector, such as `enabled: on`, has claimed
  // the visitor; in r2 also controls and null (docs/spec/r2.md, section 11).
  naming(value, place) {
    if (!isJsonObject(value)) return undefined
    // Their problems are reported when the step is compiled.
    const silent = place.silent()
    const claims = readVariants(value, silent)
    const match = gated((asker) => firstNamed(claims, asker), silent)
    return match && { match }
  },
}

/** The names that force something, and whether the feature is then on. */
const forcedBy = (
  value: JsonValue,
): readonly { readonly name: string; readonly isOn: boolean }[] =>
  isJsonObject(value)
    ? Object.entries(value).map(([name, variant]) => ({
        name,
        isOn: typeof variant === 'string' && isEnabledVariant(variant),
      }))
    : typeof value === 'string'
      ? [{ name: value, isOn: true }]
      : []

function gated(match: Match | undefined, place: Place): Match | undefined {
  const value = own(place.entry, 'url_for')
  if (value === undefined) return match
  // A problem of the gate is reported even when `url` itself is refused.
  const gate = compileGate(value, place)
  return (
    match &&
    ((asker) =>
      asker.urlFeatures().length > 0 && walk(gate, asker)?.enabled === true
        ? match(asker)
        : undefined)
  )
}

function byName(value: JsonValue, place: Place): Match | undefined {
  if (place.compat === 'r2' && (!truthy(value) || typeof value === 'number' || value === true))
    return undefined
  if (typeof value !== 'string' || value === '') {
    return badType(
      place,
      value,
      'the name that ?feature= must have, or a mapping from such names to variants',
    )
  }
  const claim = claimOf({ enabled: true, reason: 'TARGETING_MATCH', selector: 'url', forced: true })
  return (asker) => (asker.urlFeatures().includes(value) ? claim : undefined)
}

function byMapping(mapping: JsonObject, place: Place): Match | undefined {
  const claims = readVariants(mapping, place)
  if (claims.size === 0) return undefined
  const r2 = place.compat === 'r2'
  return (asker) => {
    const claim = firstNamed(claims, asker)
    // In r2 a control or null ends the selector check; here a forced variant is the whole answer.
    return claim && r2 && !claim.enabled ? NEXT_STAGE : claim
  }
}

function readVariants(mapping: JsonObject, place: Place): ReadonlyMap<string, Claim> {
  const claims = new Map<string, Claim>()
  for (const [name, variant] of Object.entries(mapping)) {
    if (typeof variant !== 'string' && variant !== null) {
      const path = [...place.path, name]
      place.report({
        code: 'bad-type',
        path,
        message: `url has no variant's name for ${JSON.stringify(name)}; write text, or null to force nobody in`,
      })
      continue
    }
    const enabled = isEnabledVariant(variant)
    claims.set(
      name,
      claimOf({
        enabled,
        variant: variant ?? undefined,
        reason: 'TARGETING_MATCH',
        selector: 'url',
        forced: true,
      }),
    )
  }
  return claims
}

function firstNamed(claims: ReadonlyMap<string, Claim>, asker: Asker): Claim | undefined {
  for (const name of asker.urlFeatures()) {
    const claim = claims.get(name)
    if (claim) return claim
  }
  return undefined
}

function compileGate(value: JsonValue, place: Place): readonly Step[] {
  const path = [...place.path.slice(0, -1), 'url_for']
  const named = isJsonList(value) ? value : [value]
  const unknown = named.find((role) => !isRole(role))
  if (isJsonObject(value) || (unknown === undefined && named.length > 0))
    return place.who(rolesIn(value), path, [])
  const message = `url_for is ${JSON.stringify(unknown ?? value)}; write one of ${GATE_ROLES.join(', ')}, a list of them, or a mapping of selectors`
  place.report({ code: 'bad-type', path, message })
  return []
}

const isRole = (role: JsonValue): role is string =>
  typeof role === 'string' && GATE_ROLES.includes(role)

/** The gate as a mapping of selectors. */
function rolesIn(gate: JsonValue): JsonObject {
  if (isJsonObject(gate)) return gate
  const named = isJsonList(gate) ? gate : [gate]
  return Object.fromEntries(named.filter(isRole).map((role): [string, boolean] => [role, true]))
}
