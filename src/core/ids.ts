import type { Page } from './world'

/** A character of no width is as good as a blank. */
const SHOWN = /[^\s\p{Default_Ignorable_Code_Point}]/u

/** Most ids begin with a letter or a digit, so they are looked at no further. */
const isBlank = (text: string): boolean =>
  text !== '' && !(text.charCodeAt(0) > 0x20 && text.charCodeAt(0) < 0x7f) && !SHOWN.test(text)

/**
 * What a value is that would make many visitors one by mistake; undefined for any other. The words
 * do not have the value, so that a problem is reported once for each kind.
 */
export function noIdOf(value: unknown): string | undefined {
  if (typeof value === 'string') return isBlank(value) ? 'a blank text' : undefined
  if (typeof value !== 'number' || Math.abs(value) <= Number.MAX_SAFE_INTEGER) return undefined
  return Number.isFinite(value) ? 'a number above 2^53, which is not kept exactly' : String(value)
}

/** Ids are compared and hashed as text; a number is its shortest decimal text. */
export function idTextOf(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

export const foldedOf = (value: unknown): string | null => idTextOf(value)?.toLowerCase() ?? null

/** A page with an id that can be hashed; anything else is none. */
export function pageOf(page: Page | null): Page | undefined {
  const id = idTextOf(page?.id)
  return page && id !== undefined ? { id, type: page.type } : undefined
}
