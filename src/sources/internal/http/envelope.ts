import { contentHash } from '../content-hash'

/** A last good as it is kept: what the endpoint sent, before it was transformed, and when it was last known to be that. */
export interface Kept {
  readonly text: string
  /** Milliseconds since 1970. */
  readonly fetchedAt: number
  readonly etag?: string | undefined
  /** The URL as messages show it, and the hash of the whole one: a file must not hold a secret of the query. */
  readonly url?: string | undefined
  readonly urlHash?: string | undefined
}

/** A larger text is kept as one JSON string: finding out whether it is JSON would hold up requests. */
const MOST_EMBEDDED = 1024 * 1024
const BODY = ',"response":'

/**
 * One JSON object. `response` is what the endpoint sent: as it is when that is a JSON object, otherwise as a string.
 * `sha256` is that of the text, so half a file or a bad disk shows.
 */
export function encode({ text, fetchedAt, etag, url, urlHash }: Kept): string {
  const head = JSON.stringify({ fetched_at: fetchedAt / 1000, version: 1, url, url_hash: urlHash, etag, sha256: contentHash(text) })
  return `${head.slice(0, -1)}${BODY}${isEmbeddable(text) ? text : JSON.stringify(text)}}\n`
}

/** Reads what `encode` or the model of this format wrote, which has only `fetched_at` and `response`; throws on anything else. */
export function decode(file: string): Kept {
  const envelope = mapping(JSON.parse(file) as unknown)
  if (envelope === undefined) throw new Error('it is not a JSON object')
  const { fetched_at: seconds, response, sha256, etag, url, url_hash: urlHash } = envelope
  if (typeof seconds !== 'number' || !(seconds > 0)) throw new Error('fetched_at is not a time in seconds')
  if (typeof response !== 'string' && mapping(response) === undefined) throw new Error('response is neither a text nor an object')
  const text = typeof response === 'string' ? response : (embedded(file, sha256) ?? JSON.stringify(response))
  if (sha256 !== undefined && sha256 !== contentHash(text)) throw new Error('response does not have the sha256 that was written with it')
  return { text, fetchedAt: seconds * 1000, etag: textOr(etag), url: textOr(url), urlHash: textOr(urlHash) }
}

/** The very text: what JSON.parse and JSON.stringify make of it need not have its hash. */
function embedded(file: string, sha256: unknown): string | undefined {
  const at = file.indexOf(BODY)
  return sha256 === undefined || at < 0 ? undefined : file.slice(at + BODY.length, file.lastIndexOf('}'))
}

function isEmbeddable(text: string): boolean {
  if (text.length > MOST_EMBEDDED) return false
  try {
    return mapping(JSON.parse(text) as unknown) !== undefined
  } catch {
    return false
  }
}

/** What JSON.parse gave, when it is an object. */
function mapping(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
}

const textOr = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
