import { noPromise } from './guarded'
import { foldedOf, idTextOf, noIdOf, pageOf } from './ids'
import { aboutAccount } from './overrides'
import { NO_RULES, type RuleContext } from './rule-context'
import type { Trace } from './trace'
import { TrailLog } from './trail'
import {
  type Account,
  answerRoles,
  ASKS,
  type Page,
  type Question,
  type RoleQuestion,
  type World,
} from './world'

/** Options of `Asker`. */
export interface AskerOptions {
  /** False: `?feature=` forces nothing, whatever the entries say. */
  readonly forceByUrl: boolean
  /**
   * Whether an attribute with the value undefined was given; GrowthBook's conditions do not count
   * it as missing.
   */
  readonly givesUndefined?: (name: string) => boolean
  /** Receives the error that a World's method throws; the question then counts as unanswered. */
  readonly onThrow?: ((question: Question, error: unknown) => void) | undefined
  /**
   * Receives the kind of an id that identifies nobody, such as NaN; the id then counts as missing.
   */
  readonly onBadId?: ((question: Question, kind: string) => void) | undefined
  /** Receives why a selector of the application failed at a question. */
  readonly onSelectorFailed?: ((feature: string, selector: string, why: string) => void) | undefined
}

const NOTHING: readonly string[] = []

const idIn = (user: Account): unknown => user.id
const nameIn = (user: Account): unknown => user.name
/** The key that stands for no account. */
const NOBODY: Account = {}

/**
 * One request's view of its World, and the only cache of its answers. A question reaches the World
 * when it is first needed and never again, whether a selector, a question with overrides, explain
 * or a middleware asks it. Names are folded once for comparing. Nothing that the World throws
 * leaves this class. In the fields, `undefined` means not asked yet and `null` means asked, without
 * an answer. The fields are written out, one for each question, because a table of answers would be
 * slower to read.
 */
export class Asker {
  // What most questions read comes first, so that it is within two lines of the processor's cache.
  /** Set while explaining; see `Trace`. */
  trace: Trace | undefined = undefined
  /** The trail of the question that is being answered; undefined while it is empty. */
  trail: TrailLog | undefined = undefined
  private loggedIn: boolean | undefined = undefined
  private id: string | null | undefined = undefined
  private name: string | null | undefined = undefined
  private gold: boolean | undefined = undefined
  private identity: unknown = undefined
  /** Answers what rules ask besides the World. */
  rules: RuleContext = NO_RULES
  private attributes: Map<string, unknown> | undefined = undefined
  private account: Account | null | undefined = undefined
  private admin: boolean | undefined = undefined
  private employee: boolean | undefined = undefined
  private beta: boolean | undefined = undefined
  /** As the World returned it; the folded name is below. */
  private place: string | null | undefined = undefined
  private foldedPlace: string | null | undefined = undefined
  private host: string | null | undefined = undefined
  private foldedHost: string | null | undefined = undefined
  private client: string | null | undefined = undefined
  private loggedOutId: string | null | undefined = undefined
  private forced: readonly string[] | undefined = undefined
  private thing: Page | null | undefined = undefined
  private soundThing: Page | null | undefined = undefined
  private isUnknown = false
  /** The errors that the World threw, by question. */
  private failures: Map<string, unknown> | undefined = undefined
  /** The Askers of accounts that overrides put in the place of this request's own. */
  private others: WeakMap<Account, Asker> | undefined = undefined
  private view: World | undefined = undefined

  constructor(
    private readonly world: World,
    readonly options: AskerOptions,
  ) {}

  /** Forgets all answers. Explain calls it at each step, to see what that step asks. */
  forget(): void {
    this.account = this.id = this.name = this.identity = undefined
    this.loggedIn = this.admin = this.employee = this.beta = this.gold = undefined
    this.place = this.foldedPlace = this.host = this.foldedHost = undefined
    this.client = this.loggedOutId = this.forced = undefined
    this.thing = this.soundThing = undefined
    this.attributes = this.failures = this.others = undefined
    this.isUnknown = false
  }

