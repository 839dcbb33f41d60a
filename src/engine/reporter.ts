import type { Decision } from '../core/decision'
import { messageOf } from '../core/errors'
import type { LinkRefusal, LinkRefusalReason } from '../core/link'
import { printable } from '../core/printable'
import { type Problem, type ProblemCode, problemText } from '../core/problem'
import type { Change } from '../live-config/change'
import type { Listener } from '../live-config/live-config'
import type { Emitter } from './events'
import { setImmediate } from '../runtime/timers'

const LINK_REFUSALS: Readonly<Record<LinkRefusalReason, string>> = {
  malformed: 'is not complete; copy the whole address',
  'unknown-key': 'is signed by a key that is not among the keys, or was removed from them',
  tampered: 'has another content or secret than it was signed with',
  expired: 'has expired; make a new one',
  'other-host': 'is for another host',
  'other-visitor': 'was opened by somebody else',
  'unknown-variant': 'names a feature or a variant that the live config does not have',
}

/** Problems of one code that are reported within an hour; more would flood whoever listens. */
const MOST = 100
/** After an hour they are reported again: whoever is on call then may not have seen them. */
const FORGET_AFTER_MS = 3_600_000

/** What follows in a longer message does not make it another one. */
const LONGEST_KEY = 1000

interface Kind {
  readonly since: number
  readonly keys: Set<string>
}

/** Remembers which problems of the application were reported, so that each is reported once. */
export class ReportedProblems {
  private readonly kinds = new Map<ProblemCode, Kind>()

  /** True the first time within the hour, unless there were too many of its code already. */
  isNew({ code, feature = '', generation = 0, message, since = 0 }: Problem): boolean {
    const known = this.kinds.get(code)
    const kind =
      known && since - known.since < FORGET_AFTER_MS ? known : { since, keys: new Set<string>() }
    this.kinds.set(code, kind)
    const key = `${feature}\0${generation}\0${message}`.slice(0, LONGEST_KEY)
    if (kind.keys.has(key) || kind.keys.size >= MOST) return false
    kind.keys.add(key)
    return true
  }
}

/** Process warnings for one content. */
const MOST_WARNINGS = 10

/**
 * Emits events and reports problems. Before `start` it queues them, so that a listener added right
 * after opening misses nothing. A problem that has no listener becomes a process warning, because
 * silence at 3 a.m. helps no one.
 */
export class Reporter implements Listener {
  private waiting: (() => void)[] | undefined = []
  private readonly reported = new ReportedProblems()
  private warned = { generation: 0, count: 0 }
  private outsideSince: number | undefined
  private closed = false

  constructor(
    private readonly emitter: Emitter,
    private readonly now: () => number,
  ) {}

  /** Delivers what is queued, once the caller of openFeatures has had its turn to listen. */
  start(): void {
    setImmediate(() => {
      const waiting = this.waiting ?? []
      this.waiting = undefined
      for (const emit of waiting) if (!this.closed) emit()
    })
  }

  close(): void {
    this.closed = true
  }

  change(change: Change): void {
    this.deliver(() => this.emitter.emit('change', change))
  }

  ready(generation: number): void {
    this.deliver(() => this.emitter.emit('ready', { generation }))
  }

  stale(problem: Problem): void {
    this.deliver(() => this.emitter.emit('stale', { problem }))
  }

  problem(problem: Problem): void {
    this.deliver(() =>
      this.emitter.isHeard('problem') ? this.emitter.emit('problem', problem) : this.warn(problem),
    )
  }

  solved(problem: Problem): void {
    this.deliver(() => this.emitter.emit('solved', problem))
  }

  /** The application's own code threw; each message is reported once. */
  threw(code: ProblemCode, where: string, error: unknown): void {
    const message = `${where} threw: ${messageOf(error)}`
    this.once({
      code,
      severity: 'error',
      message: `${message}; it must not throw`,
      since: this.now(),
    })
  }

  /** The World returned an id that identifies nobody; each kind is reported once. */
  badId(question: string, kind: string): void {
    const message = `World.${question} has ${kind} for an id, which identifies nobody, so the visitor has none; return a text that is not blank, or a number that is kept exactly`
    this.once({ code: 'bad-id', severity: 'error', message, since: this.now() })
  }

