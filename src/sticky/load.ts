import { LiveflagError, shown } from '../core/errors'
import { quietly } from '../core/guarded'
import { checkValues, TIMEOUT_MS } from '../core/options'
import type { StickyDocument, StickyService } from '../core/sticky'
import { documentKey, LoadedDocuments } from './documents'
import { answerInTime, called } from './service-call'
import { soundDocument, type Wanted, wantedOf } from './wanted'
import { Writes } from './writes'

export interface Read {
  readonly documents: ReadonlyMap<string, StickyDocument>
  /** What could not be read, so that nobody knows what it holds. */
  readonly missed: ReadonlySet<string>
}

/** What a service gave, by key. */
type Given = Readonly<Record<string, unknown>>

/**
 * Asks a service for documents. Whoever asks for the same in one turn of the event loop, before the
 * answer is there, shares one call.
 */
export class Reads {
  private readonly asked = new Map<string, Promise<Given>>()
  private turn: NodeJS.Immediate | undefined

  constructor(private readonly service: StickyService) {}

  async load(
    wanted: readonly Wanted[],
    timeoutMs: number,
    tell: (error: unknown) => void,
  ): Promise<Read> {
    const documents = new Map<string, StickyDocument>()
    const missed = new Set<string>()
    const take = async (group: readonly Wanted[]): Promise<void> => {
      try {
        const given = await answerInTime(this.ask(group), {
          ms: timeoutMs,
          what: 'give documents',
          keepAlive: true,
        })
        for (const one of group) {
          const document = soundDocument(given[one.key], one)
          if (document) documents.set(one.key, document)
        }
      } catch (error) {
        for (const { key } of group) missed.add(key)
        tell(error)
      }
    }
    const inOneGo = this.service.getAllAssignments !== undefined && wanted.length > 0
    await Promise.all((inOneGo ? [wanted] : wanted.map((one) => [one])).map(take))
    return { documents, missed }
  }

  /** From here on everybody asks anew. */
  forget(): void {
    this.asked.clear()
  }

  private ask(group: readonly Wanted[]): Promise<Given> {
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

  private async call(group: readonly Wanted[]): Promise<Given> {
    if (this.service.getAllAssignments) {
      return this.service.getAllAssignments(
        Object.fromEntries(group.map(({ name, value }) => [name, value])),
      )
    }
    const given = group.map(
      async ({ key, name, value }) =>
        [key, await this.service.getAssignments(name, value)] as const,
    )
    return Object.fromEntries(await Promise.all(given))
  }
}

export interface StickyOptions {
  /** Told what went wrong with the service, each time. Whatever it was, the request goes on. */
  readonly onError?: (error: unknown) => unknown
  /**
   * How long a request waits for its documents; after that it goes on without them. Default 200.
   */
  readonly timeoutMs?: number
}

/**
 * What goes on with one service: requests share it, so that they share reads and queue behind each
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
  // What others read in this turn of the event loop is from before the write.
  const traffic = { reads, writes: new Writes(service, () => reads.forget()) }
  traffics.set(service, traffic)
  return traffic
}

/**
 * Loads the sticky documents of one visitor, for `features.for(world, { sticky })`: those of the
 * named attributes, as `stickyAttributesOf` gives them. A service that throws, rejects or hangs
 * costs at most `timeoutMs`, and gives documents without assignments; what is no service at all is
 * LIVEFLAG_BAD_OPTION. What could not be loaded is not written either: it may hold what a new
 * assignment would replace.
 */
export async function loadSticky(
  service: StickyService,
  attributes: Readonly<Record<string, unknown>>,
  names: readonly string[] = ['id'],
  { onError, timeoutMs = 200 }: StickyOptions = {},
): Promise<LoadedDocuments> {
  checkValues('loadSticky', { timeoutMs }, { timeoutMs: TIMEOUT_MS })
  if (!isObject(service))
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `loadSticky: the service is ${shown(service)}; give an object with getAssignments and saveAssignments`,
    )
  const tell = (error: unknown): void => quietly(() => onError?.(error))
  const { reads, writes } = trafficOf(service)
  const wanted = wantedOf(attributes, names)
  const { documents, missed } = await reads.load(wanted, timeoutMs, tell)
  const loaded = Object.fromEntries(
    wanted.flatMap(({ key }) => {
      const document = writes.laidOver(key, documents.get(key))
      return document ? [[key, document] as const] : []
    }),
  )
  const kept = keysOf(wanted.filter(({ key }) => !missed.has(key)))
  return new LoadedDocuments(loaded, (document) => {
    const key = documentKey(document.attributeName, document.attributeValue)
    if (kept.has(key)) writes.save(key, document, tell)
    else if (!missed.has(key)) tell(notLoaded(document.attributeName))
  })
}

const isObject = (value: unknown): boolean =>
  (typeof value === 'object' && value !== null) || typeof value === 'function'

const keysOf = (wanted: readonly Wanted[]): ReadonlySet<string> =>
  new Set(wanted.map(({ key }) => key))

function notLoaded(attribute: string): LiveflagError {
  const message = `loadSticky: an experiment keeps assignments by the attribute ${JSON.stringify(attribute)}, whose document was not loaded, so this one is not kept; name it, and give its value`
  return new LiveflagError('LIVEFLAG_BAD_OPTION', message)
}

/**
 * Resolves when nothing waits to be written to a service: before it is closed, at the end of a
 * process.
 */
export async function stickySaved(service: StickyService): Promise<void> {
  await traffics.get(service)?.writes.idle()
}
