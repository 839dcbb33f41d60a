import { LiveflagError, shown } from '../core/errors'
import { didYouMean } from '../core/suggest'
import type { Snapshot } from '../live-config/snapshot'
import type { Reporter } from './reporter'

/** A name that the code asks for and the live config does not have. */
export interface UnknownFeature {
  readonly name: string
  /** The feature that was probably meant; undefined when none is near. */
  readonly meant: string | undefined
  /** What is wrong and what to do, in a sentence. */
  readonly message: string
}

/**
 * What becomes of a question about a feature that is not there: nothing, a problem, an error, or
 * what the application does. See `FeaturesOptions.onUnknown`.
 */
export type OnUnknown = 'ignore' | 'warn' | 'throw' | ((unknown: UnknownFeature) => unknown)

/** Names that are reported; more would flood whoever listens, and fill the memory. */
const MOST = 100
/** A longer name is no feature's. */
const LONGEST = 200

type Known = Pick<Snapshot, 'generation' | 'find' | 'names'>

/** Receives names that are unknown: each is reported once, because code asks in every request. */
export class UnknownNames {
  private readonly reported = new Set<string>()

  constructor(
    private readonly onUnknown: OnUnknown,
    private readonly reporter: Pick<Reporter, 'once' | 'threw'>,
    private readonly now: () => number,
  ) {}

  /** @throws {LiveflagError} LIVEFLAG_UNKNOWN_FEATURE, when that is asked for */
  asked(name: unknown, snapshot: Known): void {
    const { onUnknown } = this
    if (onUnknown === 'ignore') return
    if (onUnknown === 'throw')
      throw new LiveflagError('LIVEFLAG_UNKNOWN_FEATURE', about(shown(name), snapshot).message)
    // A name may come from a visitor and be anything.
    if (typeof name !== 'string' || name.length > LONGEST) return
    if (this.reported.has(name) || this.reported.size >= MOST) return
    this.reported.add(name)
    const unknown = about(name, snapshot)
    if (onUnknown === 'warn') this.report(unknown, snapshot)
    else this.hand(unknown, onUnknown)
  }

  /** Where there are no features, or none yet, it is not the name that is wrong. */
  private report({ message }: UnknownFeature, snapshot: Known): void {
    if (snapshot.generation === 0 || snapshot.names().next().done === true) return
    this.reporter.once({ code: 'unknown-feature', severity: 'warning', message, since: this.now() })
  }

  private hand(unknown: UnknownFeature, onUnknown: (unknown: UnknownFeature) => unknown): void {
    try {
      onUnknown(unknown)
    } catch (error) {
      this.reporter.threw('listener-threw', 'onUnknown', error)
    }
  }
}

function about(given: string, snapshot: Known): UnknownFeature {
  const name = given.length > LONGEST ? `${given.slice(0, LONGEST)}…` : given
  const plain = name.replace(/^feature_/, '')
  const isPrefixed = plain !== name && snapshot.find(plain) !== undefined
  const meant = isPrefixed ? plain : didYouMean(plain, [...snapshot.names()])
  const hint = isPrefixed
    ? `names in code have no feature_; write ${JSON.stringify(plain)}`
    : meant === undefined
      ? 'add it, or remove the question'
      : `did you mean ${meant}?`
  const message = `the code asks for ${JSON.stringify(name)}, which the live config does not have, so it is off for everybody; ${hint}`
  return { name, meant, message }
}

/** Whether an error is one that `onUnknown: 'throw'` asked for: those alone leave a question. */
export const isUnknownFeature = (error: unknown): boolean =>
  error instanceof LiveflagError && error.code === 'LIVEFLAG_UNKNOWN_FEATURE'
