import { LiveflagError } from '../core/errors'
import { shown } from '../core/shown'
import type { StickyService } from '../growthbook/context'
import { quietly } from '../growthbook/evaluate'
import { documentKey, LoadedDocuments } from '../growthbook/sticky-documents'
import { Reads } from './reads'
import { type Wanted, wantedOf } from './wanted'
import { Writes } from './writes'

export interface StickyOptions {
  /** Told what went wrong with the service, each time. Whatever it was, the request goes on. */
  readonly onError?: (error: unknown) => unknown
  /** How long a request waits for its documents; after that it goes on without them. Default 200. */
  readonly timeoutMs?: number
}

/** What goes on with one service: requests share it, so that they share reads and queue behind each other's writes. */
interface Traffic {
  readonly reads: Reads
  readonly writes: Writes
}

const traffics = new WeakMap<StickyService, Traffic>()

function trafficOf(service: StickyService): Traffic {
  const known = traffics.get(service)
  if (known) return known
  const reads = new Reads(service)
  // What others read in this turn of the event loop is from before the write.
  const traffic = { reads, writes: new Writes(service, () => reads.forget()) }
  traffics.set(service, traffic)
  return traffic
}

const LONGEST_TIMER = 2 ** 31 - 1

/** Whether a timer can wait so long. */
export const isTimeout = (ms: unknown): boolean => typeof ms === 'number' && ms >= 1 && ms <= LONGEST_TIMER

/**
 * Loads the sticky documents of one visitor, for `features.for(world, { sticky })`: those of the named attributes, as
 * `stickyAttributesOf` gives them. A service that throws, rejects or hangs costs at most `timeoutMs`, and gives documents
 * without assignments; what is no service at all is LIVEFLAG_BAD_OPTION. What could not be loaded is not written either: it may hold what a new assignment would replace.
 */
export async function loadSticky(
  service: StickyService,
  attributes: Readonly<Record<string, unknown>>,
  names: readonly string[] = ['id'],
  { onError, timeoutMs = 200 }: StickyOptions = {},
): Promise<LoadedDocuments> {
  if (!isTimeout(timeoutMs)) {
    throw new LiveflagError('LIVEFLAG_BAD_OPTION', `loadSticky: timeoutMs is ${shown(timeoutMs)}; give milliseconds from 1 to ${LONGEST_TIMER}`)
  }
  if (!isObject(service)) throw new LiveflagError('LIVEFLAG_BAD_OPTION', `loadSticky: the service is ${shown(service)}; give an object with getAssignments and saveAssignments`)
  const tell = (error: unknown): void => quietly(() => onError?.(error))
  const { reads, writes } = trafficOf(service)
  const wanted = wantedOf(attributes, names)
  const { documents, missed } = await reads.load(wanted, timeoutMs, tell)
  const loaded = Object.fromEntries(wanted.flatMap(({ key }) => {
    const document = writes.laidOver(key, documents.get(key))
    return document ? [[key, document] as const] : []
  }))
  const kept = keysOf(wanted.filter(({ key }) => !missed.has(key)))
  return new LoadedDocuments(loaded, (document) => {
    const key = documentKey(document.attributeName, document.attributeValue)
    if (kept.has(key)) writes.save(key, document, tell)
    else if (!missed.has(key)) tell(notLoaded(document.attributeName))
  })
}

const isObject = (value: unknown): boolean => (typeof value === 'object' && value !== null) || typeof value === 'function'

const keysOf = (wanted: readonly Wanted[]): ReadonlySet<string> => new Set(wanted.map(({ key }) => key))

function notLoaded(attribute: string): LiveflagError {
  const message = `loadSticky: an experiment keeps assignments by the attribute ${JSON.stringify(attribute)}, whose document was not loaded, so this one is not kept; name it, and give its value`
  return new LiveflagError('LIVEFLAG_BAD_OPTION', message)
}

/** Resolves when nothing waits to be written to a service: before it is closed, at the end of a process. */
export async function stickySaved(service: StickyService): Promise<void> {
  await traffics.get(service)?.writes.idle()
}
