/** What can be told of a visitor without knowing the application: by the address, the host and the cookies. */

/** A URL asks for no more features than this, each name at most so long; the rest is noise, or an attack. */
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

/** The host's text before the site's own domain: `beta` of `beta.example.com`. Undefined for any other host. */
export function subdomainOf(hostname: string | undefined, domain: string): string | undefined {
  const host = bare(hostname ?? '')
  const end = `.${bare(domain)}`
  return host.endsWith(end) ? host.slice(0, -end.length) : undefined
}

/** r2's logged-out id: the cookie `loid`, URL-decoded, up to its first dot. */
export function loidOf(cookies: string | undefined): string | undefined {
  const [id] = decoded(cookieOf(cookies ?? '', 'loid') ?? '').split('.', 1)
  return id === '' ? undefined : id
}

/** The value of a cookie in a Cookie header; of several with one name the first, which is the most specific. */
export function cookieOf(header: string, name: string): string | undefined {
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=')
    if (equals >= 0 && pair.slice(0, equals).trim() === name) return unquoted(pair.slice(equals + 1).trim())
  }
  return undefined
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
