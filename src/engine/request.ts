import { Asker, type AskerOptions } from '../core/asker'
import { type Decision, decisionOf } from '../core/decision'
import type { SharedDefinitions } from '../core/definitions'
import { LiveflagError, messageOf, shown } from '../core/errors'
import type { JsonValue } from '../core/json'
import { aboutAccount, type EmptyOverride, override, readOverrides } from '../core/overrides'
import type { SignedLink } from '../core/link'
import type { Participation } from '../core/participation'
import type { Reply } from '../core/reply'
import type { Compat, Naming } from '../core/selector'
import type { StickyDocuments } from '../core/sticky'
import type { Answer, ExperimentDefinition, ExperimentResult } from '../core/trail'
import type { Overrides, World } from '../core/world'
import { missing, type Snapshot } from '../live-config/snapshot'
import { Evaluation, type EvaluationHost } from '../rules/evaluation'
import { type Bootstrap, bootstrapOf, type BrowserRules } from './bootstrap'
import { BoundQuestions } from './bound-questions'
import { explain, type Explanation } from './explain'
import type { Exposure } from './exposure'
import type { Enabled, Questions } from './questions'
import type { Admission } from '../experiments/allocation'
import { type Admissions, type RequestOptions, RequestParticipation } from './request-context'
import { isToRecord, type Recorders, type RequestLog } from './request-log'
import { typedValue, type ValueDetails } from './typed-value'
import { isUnknownFeature } from './unknown-names'

const NO_LINKS: readonly SignedLink[] = []

/** What all requests of one engine share. */
export interface RequestRules {
  readonly compat: Compat
  readonly asker: AskerOptions
  /** Receives what requests record. */
  readonly recorders: Recorders
  /** What a decider knows of visitors. */
  readonly admissions: Admissions
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Receives a read whose value has another type than the code asked for. */
  readonly mismatch: (decision: Decision, details: ValueDetails<JsonValue>) => void
  /** Receives each read that a feature could not answer: its name may be unknown. */
  readonly refused: (decision: Decision, snapshot: Snapshot) => void
  readonly browser: BrowserRules
  /** Receives what a name or an override throws when it is read. */
  readonly threw: (question: string, error: unknown) => void
  /** Runs an experiment that is in the code, with the saved groups of a live config. */
  readonly inline: (
    experiment: ExperimentDefinition,
    asker: Asker,
    shared: SharedDefinitions,
  ) => { readonly answer: Answer; readonly result: ExperimentResult }
}

/**
 * One request: one World, one snapshot. Each Decision is made once, each exposure recorded once.
 */
export class Request extends BoundQuestions implements Questions, EvaluationHost {
  private readonly asker: Asker
  private evaluation: Evaluation
  private participating: RequestParticipation | undefined

  constructor(
    private readonly world: World,
    protected readonly snapshot: Snapshot,
    protected readonly rules: RequestRules,
    readonly log: RequestLog,
    protected options: RequestOptions | undefined,
  ) {
    super()
    this.asker = new Asker(world, rules.asker)
    this.evaluation = new Evaluation(this.asker, snapshot, this, options)
  }

  get participation(): Participation {
    return (this.participating ??= new RequestParticipation(
      this.snapshot,
      this.asker,
      this.rules.now,
      this.options?.admission ?? this.ownAdmission(),
    ))
  }

  private ownAdmission(): Admission | undefined {
    const { of } = this.rules.admissions
    const visitor = of && (this.asker.userId() ?? this.asker.loid())
    return visitor ? of?.(visitor) : undefined
  }

  /**
   * An application may send an object with a request in it as JSON, such as Express's `res.locals`.
   * It shows nothing about the visitor.
   */
  toJSON(): object {
    return { generation: this.snapshot.generation }
  }

  get exposures(): readonly Exposure[] {
    return this.log.exposures
  }

  get links(): readonly SignedLink[] {
    return this.options?.links?.inForce(this.asker) ?? NO_LINKS
  }

  askBootstrap(names?: readonly string[]): Bootstrap {
    const { snapshot, rules } = this
    const asked = {
      snapshot,
      decide: (name: string) => this.evaluation.decide(name),
      pending: (decision: Decision) => this.log.pending(decision, this.asker, this.world, snapshot),
    }
    return bootstrapOf(names, asked, rules.browser)
  }

  /** Returns an attribute as rules see it, for a middleware that loads what is stored under it. */
  attribute(name: string): unknown {
    return this.asker.attribute(name)
  }

  /** Who is asking, for a page that shows it. What the World threw, its questions throw again. */
  get visitor(): World {
    return this.asker.remembered
  }

  /** Whether another visitor might have had other answers than those given so far. */
  get dependsOnVisitor(): boolean {
    const { links } = this.options ?? {}
    return links !== undefined || this.evaluation.dependsOnVisitor || this.log.isAboutVisitor
  }

  protected failed(question: string, name: unknown, error: unknown): Decision {
    if (isUnknownFeature(error)) throw error
    this.rules.threw(question, error)
    const message = `${question} could not be answered: ${messageOf(error)}`
    const claim = { enabled: false, reason: 'ERROR', error: { code: 'GENERAL', message } } as const
    return decisionOf(shown(name), claim, this.snapshot.generation)
  }

  /**
   * Sets the sticky documents that were loaded for this request. Call it before the first question.
   */
  useSticky(sticky: StickyDocuments): void {
    this.options = { ...this.options, sticky }
    this.evaluation = new Evaluation(this.asker, this.snapshot, this, this.options)
  }

  askIsEnabled(name: string, overrides?: Overrides): boolean {
    if (overrides) return this.with(overrides).askIsEnabled(name)
    return this.recorded(this.evaluation.replyOf(name)).enabled
  }

