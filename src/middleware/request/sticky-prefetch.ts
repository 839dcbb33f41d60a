import { Asker } from '../../core/asker'
import { LiveflagError, messageOf } from '../../core/errors'
import { quietly } from '../../core/guarded'
import type { StickyDocuments, StickyService } from '../../core/sticky'
import type { World } from '../../core/world'
import { loadSticky, type StickyOptions } from '../../sticky/load'

/** Where a middleware loads a visitor's sticky documents from, before the request goes on. */
export interface StickyPrefetch<Req, Res> extends StickyOptions {
  /** The store; or what makes one for each request, such as a store in its cookies. */
  readonly service: StickyService | ((req: Req, res: Res) => StickyService)
  /** Attributes that experiments in your code hash. Those of the live config are known. */
  readonly attributes?: readonly string[]
}

/**
 * Loads the documents that rules in force may ask for, whose attributes `names` works out; undefined when they ask for none, so that nothing waits. What the
 * service does, a request never fails by: it goes on after `timeoutMs` at the latest.
 */
export type Prefetch<Req, Res> = (
  req: Req,
  res: Res,
  world: World,
  names: () => readonly string[],
) => Promise<StickyDocuments | undefined> | undefined

export function stickyPrefetch<Req, Res>(
  options: StickyPrefetch<Req, Res> | undefined,
): Prefetch<Req, Res> {
  if (!options) return () => undefined
  const { service, attributes = [], onError } = options
  // The service is the application's, and may be anything: one request may get a store, and the next null.
  const goOn = (error: unknown): undefined => void quietly(() => onError?.(noService(error)))
  return (req, res, world, names) => {
    const wanted = [...new Set([...names(), ...attributes])]
    if (wanted.length === 0) return undefined
    try {
      const store = typeof service === 'function' ? service(req, res) : service
      return loadSticky(store, valuesOf(world, wanted), wanted, options).catch(goOn)
    } catch (error) {
      return goOn(error)
    }
  }
}

const noService = (cause: unknown): LiveflagError =>
  cause instanceof LiveflagError
    ? cause
    : new LiveflagError(
        'LIVEFLAG_STORE_UNAVAILABLE',
        `sticky: there is no service for this request, because making it threw (${messageOf(cause)}); make one for every request`,
        { cause },
      )

/** As rules will see them: `id` is the user's unless the World says otherwise, and what throws is not there. */
function valuesOf(world: World, names: readonly string[]): Readonly<Record<string, unknown>> {
  const asker = new Asker(world, { forceByUrl: false })
  return Object.fromEntries(names.map((name) => [name, asker.attribute(name)]))
}
