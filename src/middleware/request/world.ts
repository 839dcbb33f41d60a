import { parseCookie } from 'cookie'
import { noPromise } from '../../core/guarded'
import { type LinkedWorld, LINKS } from '../../core/link'
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
import { type LinkCookies, type LinkOptions, linkReader } from './links'

/** Facts about a visitor that every request has: from its address, its host and its cookies. */

/** The most features that a URL may name, and the longest name; more is noise or an attack. */
const MOST_NAMES = 50
const LONGEST_NAME = 200

/** Every `feature` parameter of a URL, in URL order, repeats included. Commas are not split. */
export function urlFeaturesOf(url: string): string[] {
  const query = url.indexOf('?')
  if (query < 0) return []
  const names = new URLSearchParams(url.slice(query + 1)).getAll('feature')
  // A name that is too long is left out: a shortened one could be another feature's.
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
 * r2's logged-out id: the cookie `loid`, URL-decoded, up to its first dot. Of several cookies the
 * first is the most specific.
 */
export function loidOf(cookies: string | undefined): string | undefined {
  // The value is decoded after its quotes are removed; other cookies are not decoded.
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
 * How an application answers the World's questions about a request. Every member may be missing.
 * Each function is called only when an entry needs it, and at most once a request, for entries and
 * code together; only `validExposureRequest` calls again. One that throws counts as unanswered and
 * is reported as a problem.
 */
export interface Answers<Req, User extends Account = Account> {
  /** The signed-in user; `id` is what is bucketed. */
  user?(req: Req): User | null | undefined
  /**
   * The roles of a user: of the request's own user, or of one in an override. Without a function, a
   * role is read from the account, as `worldOf` does: `{ id, name, admin: true }`.
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
  /** Replaces what is computed from `domain`. */
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
  /**
   * All other attributes: a function of the request that returns them by name, a function for each
   * name, or one of a name and the request.
   *
   * @example attributes: (req) => ({ country: req.get('x-country'), age: req.user?.age })
   * @example attributes: { country: (req) => req.get('x-country') }
   * @example attributes: (name, req) => req.headers[`x-${name}`]
   */
  readonly attributes?: Readonly<Record<string, (req: Req) => unknown>> | AttributesOf<Req>
  /**
   * Honours signed links that force a variant, such as `liveflag link` prints. Default: none is.
   *
   * @example links: { keys: process.env['LIVEFLAG_LINK_KEYS'] ?? {} }
   */
  readonly links?: LinkOptions
}

/**
 * `(req) => attributes` or `(name, req) => attribute`. In one signature, because TypeScript infers
 * the parameters of a function from a single one only; which form it is, the number of its
 * parameters tells.
 */
type AttributesOf<Req> = (request: Req & string, req: Req) => unknown

/** How the parts of a request that the defaults are read from are found in a framework. */
export interface RequestReader<Req> {
  /** Path and query, as the visitor sent them. */
  url(req: Req): string
  /** The Cookie header. */
  cookies(req: Req): string | undefined
  /** The host without its port, from a header that the framework trusts. */
  hostname(req: Req): string | undefined
}

/** The application's answers about the request; null counts as undefined. */
type RequestAnswerers<Req> = {
  readonly [Q in RequestQuestion]?: (req: Req) => ReturnType<World[Q]> | null
}

const NOBODY = worldOf()
const NOTHING: RequestAnswers = NOBODY

/**
 * The World of one request, by the application's answers. It caches nothing: the Request asks each
 * question at most once.
 */
export function requestWorld<Req>(
  req: Req,
  answers: Answers<Req>,
  read: RequestReader<Req>,
  cookies: LinkCookies = {},
): LinkedWorld {
  const given: RequestAnswerers<Req> = answers
  const byDefault = defaultAnswers(req, answers.domain, read)
  const user = (): Account | undefined => answers.user?.(req) ?? undefined
  return {
    user,
    isLoggedIn: (account) => Boolean(account ?? noPromise(user())),
    // Without a user there is no role, and the application is not asked.
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
    attribute: attributeReader(req, answers.attributes),
    ...(answers.links && { [LINKS]: linkReader(req, answers.links, read, cookies) }),
  }
}

/** The answers that are read from the request itself. */
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

function attributeReader<Req>(
  req: Req,
  from: Answers<Req>['attributes'],
): (name: string) => unknown {
  if (typeof from !== 'function')
    return (name) => (from && Object.hasOwn(from, name) ? from[name]?.(req) : undefined)
  // Where functions of the application are called: which form this is, no type tells.
  const ofName = from as (name: string, req: Req) => unknown
  if (from.length > 1) return (name) => ofName(name, req)
  const ofRequest = from as (req: Req) => unknown
  let all: unknown
  return (name) => {
    all ??= noPromise(ofRequest(req))
    // One parameter, and no object of attributes: the name alone may be asked for.
    if (typeof all !== 'object' || all === null) return ofName(name, req)
    return Object.hasOwn(all, name) ? (Reflect.get(all, name) as unknown) : undefined
  }
}
