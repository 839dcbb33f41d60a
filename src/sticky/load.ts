import { LiveflagError, shown, withCode } from '../core/errors'
import { quietly } from '../core/guarded'
import { ANYTHING, checkOptions, TIMEOUT_MS } from '../core/options'
import type { StickyDocument, StickyService } from '../core/sticky'
import { documentKey, LoadedDocuments } from './documents'
import { answerInTime, called } from './service-call'
import { noAssignments, validDocument, type Wanted, wantedOf } from './wanted'
import { Writes } from './writes'
import { setImmediate } from '../runtime/timers'

export interface Read {
  readonly documents: ReadonlyMap<string, StickyDocument>
  /** The keys of documents that could not be read: nobody knows what they hold. */
  readonly missed: ReadonlySet<string>
}

/** The answer of a service, by key. */
type Answer = Readonly<Record<string, unknown>>

/**
 * Asks a service for documents. Callers that want the same documents in one turn of the event loop,
 * before the answer has come, share one call.
 */
export class Reads {
  private readonly asked = new Map<string, Promise<Answer>>()
  private turn: NodeJS.Immediate | undefined

  constructor(private readonly service: StickyService) {}

  async load(
    wanted: readonly Wanted[],
    timeoutMs: number,
    report: (error: unknown) => void,
  ): Promise<Read> {
    const documents = new Map<string, StickyDocument>()
    const missed = new Set<string>()
    const take = async (group: readonly Wanted[]): Promise<void> => {
      try {
        const answer = await answerInTime(this.ask(group), {
          ms: timeoutMs,
          what: 'load documents',
          keepAlive: true,
        })
        for (const one of group) {
          const document = validDocument(answer[one.key], one)
          if (document) documents.set(one.key, document)
        }
      } catch (error) {
        for (const { key } of group) missed.add(key)
        report(error)
      }
    }
    const inOneGo = this.service.getAllAssignments !== undefined && wanted.length > 0
    await Promise.all((inOneGo ? [wanted] : wanted.map((one) => [one])).map(take))
    return { documents, missed }
  }

  /** The next caller asks the service again. */
  forget(): void {
    this.asked.clear()
  }

  private ask(group: readonly Wanted[]): Promise<Answer> {
    const name = JSON.stringify(group.map(({ key }) => key))
    const known = this.asked.get(name)
    if (known) return known
    const asking = called(() => this.call(group))
    this.asked.set(name, asking)
    const settled = (): void => void (this.asked.get(name) === asking && this.asked.delete(name))
    asking.then(settled, settled)
    this.turn ??= setImmediate(() => {
      this.turn = undefined
      this.forget()
    })
    return asking
  }

  private async call(group: readonly Wanted[]): Promise<Answer> {
    if (this.service.getAllAssignments) {
      return this.service.getAllAssignments(
        Object.fromEntries(group.map(({ name, value }) => [name, value])),
      )
    }
    const documents = group.map(
      async ({ key, name, value }) =>
        [key, await this.service.getAssignments(name, value)] as const,
    )
    return Object.fromEntries(await Promise.all(documents))
  }
}

export interface StickyOptions {
  /** Receives every error of the service. The request goes on in any case. */
  readonly onError?: (error: LiveflagError) => unknown
  /**
   * How long a request waits for its documents, in milliseconds; then it goes on without them.
   * Default 200.
   */
  readonly timeoutMs?: number
}

/**
 * The calls of one service. Requests share them, so that they share reads and queue behind each
 * other's writes.
 */
interface Traffic {
  readonly reads: Reads
  readonly writes: Writes
}

const traffics = new WeakMap<StickyService, Traffic>()

function trafficOf(service: StickyService): Traffic {
  const known = traffics.get(service)
  if (known) return known
  const reads = new Reads(service)
  // A read that others share in this turn of the event loop began before the write.
  const traffic = { reads, writes: new Writes(service, () => reads.forget()) }
  traffics.set(service, traffic)
  return traffic
}

/**
 * Loads the sticky documents of one visitor, for `features.for(world, { sticky })`. `names` are the
 * attributes whose documents are wanted, as `stickyAttributesOf` returns them. When the service
 * throws, rejects or hangs, this takes at most `timeoutMs` and returns documents without
 * assignments. A document that could not be loaded is not written either: a new assignment could
 * replace one that it holds.
 *
 * @example
 * const sticky = await loadSticky(service, { id: 'u1', device: 'd1' }, ['id', 'device'])
 * const visitor = features.for(world, { sticky })
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION when `service` is none, or `timeoutMs` is not valid
 */
export async function loadSticky(
  service: StickyService,
  attributes: Readonly<Record<string, unknown>>,
  names: readonly string[] = ['id'],
  options: StickyOptions = {},
): Promise<LoadedDocuments> {
  checkOptions('loadSticky', options, { onError: ANYTHING, timeoutMs: TIMEOUT_MS })
  const { onError, timeoutMs = 200 } = options
  if (!isObject(service))
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `loadSticky: the service is ${shown(service)}; give an object with getAssignments and saveAssignments`,
    )
  const report = (error: unknown): void =>
    quietly(() => onError?.(withCode(error, 'LIVEFLAG_STORE_UNAVAILABLE')))
  const { reads, writes } = trafficOf(service)
  const wanted = wantedOf(attributes, names)
  const { documents, missed } = await reads.load(wanted, timeoutMs, report)
  const loaded = Object.fromEntries(
    wanted.flatMap(({ key }) => {
      const document = writes.withPending(key, documents.get(key))
      return document ? [[key, document] as const] : []
    }),
  )
  const bases = new Map(
    wanted
      .filter(({ key }) => !missed.has(key))
      .map((one) => [one.key, loaded[one.key] ?? noAssignments(one)]),
  )
  return new LoadedDocuments(loaded, (document) => {
    const key = documentKey(document.attributeName, document.attributeValue)
    const base = bases.get(key)
    if (base) writes.save(key, { document, loaded: base }, report)
    else if (!missed.has(key)) report(notLoaded(document.attributeName))
  })
}

const isObject = (value: unknown): boolean =>
  (typeof value === 'object' && value !== null) || typeof value === 'function'

function notLoaded(attribute: string): LiveflagError {
  const message = `loadSticky: an experiment stores assignments by the attribute ${JSON.stringify(attribute)}, whose document was not loaded, so this one is lost; name the attribute, and give its value`
  return new LiveflagError('LIVEFLAG_BAD_OPTION', message)
}

/**
 * Resolves when no document waits to be written. Await it before you close the service or end the
 * process.
 */
export async function stickySaved(service: StickyService): Promise<void> {
  await traffics.get(service)?.writes.idle()
}
