import { checkOptions, wholeNumberFrom } from '../core/options'
import type { StickyDocument, StickyService } from '../core/sticky'
import { boundedCache } from '../runtime/bounded-cache'
import { documentKey } from './documents'
import { merged } from './wanted'

export interface MemoryStickyOptions {
  /** Documents at most: the least recently used are dropped. Default 100,000. */
  readonly maxDocuments?: number
}

/**
 * Stores sticky documents in the memory of this process: for tests, and for one process that seldom
 * restarts.
 *
 * @example const sticky = await loadSticky(memoryStickyService(), { id: 'u1' })
 */
export function memoryStickyService(options: MemoryStickyOptions = {}): StickyService {
  checkOptions('memoryStickyService', options, { maxDocuments: wholeNumberFrom(1) })
  const { maxDocuments = 100_000 } = options
  const documents = boundedCache<StickyDocument>(maxDocuments)
  return {
    getAssignments: async (name, value) => documents.get(documentKey(name, value)),
    saveAssignments: async (document) => {
      const key = documentKey(document.attributeName, document.attributeValue)
      documents.set(key, merged(documents.get(key), document))
    },
  }
}
