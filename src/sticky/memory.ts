import { LiveflagError } from '../core/errors'
import type { StickyDocument, StickyService } from '../core/sticky'
import { boundedCache } from '../runtime/bounded-cache'
import { documentKey } from './documents'
import { merged } from './wanted'

export interface MemoryStickyOptions {
  /** Of more, those that nobody has asked for longest are forgotten. Default 100,000. */
  readonly maxDocuments?: number
}

/** Keeps sticky documents in this process, and as long as it: for tests, and for one process that seldom restarts. */
export function memoryStickyService({
  maxDocuments = 100_000,
}: MemoryStickyOptions = {}): StickyService {
  if (!Number.isInteger(maxDocuments) || maxDocuments < 1) {
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `memoryStickyService: maxDocuments is ${maxDocuments}; give a whole number from 1`,
    )
  }
  const documents = boundedCache<StickyDocument>(maxDocuments)
  return {
    getAssignments: async (name, value) => documents.get(documentKey(name, value)),
    saveAssignments: async (document) => {
      const key = documentKey(document.attributeName, document.attributeValue)
      documents.set(key, merged(documents.get(key), document))
    },
  }
}
