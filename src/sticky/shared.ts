/** What the stores that processes of many machines share have in common. */
import { LiveflagError, messageOf } from '../core/errors'
import { type OptionKind, wholeNumberFrom } from '../core/options'
import type { StickyDocument, StickyService } from '../core/sticky'

/** Sticky documents in a store that processes of many machines share. */
export interface SharedStickyService extends StickyService {
  getAllAssignments(
    attributes: Readonly<Record<string, string>>,
  ): Promise<Readonly<Record<string, StickyDocument>>>
  /**
   * Waits for what is being written, then disconnects; a client that the application made stays
   * open. Idempotent.
   */
  close(): Promise<void>
}

export interface SharedStickyOptions {
  /**
   * A document is forgotten so long after its last assignment. Default: it is kept for good.
   */
  readonly ttlSeconds?: number
}

export const TTL_SECONDS: OptionKind = wholeNumberFrom(1, 'whole seconds above 0')

/** An index of PostgreSQL holds no longer key. */
const MOST_BYTES = 2000

const bytesOf = (...texts: readonly string[]): number =>
  texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)

/** Whether there can be a document of this value. */
export const fits = (attribute: string, value: string): boolean =>
  bytesOf(attribute, value) <= MOST_BYTES

/** @throws {LiveflagError} LIVEFLAG_BAD_OPTION when the document is one that no store holds */
export function checkSize({ attributeName, attributeValue, assignments }: StickyDocument): void {
  const longest = Object.keys(assignments).reduce(
    (most, key) => Math.max(most, bytesOf(attributeName, attributeValue, key)),
    bytesOf(attributeName, attributeValue),
  )
  if (longest <= MOST_BYTES) return
  throw new LiveflagError(
    'LIVEFLAG_BAD_OPTION',
    `a sticky assignment by the attribute ${JSON.stringify(attributeName.slice(0, 80))} has ${longest} bytes of names; hash a value, and name an experiment, of at most ${MOST_BYTES} bytes together`,
  )
}

export const closed = (store: string): LiveflagError =>
  new LiveflagError(
    'LIVEFLAG_CLOSED',
    `the sticky assignments in ${store} are closed; close them after the last request`,
  )

export const failed = (store: string, what: 'read' | 'written', cause: unknown): LiveflagError =>
  cause instanceof LiveflagError
    ? cause
    : new LiveflagError(
        'LIVEFLAG_STORE_UNAVAILABLE',
        `sticky assignments could not be ${what} in ${store} (${messageOf(cause)}); check the server and the connection to it`,
        { cause },
      )
