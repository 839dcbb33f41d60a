import type { StickyDocument, StickyDocuments } from '../core/sticky'

/**
 * Returns a value as sticky documents spell it: a text unchanged, anything else as JSON. Empty for a
 * value without JSON, which has no document.
 */
export function stickyText(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'bigint') return String(value)
  try {
    return JSON.stringify(value) ?? ''
  } catch {
    // It contains itself.
    return ''
  }
}

export const documentKey = (attribute: string, value: string): string => `${attribute}||${value}`

const NONE: Readonly<Record<string, string>> = {}

/**
 * The documents of one visitor, in memory. A changed one is replaced at once and passed to `save`.
 */
export class LoadedDocuments implements StickyDocuments {
  private readonly documents: Map<string, StickyDocument>

  constructor(
    loaded: Readonly<Record<string, StickyDocument>>,
    private readonly save: (document: StickyDocument) => void,
  ) {
    this.documents = new Map(Object.entries(loaded))
  }

  assignments(attribute: string, value: unknown): Readonly<Record<string, string>> {
    return this.documents.get(documentKey(attribute, stickyText(value ?? '')))?.assignments ?? NONE
  }

  assign(attribute: string, value: unknown, key: string, variation: string): void {
    const attributeValue = stickyText(value)
    if (attributeValue === '') return
    const name = documentKey(attribute, attributeValue)
    const before = this.documents.get(name)?.assignments ?? NONE
    if (Object.hasOwn(before, key) && before[key] === variation) return
    const document = {
      attributeName: attribute,
      attributeValue,
      assignments: { ...before, [key]: variation },
    }
    this.documents.set(name, document)
    this.save(document)
  }

  /** The documents by `attribute||value`. */
  all(): Readonly<Record<string, StickyDocument>> {
    return Object.fromEntries(this.documents)
  }
}
