import { checkOptions, wholeNumberFrom } from '../core/options'
import type { StickyDocument, StickyService } from '../core/sticky'
import { boundedCache, entryBytes } from '../runtime/bounded-cache'
import { documentKey } from './documents'
import { merged } from './wanted'

export interface MemoryStickyOptions {
  /**
   * Documents at most: the least recently used are dropped. One of more than 1 KiB counts for
   * several, so that memory is bounded, too. Default 100,000, which is 100 MiB.
   */
  readonly maxDocuments?: number
}

/** More than most take. */
const DOCUMENT_BYTES = 1024

const bytesOf = (document: StickyDocument, key: string): number =>
  entryBytes(key) + 2 * JSON.stringify(document).length

/**
 * Stores sticky documents in the memory of this process: for tests, and for one process that seldom
 * restarts.
 *
 * @example const sticky = await loadSticky(memoryStickyService(), { id: 'u1' })
 */
export function memoryStickyService(options: MemoryStickyOptions = {}): StickyService {
  checkOptions('memoryStickyService', options, { maxDocuments: wholeNumberFrom(1) })
  const { maxDocuments = 100_000 } = options
  const mostBytes = maxDocuments * DOCUMENT_BYTES
  // Never larger than the cache: that would not be stored.
  const documents = boundedCache<StickyDocument>(mostBytes, (document, key) =>
    Math.min(mostBytes, Math.max(DOCUMENT_BYTES, bytesOf(document, key))),
  )
  return {
    getAssignments: async (name, value) => documents.get(documentKey(name, value)),
    saveAssignments: async (document, loaded) => {
      const key = documentKey(document.attributeName, document.attributeValue)
      documents.set(key, merged(documents.get(key), document, loaded))
    },
  }
}
