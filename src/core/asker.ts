import { NO_RULES, type RuleContext } from './rule-context'
import type { Trace } from './trace'
import { TrailLog } from './trail'
import type { Account, Page, World } from './world'

export type Question = keyof World

/** What an Asker needs beside the World. */
export interface AskerOptions {
  /** False: the URL forces nothing, whatever the entries say. */
  readonly forceByUrl: boolean
  /** Whether an attribute is given, although its value is undefined: to GrowthBook's conditions that is not a missing one. */
  readonly givesUndefined?: (name: string) => boolean
  /** Told when a World's method throws; the question then counts as unanswered. */
  readonly onThrow?: ((question: Question, error: unknown) => void) | undefined
}

const NOTHING: readonly string[] = []

/**
 * One request's view of its World. Each question is asked when it is first needed and never again, names are folded
 * once for comparing, and nothing the World does can throw out of here.
 * In the fields, `undefined` is not asked yet and `null` is asked, and there is none.
 */
export class Asker {
  /** Set while explaining; see `Trace`. */
  trace: Trace | undefined = undefined
  /** What rules may ask besides the World. */
  rules: RuleContext = NO_RULES
  /** What comes up while a question is answered; undefined while nothing has. */
  trail: TrailLog | undefined = undefined
  private attributes: Map<string, unknown> | undefined = undefined
  private account: Account | null | undefined = undefined
  private id: string | null | undefined = undefined
  private name: string | null | undefined = undefined
  private identity: unknown = undefined
  private loggedIn: boolean | undefined = undefined
  private admin: boolean | undefined = undefined
  private employee: boolean | undefined = undefined
  private beta: boolean | undefined = undefined
  private gold: boolean | undefined = undefined
  private where: string | null | undefined = undefined
  private host: string | null | undefined = undefined
  private client: string | null | undefined = undefined
  private loggedOutId: string | null | undefined = undefined
  private asked: readonly string[] | undefined = undefined
  private unknown = false
  private thing: Page | null | undefined = undefined

  constructor(
    private readonly world: World,
    private readonly options: AskerOptions,
  ) {}

  /** Asks everything anew from here on; explaining does so at each step, to see what that step asks. */
  forget(): void {
    this.account =
      this.id =
      this.name =
      this.where =
      this.host =
      this.client =
      this.loggedOutId =
        undefined
    this.loggedIn = this.admin = this.employee = this.beta = this.gold = undefined
    this.asked = this.attributes = this.identity = undefined
    this.thing = undefined
    this.unknown = false
  }

  user(): Account | null {
    return this.account === undefined
      ? (this.account = this.ask('user', (w) => w.user()) ?? null)
      : this.account
  }

  isLoggedIn(): boolean {
    return (this.loggedIn ??=
      this.ask('isLoggedIn', (w) => w.isLoggedIn(this.user() ?? undefined)) === true)
  }

  /** Known to be signed out: when the World cannot say who it is, nobody is taken for a signed-out visitor. */
  isLoggedOut(): boolean {
    return !this.isLoggedIn() && !this.unknown
  }

  isAdmin(): boolean {
    return (this.admin ??= this.askOfUser('isAdmin'))
  }

  isEmployee(): boolean {
    return (this.employee ??= this.askOfUser('isEmployee'))
  }

  hasBeta(): boolean {
    return (this.beta ??= this.askOfUser('hasBeta'))
  }

  hasGold(): boolean {
    return (this.gold ??= this.askOfUser('hasGold'))
  }

  /** What is bucketed for a signed-in visitor; an empty id is none. */
  userId(): string | null {
    if (this.id === undefined) this.id = this.ask('user', () => textOf(this.user()?.id)) ?? null
    return this.id
  }

  /** Lower-cased. */
  userName(): string | null {
    if (this.name === undefined)
      this.name = this.ask('user', () => textOf(this.user()?.name)?.toLowerCase()) ?? null
    return this.name
  }

  /** Lower-cased; an empty name is none. */
  subreddit(): string | null {
    if (this.where === undefined)
      this.where = this.ask('subreddit', (w) => textOf(w.subreddit())?.toLowerCase()) ?? null
    return this.where
  }

  /** Lower-cased; an empty one is none. */
  subdomain(): string | null {
    if (this.host === undefined)
      this.host = this.ask('subdomain', (w) => textOf(w.subdomain())?.toLowerCase()) ?? null
    return this.host
  }

  oauthClient(): string | null {
    if (this.client === undefined)
      this.client = this.ask('oauthClient', (w) => textOf(w.oauthClient())) ?? null
    return this.client
  }

  loid(): string | null {
    if (this.loggedOutId === undefined)
      this.loggedOutId = this.ask('loid', (w) => textOf(w.loid())) ?? null
    return this.loggedOutId
  }

  /** In URL order, repeats included; nothing when forcing by URL is switched off. */
  urlFeatures(): readonly string[] {
    if (this.asked === undefined) {
      this.asked = this.options.forceByUrl
        ? (this.ask('urlFeatures', (w) => [...w.urlFeatures()]) ?? NOTHING)
        : NOTHING
    }
    return this.asked
  }

  page(): Page | null {
    if (this.thing === undefined) this.thing = this.ask('page', (w) => pageOf(w.page())) ?? null
    return this.thing
  }

  /** Asked once; `id` is the user's id unless the World says otherwise. */
  attribute(name: string): unknown {
    if (name !== 'id') return this.worldAttribute(name)
    // What most rules hash.
    if (this.identity === undefined)
      this.identity = this.worldAttribute('id') ?? this.ask('user', () => this.user()?.id) ?? null
    return this.identity ?? undefined
  }

  /** An attribute as conditions see it: null when there is none. */
  given(name: string): unknown {
    return this.attribute(name) ?? (this.options.givesUndefined?.(name) === true ? undefined : null)
  }

  /** What the World itself says; null is as good as nothing. */
  worldAttribute(name: string): unknown {
    const known = (this.attributes ??= new Map<string, unknown>())
    if (!known.has(name))
      known.set(name, this.ask('attribute', (w) => w.attribute(name)) ?? undefined)
    return known.get(name)
  }

  /** The trail, created on first use. */
  trailLog(): TrailLog {
    return (this.trail ??= new TrailLog())
  }

  /** Nobody has no role: the World is asked about an account only when there is one. */
  private askOfUser(question: 'isAdmin' | 'isEmployee' | 'hasBeta' | 'hasGold'): boolean {
    return (
      this.ask(question, (w) => {
        const user = this.user()
        return user !== null && w[question](user)
      }) === true
    )
  }

  private ask<T>(question: Question, answer: (world: World) => T): T | undefined {
    try {
      return answer(this.world)
    } catch (error) {
      if (question === 'user' || question === 'isLoggedIn') this.unknown = true
      this.options.onThrow?.(question, error)
      return undefined
    }
  }
}

/** Ids are compared and hashed as text; a number is its shortest decimal text. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A page with an id that can be hashed; anything else is none. */
function pageOf(page: Page | undefined): Page | undefined {
  const id = textOf(page?.id)
  return page && id !== undefined ? { id, type: page.type } : undefined
}
