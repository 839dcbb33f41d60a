import { createHmac, timingSafeEqual } from 'node:crypto'
import { isJsonObject, type JsonObject, type JsonValue, own } from '../core/json'
import type { LinkRefusal, SignedLink } from '../core/link'

/** The parameter of an address that has a link. */
export const LINK_PARAMETER = 'liveflag_link'
/** Its value that ends what links force. */
export const END_LINKS = 'end'

/** A longer text is no link. */
const LONGEST = 1000
const FORM = /^1\.([\w-]+)\.([\w-]{43})$/

/**
 * Signs a link: `1.CONTENT.MAC`, both in base64url. The MAC is HMAC-SHA-256 over the version, the
 * key's id and the content.
 */
export function signLink(
  { feature, variant, key, host, until, ...rest }: SignedLink,
  secret: string,
): string {
  const content = {
    k: key,
    f: feature,
    v: variant,
    e: Math.floor(until / 1000),
    ...(rest.for !== undefined && { w: rest.for }),
    ...(host !== undefined && { h: host.toLowerCase() }),
  }
  const text = Buffer.from(JSON.stringify(content)).toString('base64url')
  return `1.${text}.${macOf(text, secret).toString('base64url')}`
}

/**
 * What a link says, once its signature, its host and its time are found right; whom it is for, the
 * caller checks. The signature is compared in constant time, and before anything of the content is
 * believed but the key's id.
 */
export function verifyLink(
  token: string,
  secretOf: (id: string) => string | undefined,
  { host, now }: { readonly host: string | undefined; readonly now: number },
): SignedLink | LinkRefusal {
  const [, text, mac] = (token.length <= LONGEST && FORM.exec(token)) || []
  const content = text === undefined ? undefined : contentOf(text)
  if (text === undefined || mac === undefined || content === undefined)
    return { reason: 'malformed' }
  const secret = secretOf(textIn(content, 'k') ?? '')
  if (secret === undefined) return { reason: 'unknown-key' }
  const [given, right] = [Buffer.from(mac, 'base64url'), macOf(text, secret)]
  if (given.length !== right.length || !timingSafeEqual(given, right)) return { reason: 'tampered' }
  const link = linkOf(content)
  if (link === undefined) return { reason: 'malformed' }
  if (link.until <= now) return { reason: 'expired', link }
  if (link.host !== undefined && link.host !== host?.toLowerCase())
    return { reason: 'other-host', link }
  return link
}

const macOf = (text: string, secret: string): Buffer =>
  createHmac('sha256', secret).update(`liveflag link 1\0${text}`).digest()

function contentOf(text: string): JsonObject | undefined {
  try {
    const content = JSON.parse(Buffer.from(text, 'base64url').toString()) as JsonValue
    return isJsonObject(content) ? content : undefined
  } catch {
    return undefined
  }
}

function linkOf(content: JsonObject): SignedLink | undefined {
  const [key, feature, variant] = ['k', 'f', 'v'].map((name) => textIn(content, name))
  const [whom, host, seconds] = [textIn(content, 'w'), textIn(content, 'h'), own(content, 'e')]
  if (key === undefined || feature === undefined || variant === undefined) return undefined
  if (typeof seconds !== 'number') return undefined
  return {
    feature,
    variant,
    key,
    ...(whom !== undefined && { for: whom }),
    ...(host !== undefined && { host }),
    until: seconds * 1000,
  }
}

function textIn(content: JsonObject, name: string): string | undefined {
  const value = own(content, name)
  return typeof value === 'string' ? value : undefined
}
