/** A cookie as a browser sends it. */
export interface SentCookie {
  readonly name: string
  readonly value: string
}

/** The cookies of a Cookie header whose names begin so, by their plain names: SDKs differ in how they spell a name. */
export function cookiesIn(header: string, prefix: string): Map<string, SentCookie> {
  const found = new Map<string, SentCookie>()
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=')
    if (equals < 0) continue
    const name = pair.slice(0, equals).trim()
    const spelt = plain(name)
    // Of several with one name the first is the most specific.
    if (spelt?.startsWith(prefix) && !found.has(spelt)) found.set(spelt, { name, value: pair.slice(equals + 1).trim() })
  }
  return found
}

function plain(name: string): string | undefined {
  try {
    return decodeURIComponent(name)
  } catch {
    return undefined
  }
}

export interface CookieAttributes {
  readonly maxAgeSeconds: number
  readonly secure: boolean
  readonly httpOnly: boolean
  readonly domain?: string
}

export function setCookieLine(name: string, value: string, { maxAgeSeconds, secure, httpOnly, domain }: CookieAttributes): string {
  const attributes = [`Max-Age=${maxAgeSeconds}`, 'Path=/', 'SameSite=Lax']
  if (domain !== undefined) attributes.push(`Domain=${domain}`)
  if (httpOnly) attributes.push('HttpOnly')
  if (secure) attributes.push('Secure')
  return [`${name}=${value}`, ...attributes].join('; ')
}