  /** The application's own code returned a promise where the answer is needed at once. */
  promised(where: string, consequence: string): void {
    const message = `${where} returned a promise, which is never an answer, so ${consequence}; answer true or false at once`
    this.once({ code: 'exposure-threw', severity: 'error', message, since: this.now() })
  }

  /** Reports the warning of a Decision, once for each feature and generation. */
  decided(decision: Decision): void {
    if (decision.warning === 'targeting-unanswered') this.unanswered(decision)
    else this.overCap(decision)
  }

  private unanswered({ feature, generation }: Decision): void {
    const message =
      'targeting could not be evaluated for some visitors (attribute missing or of the wrong type); the experiment is skipped for them; ask has(attributes.name) first, or give the attribute to everyone'
    this.once({
      code: 'targeting-unanswered',
      severity: 'warning',
      feature,
      message,
      generation,
      since: this.now(),
    })
  }

  /** Reports that a variant over the cap was drawn, as r2 does. */
  private overCap({ feature, variant, generation }: Decision): void {
    const message = `variant ${String(variant)} was drawn, whose share is over the cap of 100/n (generation ${generation}); lower it`
    this.once({
      code: 'variant-over-cap',
      severity: 'warning',
      feature,
      message,
      generation,
      since: this.now(),
    })
  }

  /** Reports that a feature has a value of another type than the code asks for. */
  mismatch({ feature, generation }: Decision, message: string): void {
    this.once({
      code: 'type-mismatch',
      severity: 'error',
      feature,
      message,
      generation,
      since: this.now(),
    })
  }

  /** Reports a question about no visitor in a program that runs requests; once within an hour. */
  outside({ feature }: Decision): void {
    const since = this.now()
    if (this.outsideSince !== undefined && since - this.outsideSince < FORGET_AFTER_MS) return
    this.outsideSince = since
    const message = `${JSON.stringify(feature)} was asked outside any request, so about a visitor who is signed out and unknown, though this program runs requests; if a library called back outside the request's asynchronous context, ask the request itself (req.features), or place that library before liveflag; if no visitor is meant, ask features.global (reported once an hour)`
    this.problem({ code: 'outside-request', severity: 'warning', feature, message, since })
  }

  /** Reports that a selector of the application threw, or returned no valid claim. */
  selectorFailed(feature: string, selector: string, what: string): void {
    const message = `the selector ${selector} ${what}`
    this.once({ code: 'selector-threw', severity: 'error', feature, message, since: this.now() })
  }

  /** Reports that a page asked for a feature that browsers may not see. */
  notForClients(feature: string): void {
    this.once({
      code: 'not-for-clients',
      severity: 'warning',
      feature,
      message: 'a page asks for it, and browsers may not see it; write client: true in its entry',
      since: this.now(),
    })
  }

  /**
   * Reports that a signed link forces nothing. Links come from visitors, so of one that is not
   * signed by a known key nothing is repeated.
   */
  linkRefused({ reason, link }: LinkRefusal): void {
    const which = link && ` to ${link.variant} for ${link.for ?? 'anyone'}, key ${link.key}`
    this.once({
      code: 'link-refused',
      severity: 'warning',
      ...(link && { feature: link.feature }),
      message: `a signed link${which ?? ''} ${LINK_REFUSALS[reason]}`,
      since: this.now(),
    })
  }

  /** Reports a problem the first time only. */
  once(problem: Problem): void {
    if (!this.reported.isNew(problem)) return
    this.problem(problem)
  }

  private deliver(emit: () => void): void {
    if (this.closed) return
    if (this.waiting) this.waiting.push(emit)
    else emit()
  }

  /** Warns of the first problems of a content only: a thousand warnings help nobody. */
  private warn(problem: Problem): void {
    const generation = problem.generation ?? 0
    this.warned = this.warned.generation === generation ? this.warned : { generation, count: 0 }
    if (++this.warned.count < MOST_WARNINGS) warn(problem)
    else if (this.warned.count === MOST_WARNINGS)
      warn({
        ...problem,
        message: `${problem.message} (and perhaps more: see features.snapshot.problems)`,
      })
  }
}

function warn(problem: Problem): void {
  process.emitWarning(printable(problemText(problem)), {
    type: 'LiveflagWarning',
    code: problem.code,
  })
}
