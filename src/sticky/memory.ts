import { checkValues, wholeNumberFrom } from '../core/options'
import type { StickyDocument, StickyService } from '../core/sticky'
import { boundedCache } from '../runtime/bounded-cache'
import { documentKey } from './documents'
import { merged } from './wanted'

export interface MemoryStickyOptions {
  /** Of more, those that nobody has asked for longest are forgotten. Default 100,000. */
  readonly maxDocuments?: number
}

/**
 * Keeps sticky documents in this process, and as long as it: for tests, and for one process that
 * seldom restarts.
 */
export function memoryStickyService({
  maxDocuments = 100_000,
}: MemoryStickyOptions = {}): StickyService {
  checkValues('memoryStickyService', { maxDocuments }, { maxDocuments: wholeNumberFrom(1) })
  const documents = boundedCache<StickyDocument>(maxDocuments)
  return {
    getAssignments: async (name, value) => documents.get(documentKey(name, value)),
    saveAssignments: async (document) => {
      const key = documentKey(document.attributeName, document.attributeValue)
      documents.set(key, merged(documents.get(key), document))
    },
  }
}