  user(): Account | null {
    return this.account === undefined
      ? (this.account = this.ask('user', ASKS.user, undefined) ?? null)
      : this.account
  }

  isLoggedIn(): boolean {
    if (this.loggedIn === undefined) {
      const user = this.user() ?? undefined
      // Where `user` gave no answer, such as a promise, a World that derives this one from it is wrong.
      this.loggedIn = this.ask('isLoggedIn', ASKS.isLoggedIn, user) === true && !this.isUnknown
    }
    return this.loggedIn
  }

  /**
   * Whether the visitor is known to be signed out: false when the World cannot say who the visitor
   * is.
   */
  isLoggedOut(): boolean {
    return !this.isLoggedIn() && !this.isUnknown
  }

  isAdmin(): boolean {
    return (this.admin ??= this.askRole('isAdmin'))
  }

  isEmployee(): boolean {
    return (this.employee ??= this.askRole('isEmployee'))
  }

  hasBeta(): boolean {
    return (this.beta ??= this.askRole('hasBeta'))
  }

  hasGold(): boolean {
    return (this.gold ??= this.askRole('hasGold'))
  }

  /** The id that is bucketed for a signed-in visitor; an empty id counts as none. */
  userId(): string | null {
    if (this.id === undefined) this.id = idTextOf(this.idOf('user', this.read(idIn))) ?? null
    return this.id
  }

  /** Lower-cased. */
  userName(): string | null {
    if (this.name === undefined) this.name = foldedOf(this.read(nameIn))
    return this.name
  }

  /** Lower-cased; an empty name is none. */
  subreddit(): string | null {
    if (this.foldedPlace === undefined) this.foldedPlace = foldedOf(this.ownSubreddit())
    return this.foldedPlace
  }

  /** Lower-cased; an empty one is none. */
  subdomain(): string | null {
    if (this.foldedHost === undefined) this.foldedHost = foldedOf(this.ownSubdomain())
    return this.foldedHost
  }

  oauthClient(): string | null {
    return idTextOf(this.ownClient()) ?? null
  }

  loid(): string | null {
    return idTextOf(this.idOf('loid', this.ownLoid())) ?? null
  }

  /** In URL order, repeats included; empty when forcing by URL is switched off. */
  urlFeatures(): readonly string[] {
    if (this.forced === undefined) {
      this.forced = this.options.forceByUrl
        ? (this.ask('urlFeatures', ASKS.urlFeatures, undefined) ?? NOTHING)
        : NOTHING
    }
    return this.forced
  }

  page(): Page | null {
    if (this.soundThing === undefined) this.soundThing = this.readPage() ?? null
    return this.soundThing
  }

  /**
   * An attribute of the visitor. `id` is the user's id unless the World has an attribute of that
   * name.
   */
  attribute(name: string): unknown {
    if (name !== 'id') return this.ownAttribute(name) ?? undefined
    // Most rules hash the id, so it is cached.
    if (this.identity === undefined)
      this.identity = this.ownAttribute('id') ?? this.read(idIn) ?? null
    return this.identity ?? undefined
  }

  /** An attribute to bucket by; undefined when there is none or it identifies nobody. */
  unit(name: string): unknown {
    return this.idOf('attribute', this.attribute(name))
  }

  /** An attribute as conditions see it: null when there is none. */
  given(name: string): unknown {
    return this.attribute(name) ?? (this.options.givesUndefined?.(name) === true ? undefined : null)
  }

  /** The trail, created on first use. */
  trailLog(): TrailLog {
    return (this.trail ??= new TrailLog())
  }

  /**
   * The World with this cache before it, for callers that replace some of its answers or explain
   * them. Answers are those of the World; an error that it threw is thrown again; a question about
   * another account is asked once for each account.
   */
  get remembered(): World {
    return (this.view ??= {
      user: () => this.settled('user', this.user() ?? undefined),
      isLoggedIn: (account) => this.about(account).settledAnswer('isLoggedIn'),
      ...answerRoles((question) => (account) => this.about(account).settledAnswer(question)),
      subreddit: () => this.settled('subreddit', this.ownSubreddit() ?? undefined),
      subdomain: () => this.settled('subdomain', this.ownSubdomain() ?? undefined),
      oauthClient: () => this.settled('oauthClient', this.ownClient() ?? undefined),
      loid: () => this.settled('loid', this.ownLoid() ?? undefined),
      urlFeatures: () => this.settled('urlFeatures', this.urlFeatures()),
      page: () => this.settled('page', this.ownPage() ?? undefined),
      attribute: (name) => this.settled(`attribute ${name}`, this.ownAttribute(name)),
    })
  }

