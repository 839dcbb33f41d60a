import { LiveflagError, messageOf } from '../../core/errors'
import { quietly } from '../../core/guarded'
import type { StickyService } from '../../core/sticky'
import type { Questions } from '../../engine/questions'
import { Request } from '../../engine/request'
import { loadSticky, type StickyOptions } from '../../sticky/load'

/** How a middleware loads a visitor's sticky documents before the request goes on. */
export interface StickyPrefetch<Req, Res> extends StickyOptions {
  /** The store, or a function that returns one for each request, such as a store in its cookies. */
  readonly service: StickyService | ((req: Req, res: Res) => StickyService)
  /** Attributes that experiments in your code hash. Those of the live config are known. */
  readonly attributes?: readonly string[]
}

/**
 * Loads the documents that the rules in force may need and passes them to the request. `names`
 * lists their attributes, whose values the request is asked for, so the application is asked
 * nothing twice. Undefined when no rule needs any. Whatever the service does, no request fails: it
 * goes on after `timeoutMs` at the latest.
 */
export type Prefetch<Req, Res> = (
  req: Req,
  res: Res,
  request: Questions,
  names: () => readonly string[],
) => Promise<void> | undefined

export function stickyPrefetch<Req, Res>(
  options: StickyPrefetch<Req, Res> | undefined,
): Prefetch<Req, Res> {
  if (!options) return () => undefined
  const { service, attributes = [], ...loading } = options
  // The application's function may return a store for one request and null for the next.
  const goOn = (error: unknown): undefined =>
    void quietly(() => loading.onError?.(noService(error)))
  return (req, res, request, names) => {
    const wanted = [...new Set([...names(), ...attributes])]
    if (wanted.length === 0) return undefined
    if (!(request instanceof Request)) throw foreign()
    try {
      const store = typeof service === 'function' ? service(req, res) : service
      const values = Object.fromEntries(wanted.map((name) => [name, request.attribute(name)]))
      return loadSticky(store, values, wanted, loading).then(
        (documents) => request.useSticky(documents),
        goOn,
      )
    } catch (error) {
      return goOn(error)
    }
  }
}

const foreign = (): LiveflagError =>
  new LiveflagError(
    'LIVEFLAG_BAD_OPTION',
    'sticky: the features are not what openFeatures resolved to; give those',
  )

const noService = (cause: unknown): LiveflagError =>
  cause instanceof LiveflagError
    ? cause
    : new LiveflagError(
        'LIVEFLAG_STORE_UNAVAILABLE',
        `sticky: there is no service for this request, because making it threw (${messageOf(cause)}); make one for every request`,
        { cause },
      )