  askVariant(name: string, overrides?: Overrides): string | undefined {
    if (overrides) return this.with(overrides).askVariant(name)
    const reply = this.evaluation.replyOf(name)
    // r2's variant() records no exposure (docs/spec/r2.md, section 11).
    return (this.rules.compat === 'r2' ? reply : this.recorded(reply)).variant
  }

  askDecide(name: string, overrides?: Overrides): Decision {
    if (overrides) return this.with(overrides).askDecide(name)
    return this.evaluation.decide(name)
  }

  missing(name: string): Decision {
    return missing(name, this.snapshot)
  }

  askExplain(name: string, overrides?: Overrides): Explanation {
    if (overrides) return this.with(overrides).askExplain(name)
    const link = this.options?.links?.linkFor(name, this.asker)
    if (link) return { decision: this.evaluation.decide(name), steps: [], link }
    if (this.evaluation.forcedValue(name))
      return { decision: this.evaluation.decide(name), steps: [] }
    return explain(name, this.asker.remembered, this.snapshot, this.rules.asker, this.evaluation)
  }

  askDetails<T extends JsonValue>(
    name: string,
    otherwise: T,
    overrides?: Overrides,
  ): ValueDetails<T> {
    if (overrides) return this.with(overrides).askDetails(name, otherwise)
    const reply = this.evaluation.replyOf(name)
    const { decision } = reply
    const details = typedValue(
      decision,
      otherwise,
      typeof otherwise === 'string' && this.namingsOf(name).length > 0,
    )
    if (details.error?.code !== 'TYPE_MISMATCH') {
      this.recorded(reply)
      return details
    }
    this.rules.mismatch(decision, details)
    // A visitor who was not served the variant is not exposed to it.
    if (isToRecord(reply, this.rules.recorders)) this.log.notServed(decision, this.asker)
    return details
  }

  askInline(experiment: ExperimentDefinition, overrides?: Overrides): ExperimentResult {
    if (overrides) return this.with(overrides).askInline(experiment)
    this.log.isAboutVisitor = true
    const { answer, result } = this.rules.inline(experiment, this.asker, this.snapshot.definitions)
    this.log.answered({ ...this.missing(''), ...answer }, this.asker, this.world, this.snapshot)
    return result
  }

  askAllEnabled(overrides?: Overrides): Readonly<Record<string, Enabled>> {
    if (this.rules.compat === 'r2') return this.allAsR2(overrides?.user ?? null)
    if (overrides) return this.with(overrides).askAllEnabled()
    const all = Object.create(null) as Record<string, Enabled>
    for (const name of this.names()) {
      const { enabled, variant } = this.evaluation.replyOf(name)
      if (variant !== undefined) all[name] = { ...this.experimentOf(name), variant }
      else if (enabled) all[name] = true
    }
    return all
  }

  /** The names of features in force, and of those that only this request forces. */
  private *names(): Generator<string> {
    yield* this.snapshot.names()
    for (const name of Object.keys(this.options?.forcedValues ?? {}))
      if (!this.snapshot.find(name)) yield name
  }

  /** The same request with some answers replaced; exposures are still recorded once for both. */
  private with(overrides: Overrides): Request {
    this.log.isAboutVisitor = true
    const empty: EmptyOverride = this.rules.compat === 'r2' ? 'own' : 'none'
    const given = readOverrides(overrides, this.rules.threw)
    return this.of(override(this.worldToAsk, given, empty))
  }

  /**
   * Outside requests no answer is remembered: between two questions an account may change, or
   * another's may be meant.
   */
  private get worldToAsk(): World {
    return this.log.isOfOneVisitor ? this.asker.remembered : this.world
  }

  protected of(world: World): Request {
    return new Request(world, this.snapshot, this.rules, this.log, this.options)
  }

  /**
   * r2's `allEnabled` (docs/spec/r2.md, section 13): about this user, or about nobody while the
   * request may be signed in; user experiments are listed by their variant, page experiments are
   * asked like flags and do record.
   */
  private allAsR2(user: Overrides['user']): Readonly<Record<string, Enabled>> {
    const none = (): undefined => undefined
    const asked = this.of({
      ...aboutAccount(this.worldToAsk, user ?? undefined),
      subreddit: none,
      subdomain: none,
      oauthClient: none,
    })
    const all = Object.create(null) as Record<string, Enabled>
    for (const name of this.snapshot.names()) {
      const reply = asked.evaluation.replyOf(name)
      const { error } = reply.claim
      if (error)
        throw new LiveflagError(
          'LIVEFLAG_NO_USER',
          `allEnabled has no answer for ${name}: ${error.message}`,
        )
      const listing = this.namingsOf(name).some(({ listed }) => listed)
      if (!listing) {
        if (asked.recorded(reply).enabled) all[name] = true
      } else if (reply.variant) all[name] = { ...this.experimentOf(name), variant: reply.variant }
    }
    return all
  }

  private namingsOf(name: string): readonly Naming[] {
    return this.snapshot.find(name)?.feature.namings ?? []
  }

  /** The id of the experiment that a feature's variants belong to. */
  private experimentOf(name: string): { readonly experimentId?: JsonValue } {
    const experimentId = this.namingsOf(name).find(
      (naming) => naming.experimentId !== undefined,
    )?.experimentId
    return experimentId === undefined ? {} : { experimentId }
  }

  /** Records the exposures of an answer, the first time it is asked for. */
  private recorded(reply: Reply): Reply {
    if (isToRecord(reply, this.rules.recorders)) this.record(reply.decision)
    return reply
  }

  private record(decision: Decision): void {
    if (decision.error !== undefined) this.rules.refused(decision, this.snapshot)
    this.log.answered(decision, this.asker, this.world, this.snapshot)
  }
}
