import type { PatternCompiler } from '../core/definitions'
import { isJsonList, isJsonObject, type JsonObject, type JsonValue, kindOf } from '../core/json'
import type { Path } from '../core/problem'
import type { EntryProblem } from '../core/selector'
import { foldCase } from './patterns/letter-case'

/** Replaces `*` before a pattern is parsed as a URL, because a host cannot contain `*`. */
const WILDCARD = '_____'

/**
 * Tests a text against a pattern with wildcards, ignoring case. A wildcard matches any text without
 * a line end. Each piece is taken where it first fits; later places could not match more, so the
 * time is linear.
 */
function compileWildcards(pattern: string): (text: string) => boolean {
  const pieces = foldCase(pattern).split(WILDCARD)
  const [first = '', ...others] = pieces
  const last = others.pop()
  if (last === undefined) return (text) => foldCase(text) === first
  return (text) => {
    const folded = foldCase(text)
    const end = folded.length - last.length
    if (!folded.startsWith(first) || !folded.endsWith(last) || end < first.length) return false
    let at = first.length
    for (const piece of others) {
      const found = folded.indexOf(piece, at)
      if (found === -1 || found + piece.length > end || hasLineEnd(folded, at, found)) return false
      at = found + piece.length
    }
    return !hasLineEnd(folded, at, end)
  }
}

const hasLineEnd = (text: string, from: number, to: number): boolean =>
  /[\n\r\u2028\u2029]/.test(text.slice(from, to))

/** Parses a URL; undefined when the text is none. */
export function parseUrl(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base)
  } catch {
    return undefined
  }
}

/**
 * Adds the parameters of the current URL to a redirect's destination, except those that the
 * destination has itself. Returns the destination unchanged when either is no absolute URL.
 */
export function mergeQueryStrings(current: string, destination: string): string {
  const [from, to] = [parseUrl(current), parseUrl(destination)]
  if (from === undefined || to === undefined) return destination
  for (const [name, value] of from.searchParams)
    if (!to.searchParams.has(name)) to.searchParams.set(name, value)
  return to.href
}

/** Tests one part of a URL. */
type Part = (url: URL) => boolean

/**
 * A pattern such as `example.com/shop/*?ref=*`, compared part by part: the host, the path, the hash
 * if it has one, and each parameter that it names. The protocol is never compared. Undefined when no
 * URL could match.
 */
function compileSimplePattern(pattern: string): Part | undefined {
  const isBareHost = /^[^:/?]*\./.test(pattern)
  const expected = parseUrl(
    (isBareHost ? `https://${pattern}` : pattern).replaceAll('*', WILDCARD),
    `https://${WILDCARD}`,
  )
  if (expected === undefined) return undefined
  const host = compileWildcards(expected.host)
  const path = compilePath(expected.pathname)
  const hash = expected.hash === '' ? () => true : compileWildcards(expected.hash)
  const parameters = [...expected.searchParams].map(([name, value]): Part => {
    const matches = compileWildcards(value)
    return (url) => matches(url.searchParams.get(name) ?? '')
  })
  return (url) =>
    host(url.host) &&
    path(url.pathname) &&
    hash(url.hash) &&
    parameters.every((matches) => matches(url))
}

/** A slash at either end of a path, of the pattern as of the URL, may be there or not. */
function compilePath(pattern: string): (path: string) => boolean {
  const matches = compileWildcards(pattern.replace(/^\//, '').replace(/\/$/, ''))
  return (path) => {
    if (matches(path)) return true
    const start = path.startsWith('/') ? 1 : 0
    const end = path.endsWith('/') ? path.length - 1 : path.length
    return (
      (start > 0 && matches(path.slice(1))) ||
      (end < path.length && matches(path.slice(0, end))) ||
      (start <= end && matches(path.slice(start, end)))
    )
  }
}

/** What compiling URL patterns needs. */
export interface UrlContext {
  readonly patterns: PatternCompiler
  readonly report: (problem: EntryProblem) => void
}

interface UrlPattern {
  readonly include: boolean
  readonly matches: (url: URL) => boolean
}

/** Makes a bare path a URL, too. */
const BASE = 'https://_'

/**
 * Tests whether an experiment runs on a URL (docs/spec/growthbook.md, section 5). Without a pattern
 * it runs on none.
 */
export function compileUrlPatterns(
  patterns: JsonValue,
  context: UrlContext,
): (url: string) => boolean {
  if (!isJsonList(patterns)) {
    context.report({
      code: 'bad-type',
      path: [],
      message: `urlPatterns is ${kindOf(patterns)}; write a list of patterns`,
    })
    return () => false
  }
  if (patterns.length === 0) return () => false
  const compiled = patterns.map((pattern, i) => compileUrlPattern(pattern, [i], context))
  const excludesOnly = compiled.every(({ include }) => !include)
  return (text) => {
    const url = parseUrl(text, BASE)
    let isIncluded = false
    for (const { include, matches } of compiled) {
      if (url === undefined || !matches(url)) continue
      if (!include) return false
      isIncluded = true
    }
    return isIncluded || excludesOnly
  }
}

function compileUrlPattern(pattern: JsonValue, path: Path, context: UrlContext): UrlPattern {
  const { type, pattern: text, include }: Partial<JsonObject> = isJsonObject(pattern) ? pattern : {}
  const matches = matcherOf(type, text, context.patterns)
  if (typeof matches !== 'string') return { include: include !== false, matches }
  context.report({ code: 'bad-type', path, message: matches })
  return { include: include !== false, matches: () => false }
}

/** Compiles a pattern; returns a text that says why it cannot. */
function matcherOf(
  type: JsonValue | undefined,
  text: JsonValue | undefined,
  patterns: PatternCompiler,
): UrlPattern['matches'] | string {
  if (typeof text !== 'string')
    return `a URL pattern is ${kindOf(text)}; write a mapping with a type, and text for its pattern`
  if (type === 'simple')
    return (
      compileSimplePattern(text) ??
      `the URL pattern ${JSON.stringify(text)} is no URL, even with wildcards; fix it`
    )
  if (type !== 'regex')
    return `the URL pattern ${JSON.stringify(text)} has a type that is not known; write simple or regex`
  const matches = patterns(text, false)
  if (typeof matches === 'string') return matches
  return ({ href, origin }) => matches(href) || matches(href.slice(origin.length))
}
