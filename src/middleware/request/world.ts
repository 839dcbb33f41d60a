import { parseCookie } from 'cookie'
import {
  type Account,
  answerRequest,
  answerRoles,
  type Page,
  type RequestAnswers,
  type RequestQuestion,
  type World,
  worldOf,
} from '../../core/world'

/**
 * What can be told of a visitor without knowing the application: by the address, the host and the
 * cookies.
 */

/**
 * A URL asks for no more features than this, each name at most so long; the rest is noise, or an
 * attack.
 */
const MOST_NAMES = 50
const LONGEST_NAME = 200

/** Every `feature` parameter of a URL, in URL order, repeats included. Commas are not split. */
export function urlFeaturesOf(url: string): string[] {
  const query = url.indexOf('?')
  if (query < 0) return []
  const names = new URLSearchParams(url.slice(query + 1)).getAll('feature')
  // A shortened name could be another feature's, so one that is too long is left out.
  return names.filter((name) => name.length <= LONGEST_NAME).slice(0, MOST_NAMES)
}

/**
 * The host's text before the site's own domain: `beta` of `beta.example.com`. Undefined for any
 * other host.
 */
export function subdomainOf(hostname: string | undefined, domain: string): string | undefined {
  const host = bare(hostname ?? '')
  const end = `.${bare(domain)}`
  return host.endsWith(end) ? host.slice(0, -end.length) : undefined
}

/**
 * r2's logged-out id: the cookie `loid`, URL-decoded, up to its first dot. Of several, the first is
 * the most specific.
 */
export function loidOf(cookies: string | undefined): string | undefined {
  // Only this one is decoded, and only once it is without its quotes.
  const { loid = '' } = parseCookie(cookies ?? '', { decode: (value) => value })
  const [id] = decoded(unquoted(loid)).split('.', 1)
  return id === '' ? undefined : id
}

const unquoted = (text: string): string => (/^".*"$/.test(text) ? text.slice(1, -1) : text)

/** Host names are compared without case, and may end with the root's dot. */
const bare = (host: string): string => host.toLowerCase().replace(/\.$/, '')

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/**
 * How an application answers the World's questions about a request. All are optional. Each is asked
 * only when an entry needs it, and at most once a request by entries and code alike; only
 * `validExposureRequest` asks anew. One that throws counts as unanswered and is reported as a
 * problem.
 */
export interface Answers<Req, User extends Account = Account> {
  /** The signed-in user; `id` is what is bucketed. */
  user?(req: Req): User | null | undefined
  /**
   * The roles of a user: the request's own, or one that an override gives. Left out, a role is read
   * from the account, as `worldOf` does: `{ id, name, admin: true }`.
   */
  isAdmin?(user: User, req: Req): boolean
  isEmployee?(user: User, req: Req): boolean
  hasGold?(user: User, req: Req): boolean
  hasBeta?(user: User, req: Req): boolean
  subreddit?(req: Req): string | null | undefined
  /**
   * The site's own domain: the host's text before it is the subdomain. Without it there is none.
   */
  readonly domain?: string
  /** Instead of what `domain` gives. */
  subdomain?(req: Req): string | null | undefined
  oauthClient?(req: Req): string | null | undefined
  /** Default: the cookie `loid`, URL-decoded, up to its first dot. */
  loid?(req: Req): string | null | undefined
  /**
   * Default: every `feature` parameter of the URL, in URL order; at most 50, of at most 200
   * characters each.
   */
  urlFeatures?(req: Req): Iterable<string>
  /** The thing that the URL is about, for experiments on pages. */
  page?(req: Req): Page | null | undefined
  /** Anything else: by name, or one function for all names. */
  readonly attributes?:
    Readonly<Record<string, (req: Req) => unknown>> | ((name: string, req: Req) => unknown)
}

/** How a framework gives the parts of a request that the defaults are read from. */
export interface RequestReader<Req> {
  /** Path and query, as the visitor asked for them. */
  url(req: Req): string
  /** The Cookie header. */
  cookies(req: Req): string | undefined
  /** The host without its port, from whom the framework trusts to tell it. */
  hostname(req: Req): string | undefined
}

/** Answers about the request, as the application gives them; null is as good as undefined. */
type RequestAnswerers<Req> = {
  readonly [Q in RequestQuestion]?: (req: Req) => ReturnType<World[Q]> | null
}

const NOBODY = worldOf()
const NOTHING: RequestAnswers = NOBODY

/**
 * The World of one request, as the application answers. It remembers nothing: the request that is
 * made for it asks each question at most once.
 */
export function requestWorld<Req>(
  req: Req,
  answers: Answers<Req>,
  read: RequestReader<Req>,
): World {
  const given: RequestAnswerers<Req> = answers
  const byDefault = defaultAnswers(req, answers.domain, read)
  const user = (): Account | undefined => answers.user?.(req) ?? undefined
  return {
    user,
    isLoggedIn: (account) => Boolean(account ?? user()),
    // Nobody has no role, and the application is not asked about nobody.
    ...answerRoles((question) => (account) => {
      if (account === undefined) return false
      return answers[question] === undefined
        ? NOBODY[question](account)
        : answers[question](account, req)
    }),
    ...answerRequest(
      (question) => () =>
        given[question] === undefined
          ? byDefault[question]()
          : (given[question](req) ?? NOTHING[question]()),
    ),
    attribute: (name) => attribute(name, req, answers.attributes),
  }
}

/** What any request tells of itself. */
const defaultAnswers = <Req>(
  req: Req,
  domain: string | undefined,
  read: RequestReader<Req>,
): RequestAnswers => ({
  ...NOTHING,
  subdomain: () => (domain === undefined ? undefined : subdomainOf(read.hostname(req), domain)),
  loid: () => loidOf(read.cookies(req)),
  urlFeatures: () => urlFeaturesOf(read.url(req)),
})

function attribute<Req>(name: string, req: Req, from: Answers<Req>['attributes']): unknown {
  if (typeof from === 'function') return from(name, req)
  return from && Object.hasOwn(from, name) ? from[name]?.(req) : undefined
}
