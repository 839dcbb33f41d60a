import { createHash, type Hash } from 'node:crypto'

/**
 * A weak entity tag over texts: equal tags mean the same result, not the same bytes. 132 bits of
 * SHA-256.
 */
export const weakTag = (...parts: readonly string[]): string =>
  tagOf(createHash('sha256').update(parts.join('\0')))

/** The same of a text that is hashed piece by piece. */
export const tagOf = (sha256: Hash): string => `W/"${sha256.digest('base64url').slice(0, 22)}"`

/** A tag without `W/` and quotes; clients send either form, and the protocol's own example none. */
export const opaqueTag = (tag: string): string => {
  const text = tag.trim().replace(/^W\//, '')
  return text.startsWith('"') && text.endsWith('"') && text.length > 1 ? text.slice(1, -1) : text
}

/** Whether an `If-None-Match` names the tag: a list, each perhaps weak or unquoted, or `*`. */
export function namesTag(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false
  const wanted = opaqueTag(tag)
  return header
    .split(',')
    .map((one) => one.trim())
    .some((one) => one === '*' || (one !== '' && opaqueTag(one) === wanted))
}