  private ownSubreddit(): string | null {
    if (this.place === undefined)
      this.place = this.ask('subreddit', ASKS.subreddit, undefined) ?? null
    return this.place
  }

  private ownSubdomain(): string | null {
    if (this.host === undefined)
      this.host = this.ask('subdomain', ASKS.subdomain, undefined) ?? null
    return this.host
  }

  private ownClient(): string | null {
    if (this.client === undefined)
      this.client = this.ask('oauthClient', ASKS.oauthClient, undefined) ?? null
    return this.client
  }

  private ownLoid(): string | null {
    if (this.loggedOutId === undefined)
      this.loggedOutId = this.ask('loid', ASKS.loid, undefined) ?? null
    return this.loggedOutId
  }

  private ownPage(): Page | null {
    if (this.thing === undefined) this.thing = this.ask('page', ASKS.page, undefined) ?? null
    return this.thing
  }

  private ownAttribute(name: string): unknown {
    const known = (this.attributes ??= new Map<string, unknown>())
    if (!known.has(name)) known.set(name, this.ask('attribute', ASKS.attribute, name, name))
    return known.get(name)
  }

  /** A role of the visitor's account; without an account the World is not asked. */
  private askRole(question: RoleQuestion): boolean {
    const user = this.user()
    return user !== null && this.ask(question, ASKS[question], user) === true
  }

  private about(account: Account | undefined): Asker {
    if ((account ?? null) === this.user()) return this
    const key = account ?? NOBODY
    const known = this.others?.get(key)
    if (known) return known
    const other = new Asker(aboutAccount(this.world, account), this.options)
    // A text or a number is no account: it has no identity to be recognised by.
    if (typeof key === 'object') (this.others ??= new WeakMap()).set(key, other)
    return other
  }

  private settledAnswer(question: RoleQuestion | 'isLoggedIn'): boolean {
    return this.settled(question, this[question]())
  }

  /** Returns the answer, or throws the error that the World threw for it. */
  private settled<T>(question: string, answer: T): T {
    if (this.failures?.has(question)) throw this.failures.get(question)
    return answer
  }

  /** The only call of the World. */
  private ask<T, S>(
    question: Question,
    answer: (world: World, about: S) => T,
    about: S,
    name?: string,
  ): T | undefined {
    try {
      const said = noPromise(answer(this.world, about))
      this.trace?.asked(name === undefined ? question : `${question} ${name}`, said)
      return said
    } catch (error) {
      const failures = (this.failures ??= new Map<string, unknown>())
      failures.set(name === undefined ? question : `${question} ${name}`, error)
      this.failed(question, error)
      return undefined
    }
  }

  /** Reads a member of the account. An account may be of any class, so its getters may throw. */
  private read<T>(member: (user: Account) => T): T | undefined {
    try {
      const user = this.user()
      return user === null ? undefined : member(user)
    } catch (error) {
      this.failed('user', error)
      return undefined
    }
  }

  private readPage(): Page | undefined {
    try {
      return pageOf(this.ownPage())
    } catch (error) {
      this.failed('page', error)
      return undefined
    }
  }

  /**
   * The value, unless it is one that many visitors would share by mistake; such a value is
   * reported.
   */
  private idOf(question: Question, value: unknown): unknown {
    const kind = noIdOf(value)
    if (kind === undefined) return value
    this.options.onBadId?.(question, kind)
    return undefined
  }

  private failed(question: Question, error: unknown): void {
    if (question === 'user' || question === 'isLoggedIn') this.isUnknown = true
    this.options.onThrow?.(question, error)
  }
}
