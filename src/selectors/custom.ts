import type { CustomSelector, SelectorClaim } from '../core/custom-selector'
import { type Claim, claimOf } from '../core/decision'
import { LiveflagError, messageOf, shown } from '../core/errors'
import { isThenable } from '../core/guarded'
import { isMetadata } from '../core/metadata'
import { badOption, isFunction, isObject, isText } from '../core/options'
import type { Match, Place, Selector, Stage } from '../core/selector'
import { EXPERIMENT_KEYS } from '../experiments/experiment'
import { LIFE_KEYS } from '../experiments/life-keys'

const CUSTOM_STAGES: readonly CustomSelector['stage'][] = ['who', 'share', 'experiment', 'rules']
const STAGES: readonly Stage[] = ['holdout', ...CUSTOM_STAGES]

/**
 * Adds the selectors of the application after the built-in ones of their stage. When one throws,
 * that is reported to whoever asked and it matches nobody. Throws LIVEFLAG_BAD_OPTION when an object is not a
 * selector or its key is taken; `call` begins the message.
 */
export function withCustom(
  builtIn: readonly Selector[],
  given: unknown,
  call: string,
): readonly Selector[] {
  const custom = checkSelectors(builtIn, given, call).map(guard)
  return custom.length === 0
    ? builtIn
    : STAGES.flatMap((stage) => [...builtIn, ...custom].filter((one) => one.stage === stage))
}

function checkSelectors(
  builtIn: readonly Selector[],
  given: unknown,
  call: string,
): readonly CustomSelector[] {
  if (!Array.isArray(given)) throw badOption(call, 'selectors', given, 'a list of selectors')
  const taken = new Set([
    ...builtIn.flatMap(keysOf),
    ...Object.keys(EXPERIMENT_KEYS),
    ...Object.keys(LIFE_KEYS),
  ])
  return given.map((selector: unknown, i) => {
    const name = `selectors[${i}]`
    if (!isSelector(selector, call, name)) throw badOption(call, name, selector, 'a selector')
    for (const key of keysOf(selector)) {
      if (taken.has(key) || isMetadata(key))
        throw new LiveflagError(
          'LIVEFLAG_BAD_OPTION',
          `${call}: ${name} has the key ${JSON.stringify(key)}, which is taken; give another key`,
        )
      taken.add(key)
    }
    return selector
  })
}

const keysOf = ({
  key,
  modifiers = {},
}: Pick<Selector, 'key' | 'modifiers'>): readonly string[] => [key, ...Object.keys(modifiers)]

/** Checks each member; throws for the first that is missing or has the wrong type. */
function isSelector(selector: unknown, call: string, name: string): selector is CustomSelector {
  if (!isObject(selector)) return false
  for (const [member, { fits, wanted }] of Object.entries(MEMBERS)) {
    const value: unknown = Reflect.get(selector, member)
    if (!fits(value)) throw badOption(call, `${name}.${member}`, value, wanted)
  }
  return true
}

const isMapping = (value: unknown): boolean => isObject(value) && !Array.isArray(value)

const MEMBERS = {
  key: {
    fits: (value: unknown) => isText(value) && /^[A-Za-z][\w-]*$/.test(value),
    wanted: 'the key that entries write, of letters, digits, _ and -',
  },
  stage: {
    fits: (value: unknown) => CUSTOM_STAGES.some((stage) => stage === value),
    wanted: CUSTOM_STAGES.join(', '),
  },
  summary: {
    fits: (value: unknown) => isText(value) && value !== '',
    wanted: 'one sentence for editors',
  },
  schema: { fits: isMapping, wanted: 'a JSON schema of the value; {} takes anything' },
  modifiers: {
    fits: (value: unknown) =>
      value === undefined || (isObject(value) && Object.values(value).every(isMapping)),
    wanted: 'an object of keys with their JSON schemas',
  },
  compile: { fits: isFunction, wanted: 'a function of the value and its place' },
}

/** Wraps a selector so that it never throws and returns only valid claims. */
function guard(custom: CustomSelector): Selector {
  const { key, stage, summary, schema, modifiers } = custom
  return {
    key,
    stage,
    summary,
    schema,
    ...(modifiers && { modifiers }),
    compile(value, place) {
      try {
        const compiled = custom.compile(value, place)
        if (compiled === undefined) return undefined
        const claims = new Claims(key)
        if (typeof compiled === 'function') return guardMatch(compiled, claims, place)
        return claims.of(compiled) ?? refuse(place, `compiled to ${shown(compiled)}`)
      } catch (error) {
        return refuse(place, `threw: ${messageOf(error)}`)
      }
    },
  }
}

function refuse(place: Place, what: string): undefined {
  const key = String(place.path.at(-1))
  const message = `the selector ${key} ${what}; let it report what is wrong with the value, and return a function, a claim or undefined`
  place.report({ code: 'selector-threw', message })
  return undefined
}

function guardMatch(
  match: (visitor: Parameters<Match>[0]) => unknown,
  claims: Claims,
  { feature, path }: Place,
): Match {
  const key = String(path.at(-1))
  return (asker) => {
    try {
      const answer = match(asker)
      if (answer === undefined || answer === false) return undefined
      const claim = claims.of(answer)
      if (claim) return claim
      if (isThenable(answer)) answer.then(undefined, () => undefined)
      asker.options.onSelectorFailed?.(
        feature,
        key,
        `gave ${shown(answer)}, which is no claim, so it matches nobody; return true, a claim or undefined`,
      )
    } catch (error) {
      asker.options.onSelectorFailed?.(
        feature,
        key,
        `threw: ${messageOf(error)}, so it matches nobody; it must not throw`,
      )
    }
    return undefined
  }
}

/**
 * Turns the answers of one selector into claims; equal answers share one claim, so a repeated
 * question costs no memory.
 */
class Claims {
  private last: Claim | undefined
  private readonly known = new WeakMap<object, Claim>()
  private readonly plain: Claim

  constructor(private readonly selector: string) {
    this.plain = claimOf({ enabled: true, reason: 'TARGETING_MATCH', selector })
  }

  /** Returns undefined for an answer that is no valid claim. */
  of(answer: unknown): Claim | undefined {
    if (answer === true) return this.plain
    if (!isObject(answer) || Array.isArray(answer) || isThenable(answer)) return undefined
    const known = this.known.get(answer)
    if (known) return known
    const {
      enabled = true,
      variant,
      value,
      reason = 'TARGETING_MATCH',
    } = answer as Exclude<SelectorClaim, true>
    const { last } = this
    const isRepeated =
      last !== undefined &&
      last.enabled === enabled &&
      last.variant === variant &&
      last.value === value &&
      last.reason === reason
    const claim = isRepeated
      ? last
      : claimOf({ enabled, variant, value, reason, selector: this.selector })
    this.last = claim
    this.known.set(answer, claim)
    return claim
  }
}
