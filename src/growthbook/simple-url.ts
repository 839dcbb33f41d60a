import { parseUrl } from './url'
import { compileWildcards, WILDCARD } from './wildcards'

/** What is asked of one part of a URL. */
type Part = (url: URL) => boolean

/**
 * A pattern such as `example.com/shop/*?ref=*`, compared part by part: the host, the path, the hash if it has one, and
 * each parameter that it names. The protocol is never compared. Undefined: it can be no URL's pattern.
 */
export function compileSimplePattern(pattern: string): Part | undefined {
  const isBareHost = /^[^:/?]*\./.test(pattern)
  const expected = parseUrl((isBareHost ? `https://${pattern}` : pattern).replaceAll('*', WILDCARD), `https://${WILDCARD}`)
  if (expected === undefined) return undefined
  const host = compileWildcards(expected.host)
  const path = compilePath(expected.pathname)
  const hash = expected.hash === '' ? () => true : compileWildcards(expected.hash)
  const parameters = [...expected.searchParams].map(([name, value]): Part => {
    const matches = compileWildcards(value)
    return (url) => matches(url.searchParams.get(name) ?? '')
  })
  return (url) => host(url.host) && path(url.pathname) && hash(url.hash) && parameters.every((matches) => matches(url))
}

/** A slash at either end of a path, of the pattern as of the URL, may be there or not. */
function compilePath(pattern: string): (path: string) => boolean {
  const matches = compileWildcards(pattern.replace(/^\//, '').replace(/\/$/, ''))
  return (path) => {
    if (matches(path)) return true
    const start = path.startsWith('/') ? 1 : 0
    const end = path.endsWith('/') ? path.length - 1 : path.length
    return (start > 0 && matches(path.slice(1))) || (end < path.length && matches(path.slice(0, end))) || (start <= end && matches(path.slice(start, end)))
  }
}
