import type { Decision, DecisionError } from '../../core/decision'
import type { JsonValue } from '../../core/json'

export type OfrepMetadata = Readonly<Record<string, string | number | boolean>>

/** An evaluated flag. Without `value` the client uses the default in its code. */
export interface Success {
  readonly key: string
  readonly reason: string
  readonly value?: Exclude<JsonValue, null>
  readonly variant?: string
  readonly metadata?: OfrepMetadata
}

export interface Failure {
  readonly key: string
  readonly errorCode: DecisionError['code'] | 'INVALID_CONTEXT' | 'PROVIDER_NOT_READY'
  readonly errorDetails: string
}

export type Item = Success | Failure

/** Answers of one flag whose texts are remembered. */
const MOST_TEXTS = 16

/**
 * Decisions as JSON texts of items, of one content. One that visitors share, which is nearly every one
 * without an experiment, has its text made once. A flag has a handful of them: found quicker in a
 * list than in a WeakMap, which costs the garbage collector as well.
 */
export class ItemTexts {
  private readonly known = new Map<string, KnownTexts>()

  constructor(private readonly metadataOf: (flag: string) => OfrepMetadata | undefined) {}

  of(decision: Decision): string {
    const known = this.known.get(decision.feature)
    if (known !== undefined) for (const one of known) if (one.decision === decision) return one.text
    const text = JSON.stringify(itemOf(decision, this.metadataOf(decision.feature)))
    if (decision.assignment === undefined && decision.trail === undefined)
      this.remember(decision, text, known)
    return text
  }

  /** A name that is no flag is not remembered: there is no end of those. */
  private remember(decision: Decision, text: string, known: KnownTexts | undefined): void {
    if (decision.error?.code === 'FLAG_NOT_FOUND') return
    if (known === undefined) this.known.set(decision.feature, [{ decision, text }])
    else if (known.length < MOST_TEXTS) known.push({ decision, text })
  }
}

type KnownTexts = { readonly decision: Decision; readonly text: string }[]

/** Whether the caller is served a value, and not the default of its code. */
export const isServed = (decision: Decision): boolean =>
  decision.error === undefined && (valueOf(decision) ?? null) !== null

/**
 * A Decision as OFREP words it. A client says of which type it wants the flag and checks that itself,
 * so a feature without values is a boolean here, and its variant is a member of its own.
 */
function itemOf(decision: Decision, metadata: OfrepMetadata | undefined): Item {
  const { feature: key, error, forced, variant } = decision
  if (error) return { key, errorCode: error.code, errorDetails: detailsOf(key, error.code) }
  const reason = forced ? 'OVERRIDE' : decision.reason
  const value = valueOf(decision)
  return {
    key,
    reason,
    ...(value !== undefined && value !== null && { value }),
    ...(variant !== undefined && { variant }),
    ...(metadata && { metadata }),
  }
}

/** Undefined and null: whatever the code's default is. */
function valueOf({ value, rule, reason, enabled }: Decision): JsonValue | undefined {
  if (value !== undefined || rule !== undefined) return value
  return reason === 'DISABLED' ? undefined : enabled
}

const WHY: Readonly<Record<DecisionError['code'], (flag: string) => string>> = {
  FLAG_NOT_FOUND: (flag) => `flag ${flag} does not exist`,
  PARSE_ERROR: (flag) => `the definition of flag ${flag} was refused and has no last good version`,
  TARGETING_KEY_MISSING: (flag) => `flag ${flag} needs a targetingKey`,
  TYPE_MISMATCH: (flag) => `flag ${flag} has a value of another type`,
  GENERAL: (flag) => `flag ${flag} could not be evaluated`,
}

/**
 * The flag and the kind of problem: the engine's own messages may quote the live config, which a
 * caller from outside need not see.
 */
export const detailsOf = (key: string, code: DecisionError['code']): string =>
  WHY[code](JSON.stringify(key))
