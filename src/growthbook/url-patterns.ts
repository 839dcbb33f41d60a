import { isJsonList, isJsonObject, type JsonObject, type JsonValue, kindOf } from '../core/json'
import type { Path } from '../core/problem'
import type { Flaw } from '../core/selector'
import type { PatternCompiler } from './patterns'
import { compileSimplePattern } from './simple-url'
import { parseUrl } from './url'

/** What URL patterns are compiled with. */
export interface UrlContext {
  readonly patterns: PatternCompiler
  readonly report: (flaw: Flaw) => void
}

interface UrlPattern {
  readonly include: boolean
  readonly matches: (url: URL) => boolean
}

/** So that a bare path is a URL, too. */
const BASE = 'https://_'

/** Whether a URL is among those that an experiment is for (spec/growthbook.md, section 5). Without a pattern, none is. */
export function compileUrlPatterns(patterns: JsonValue, context: UrlContext): (url: string) => boolean {
  if (!isJsonList(patterns)) {
    context.report({ code: 'bad-type', path: [], message: `urlPatterns is ${kindOf(patterns)}; write a list of patterns` })
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

/** What a pattern asks of a URL; or, as a text, what is wrong with it. */
function matcherOf(type: JsonValue | undefined, text: JsonValue | undefined, patterns: PatternCompiler): UrlPattern['matches'] | string {
  if (typeof text !== 'string') return `a URL pattern is ${kindOf(text)}; write a mapping with a type, and text for its pattern`
  if (type === 'simple') return compileSimplePattern(text) ?? `the URL pattern ${JSON.stringify(text)} is no URL, even with wildcards; mend it`
  if (type !== 'regex') return `the URL pattern ${JSON.stringify(text)} has a type that is not known; write simple or regex`
  const matches = patterns(text, false)
  if (typeof matches === 'string') return matches
  return ({ href, origin }) => matches(href) || matches(href.slice(origin.length))
}
