import { parseCookie, stringifySetCookie } from 'cookie'
import type { LinkRefusal, RequestLinks, SignedLink } from '../../core/link'
import { ANYTHING, checkOptions, FUNCTION, isText, type OptionKinds } from '../../core/options'
import { type LinkKeys, linkKeys } from '../../links/keys'
import { END_LINKS, LINK_PARAMETER, verifyLink } from '../../links/token'

/** Which signed links a middleware honours. */
export interface LinkOptions {
  /**
   * The secrets by key id, each of at least 32 characters; or as one text, `qa-1=SECRET qa-2=SECRET`,
   * as an environment variable has it. Links of an id that is removed are refused at once.
   */
  readonly keys: LinkKeys | string
  /**
   * The cookie in which a link of the address goes on forcing on the next pages, until it expires.
   * Default `liveflag_links`. False: a link counts for its own address alone.
   */
  readonly cookie?: string | false
  /** Receives each link that is refused, for counting. What it throws is reported as a problem. */
  readonly onRefused?: (refusal: LinkRefusal) => unknown
}

/** How the cookie of links is set. Without it, a link counts for its address alone. */
export interface LinkCookies {
  /** Adds a Set-Cookie header to the response. */
  set?(line: string): void
  /** Whether the visitor came over https. Default false. */
  isSecure?(): boolean
}

const KINDS: OptionKinds<LinkOptions> = {
  keys: ANYTHING,
  cookie: {
    fits: (value) => value === false || (isText(value) && /^[\w-]+$/.test(value)),
    wanted: 'the name of a cookie, or false',
  },
  onRefused: FUNCTION,
}

/** Throws LIVEFLAG_BAD_OPTION, when the middleware is created, on links that could not be checked. */
export function checkLinkOptions(call: string, options: object): void {
  checkOptions<object>(call, options, KINDS)
  linkKeys(call, Reflect.get(options, 'keys'))
}

/** The most links of a request; more is noise or an attack. */
const MOST_LINKS = 10

/** Where the parts of a request that may have links are found. */
interface Reader<Req> {
  url(req: Req): string
  cookies(req: Req): string | undefined
  hostname(req: Req): string | undefined
}

type SecretOf = (id: string) => string | undefined

/** The keys of a text are read once, those of a mapping at each request. */
const readKeys = new WeakMap<LinkOptions, SecretOf>()

function secretsOf(options: LinkOptions): SecretOf {
  const known = readKeys.get(options)
  if (known) return known
  const secretOf = linkKeys('links', options.keys)
  readKeys.set(options, secretOf)
  return secretOf
}

/** Reads the links of a request; of one without any, which most are, it costs two searches. */
export const linkReader =
  <Req>(req: Req, options: LinkOptions, read: Reader<Req>, jar: LinkCookies) =>
  (now: number): RequestLinks | undefined => {
    const name = options.cookie === false ? undefined : (options.cookie ?? 'liveflag_links')
    const inAddress = tokensInAddress(read.url(req))
    const cookies = name === undefined ? undefined : read.cookies(req)
    const inCookie = name !== undefined && cookies?.includes(name) ? tokensIn(cookies, name) : []
    if (inAddress.length + inCookie.length === 0) return undefined
    const isEnd = inAddress.includes(END_LINKS)
    // Of two links for one feature, that of the address wins.
    const tokens = isEnd ? [] : [...new Set([...inAddress, ...inCookie])].slice(0, MOST_LINKS)
    const checked = check(tokens, secretsOf(options), read.hostname(req), now)
    if (name !== undefined && inAddress.length > 0)
      jar.set?.(cookieLine(name, checked, now, jar.isSecure?.() === true))
    return {
      links: checked.links,
      refused: checked.refused,
      onRefused: options.onRefused,
    }
  }

interface Checked {
  readonly links: SignedLink[]
  readonly refused: LinkRefusal[]
  /** The texts of `links`. */
  readonly tokens: string[]
}

function check(
  tokens: readonly string[],
  secretOf: SecretOf,
  host: string | undefined,
  now: number,
): Checked {
  const checked: Checked = { links: [], refused: [], tokens: [] }
  for (const token of tokens) {
    const link = verifyLink(token, secretOf, { host, now })
    if ('reason' in link) checked.refused.push(link)
    else if (!checked.links.some(({ feature }) => feature === link.feature)) {
      checked.links.push(link)
      checked.tokens.push(token)
    }
  }
  return checked
}

function tokensInAddress(url: string): readonly string[] {
  // Most addresses have none.
  if (!url.includes(LINK_PARAMETER)) return []
  const query = new URLSearchParams(url.slice(url.indexOf('?') + 1))
  return query.getAll(LINK_PARAMETER).slice(0, MOST_LINKS)
}

const tokensIn = (cookies: string, name: string): readonly string[] =>
  (parseCookie(cookies)[name] ?? '').split('~', MOST_LINKS).filter((token) => token !== '')

/** Remembers the links until the last of them expires; without any, the cookie is removed. */
const cookieLine = (
  name: string,
  { links, tokens }: Checked,
  now: number,
  isSecure: boolean,
): string =>
  stringifySetCookie({
    name,
    value: tokens.join('~'),
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: isSecure,
    maxAge: Math.max(0, ...links.map(({ until }) => Math.ceil((until - now) / 1000))),
  })
