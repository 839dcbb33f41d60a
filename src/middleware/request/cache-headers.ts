import type { Questions } from '../../engine/questions'
import { Request } from '../../engine/request'

/** The headers of a response that has not been sent. */
export interface ResponseHeaders {
  get(name: string): string | undefined
  set(name: string, value: string): void
}

/** Marks a response as its visitor's own, when an answer depended on the visitor. */
export type CacheHeaders = (headers: ResponseHeaders) => void

/** `wanted` is the option `cacheHeaders`. Undefined when the headers are left alone. */
export function cacheHeadersOf(
  wanted: boolean | readonly string[],
): ((request: Questions) => CacheHeaders) | undefined {
  if (wanted === false) return undefined
  const vary = wanted === true ? ['Cookie'] : wanted
  return (request) => (headers) => {
    if (!(request instanceof Request) || request.dependsOnVisitor) markPrivate(headers, vary)
  }
}

/** What the application set stays, except what would let a shared cache store the response. */
function markPrivate(headers: ResponseHeaders, vary: readonly string[]): void {
  const directives = listOf(headers.get('Cache-Control'))
  if (!directives.some((directive) => /^(private|no-store)$/i.test(directive))) {
    const kept = directives.filter((directive) => !/^(public|s-maxage\b.*)$/i.test(directive))
    headers.set('Cache-Control', ['private', ...kept].join(', '))
  }
  const varying = listOf(headers.get('Vary'))
  const has = (name: string): boolean =>
    varying.some((one) => one === '*' || one.toLowerCase() === name.toLowerCase())
  const added = vary.filter((name) => !has(name))
  if (added.length > 0) headers.set('Vary', [...varying, ...added].join(', '))
}

const listOf = (header: string | undefined): string[] =>
  (header ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
