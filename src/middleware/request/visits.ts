import type { Account } from '../../core/world'
import type { Features } from '../../engine/features'
import type { Questions } from '../../engine/questions'
import { type CacheHeaders, cacheHeadersOf } from './cache-headers'
import { checkAnswers } from './check-answers'
import type { LinkCookies } from './links'
import { type StickyPrefetch, stickyPrefetch } from './sticky-prefetch'
import { type Answers, type RequestReader, requestWorld } from './world'

/** The options of every middleware, each a function of that framework's request. */
export interface MiddlewareOptions<Req, Res, User extends Account = Account> extends Answers<
  Req,
  User
> {
  /**
   * The store of sticky assignments. They are loaded before the request goes on, for at most
   * `timeoutMs` (200).
   */
  readonly sticky?: StickyPrefetch<Req, Res>
  /**
   * Whether a response that depends on its visitor says so to caches: `Cache-Control: private` and
   * `Vary: Cookie`. It does when the request asked for a feature that is not the same for everybody.
   * Give the names of other headers for `Vary` where those tell your visitors apart. Default false.
   *
   * @example cacheHeaders: ['Cookie', 'Authorization']
   */
  readonly cacheHeaders?: boolean | readonly string[]
}

/** How the parts of a request are read, and a cookie is set on its response. */
export interface VisitReader<Req, Res> extends RequestReader<Req> {
  /** Adds a Set-Cookie header. Without it, a signed link counts for its address alone. */
  setCookie?(req: Req, res: Res, line: string): void
  /** Whether the visitor came over https. Default false. */
  isSecure?(req: Req): boolean
}

/** One request on its way through a middleware. */
export interface Visit {
  readonly request: Questions
  /** Resolves when the sticky documents are loaded; undefined when there is nothing to wait for. */
  readonly loading: Promise<void> | undefined
  /** To be called right before the headers go out; undefined without the option. */
  readonly cacheHeaders: CacheHeaders | undefined
}

/** Runs the rest of a request in its asynchronous context. */
export type Visits<Req, Res> = <T>(req: Req, res: Res, go: (visit: Visit) => T) => T

/**
 * What all middlewares share: the check of the options, the World of each request, its sticky
 * documents, and whether its answers depend on who asks.
 *
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION, in the name of `call`
 */
export function visitsOf<Req, Res, User extends Account>(
  call: string,
  features: Features,
  options: MiddlewareOptions<Req, Res, User>,
  read: VisitReader<Req, Res>,
): Visits<Req, Res> {
  checkAnswers(call, features, options)
  const prefetch = stickyPrefetch(options.sticky)
  const names = (): readonly string[] => features.stickyAttributes
  const caching = cacheHeadersOf(options.cacheHeaders ?? false)
  return (req, res, go) =>
    features.run(requestWorld(req, options, read, cookiesOf(req, res, read)), (request) =>
      go({
        request,
        loading: prefetch(req, res, request, names),
        cacheHeaders: caching?.(request),
      }),
    )
}

const cookiesOf = <Req, Res>(req: Req, res: Res, read: VisitReader<Req, Res>): LinkCookies => ({
  set: (line) => read.setCookie?.(req, res, line),
  isSecure: () => read.isSecure?.(req) === true,
})
