import { createHmac, timingSafeEqual } from 'node:crypto'
import { parseCookie, stringifySetCookie } from 'cookie'
import { LiveflagError } from '../core/errors'
import {
  checkOptions,
  type OptionKinds,
  TEXT,
  TRUE_OR_FALSE,
  wholeNumberFrom,
} from '../core/options'
import type { StickyDocument, StickyService } from '../core/sticky'
import { documentKey } from './documents'
import { merged, validDocument } from './wanted'

/** A cookie as a browser sends it. */
interface SentCookie {
  readonly name: string
  readonly value: string
}

/**
 * Signatures are verified on values as they were sent, so this file decodes and encodes values, not
 * the package.
 */
const asItIs = (value: string): string => value

/** A server cannot set, and so not delete, a cookie of another name. */
const SETTABLE = /^[!-~]+$/

/**
 * Returns the cookies of a Cookie header whose names begin with `prefix`, by their decoded names:
 * SDKs encode a name in different ways.
 */
function cookiesIn(header: string, prefix: string): Map<string, SentCookie> {
  const found = new Map<string, SentCookie>()
  for (const [name, value = ''] of Object.entries(parseCookie(header, { decode: asItIs }))) {
    const decodedName = SETTABLE.test(name) ? decodedOr(name) : undefined
    // Of several with one name the first is the most specific.
    if (decodedName?.startsWith(prefix) && !found.has(decodedName))
      found.set(decodedName, { name, value })
  }
  return found
}

function decodedOr(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** One request and its response, as far as cookies go. */
export interface CookieExchange {
  /** The Cookie header of the request. */
  readonly cookies: string | undefined
  /**
   * Adds a Set-Cookie header; replaces one of the same cookie. Throws when the response has begun.
   */
  setCookie(name: string, line: string): void
}

export interface CookieStickyOptions {
  /**
   * The beginning of the cookies' names. Default `gbStickyBuckets__`, as in GrowthBook's SDKs.
   */
  readonly prefix?: string
  /** Signs the cookies. Without it, visitors can choose their own variations. */
  readonly secret?: string
  /** Default 180 days. */
  readonly maxAgeSeconds?: number
  /** Sent over https only. Default false; with Express, whether the request came over https. */
  readonly secure?: boolean
  /** Hidden from scripts. Default true; false shares the cookies with GrowthBook's browser SDK. */
  readonly httpOnly?: boolean
  /** The domain whose subdomains get the cookies, too. Default: the host that set them alone. */
  readonly domain?: string
  /**
   * Bytes of one cookie at most, name included: the oldest assignments are left out. Default 3800;
   * browsers accept 4096.
   */
  readonly maxBytes?: number
  /**
   * Cookies at most: documents of other visitors who used the browser are deleted. Default 5.
   */
  readonly maxCookies?: number
}

const DEFAULTS = {
  prefix: 'gbStickyBuckets__',
  maxAgeSeconds: 180 * 24 * 3600,
  secure: false,
  httpOnly: true,
  maxBytes: 3800,
  maxCookies: 5,
}

/** What browsers take, and the package lets pass. */
const DOMAIN = /^\.?[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i

const KINDS: OptionKinds<CookieStickyOptions> = {
  prefix: TEXT,
  secret: TEXT,
  maxAgeSeconds: wholeNumberFrom(1, 'whole seconds above 0'),
  secure: TRUE_OR_FALSE,
  httpOnly: TRUE_OR_FALSE,
  domain: {
    fits: (value) => typeof value === 'string' && DOMAIN.test(value),
    wanted: 'a domain, such as example.org, without a scheme, a port or a path',
  },
  maxBytes: wholeNumberFrom(1),
  maxCookies: wholeNumberFrom(1),
}

/**
 * Stores a visitor's sticky documents in their browser, one cookie each. Create one for every
 * request.
 *
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION
 */
export function cookieStickyService(
  exchange: CookieExchange,
  options: CookieStickyOptions = {},
): StickyService {
  checkOptions('cookieStickyService', options, KINDS)
  // With an empty secret, as of a variable that is not set, anybody could sign.
  if (options.secret === '')
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      'cookieStickyService: secret is empty; give a long random text, or leave it out',
    )
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return new CookieSticky(exchange, { ...DEFAULTS, ...Object.fromEntries(given) })
}

type Settled = typeof DEFAULTS & CookieStickyOptions

class CookieSticky implements StickyService {
  private readonly cookies: Map<string, SentCookie>
  /** The names of this visitor's own cookies. */
  private readonly own = new Set<string>()

  constructor(
    private readonly exchange: CookieExchange,
    private readonly options: Settled,
  ) {
    this.cookies = cookiesIn(exchange.cookies ?? '', options.prefix)
  }

  async getAssignments(
    attributeName: string,
    attributeValue: string,
  ): Promise<StickyDocument | undefined> {
    return this.read(attributeName, attributeValue)
  }

  async saveAssignments(document: StickyDocument, loaded?: StickyDocument): Promise<void> {
    const { attributeName, attributeValue } = document
    const plain = this.nameOf(attributeName, attributeValue)
    // A cookie keeps the spelling that it was sent with, or the browser would store two.
    const name = this.cookies.get(plain)?.name ?? encodeURIComponent(plain)
    const stored = this.read(attributeName, attributeValue)
    const value = this.shortened(name, merged(stored, document, loaded))
    this.setCookie(name, value, this.options.maxAgeSeconds)
    this.cookies.set(plain, { name, value })
    this.makeRoom()
  }

  private read(attributeName: string, attributeValue: string): StickyDocument | undefined {
    const plain = this.nameOf(attributeName, attributeValue)
    this.own.add(plain)
    const cookie = this.cookies.get(plain)
    const json = cookie && this.verified(cookie)
    return validDocument(decoded(json), { key: plain, name: attributeName, value: attributeValue })
  }

  private nameOf(attributeName: string, attributeValue: string): string {
    return this.options.prefix + documentKey(attributeName, attributeValue)
  }

  private shortened(name: string, document: StickyDocument): string {
    const { maxBytes } = this.options
    const assignments = Object.entries(document.assignments)
    for (;;) {
      const value = this.signed(
        name,
        encodeURIComponent(
          JSON.stringify({ ...document, assignments: Object.fromEntries(assignments) }),
        ),
      )
      // Everything in both is encoded, so a character is a byte.
      if (name.length + 1 + value.length <= maxBytes) return value
      assignments.shift()
      if (assignments.length === 0) throw tooLong(document.attributeName, maxBytes)
    }
  }

  /** Deletes documents that other visitors left in this browser: request headers are limited. */
  private makeRoom(): void {
    for (const [plain, { name }] of this.cookies) {
      if (this.cookies.size <= this.options.maxCookies) return
      if (this.own.has(plain)) continue
      this.setCookie(name, '', 0)
      this.cookies.delete(plain)
    }
  }

  private setCookie(name: string, value: string, maxAge: number): void {
    const { domain, httpOnly, secure } = this.options
    const line = stringifySetCookie(name, value, {
      maxAge,
      path: '/',
      sameSite: 'lax',
      httpOnly,
      secure,
      ...(domain !== undefined && { domain }),
      encode: asItIs,
    })
    this.exchange.setCookie(name, line)
  }

  private signed(name: string, value: string): string {
    const { secret } = this.options
    return secret === undefined ? value : `${value}.${signature(secret, name, value)}`
  }

  /** Returns the value without its signature; undefined when that is wrong or missing. */
  private verified({ name, value }: SentCookie): string | undefined {
    const { secret } = this.options
    if (secret === undefined) return value
    const dot = value.lastIndexOf('.')
    const [text, sent] = [value.slice(0, Math.max(dot, 0)), Buffer.from(value.slice(dot + 1))]
    const expected = Buffer.from(signature(secret, name, text))
    return sent.length === expected.length && timingSafeEqual(sent, expected) ? text : undefined
  }
}

function tooLong(attribute: string, maxBytes: number): LiveflagError {
  const message = `a sticky document of ${JSON.stringify(attribute)} does not fit into a cookie of ${maxBytes} bytes; store it elsewhere, or hash a shorter attribute`
  return new LiveflagError('LIVEFLAG_BAD_OPTION', message)
}

const signature = (secret: string, name: string, value: string): string =>
  createHmac('sha256', secret).update(`${name}=${value}`).digest('base64url')

function decoded(value: string | undefined): unknown {
  try {
    return value === undefined ? undefined : JSON.parse(decodeURIComponent(value))
  } catch {
    return undefined
  }
}
