import { readFile, stat } from 'node:fs/promises'
import { codeOf, reasonOf } from '../../core/errors'
import { contentHash } from '../bytes'
import { removeLeftBehind, writeWhole } from '../whole-file'

/** What an endpoint sent last that was good, as it is stored: before it was transformed. */
export interface LastGood {
  readonly text: string
  /** When the endpoint was last known to serve it: milliseconds since 1970. */
  readonly fetchedAt: number
  readonly etag?: string | undefined
  /**
   * The URL as messages show it, and the hash of the whole one: a file must not hold a secret of
   * the query.
   */
  readonly url?: string | undefined
  readonly urlHash?: string | undefined
}

/** The result of reading a cache file. `foreign`: it belongs to another URL. */
export type Found =
  | { readonly kind: 'good'; readonly lastGood: LastGood }
  | { readonly kind: 'none' }
  | { readonly kind: 'foreign'; readonly url: string }
  | { readonly kind: 'bad'; readonly reason: string }

/** The last good of one endpoint on disk, which outlives the process. Several processes may share it. */
export class CacheFile {
  private readonly urlHash: string
  private swept = false

  constructor(
    readonly path: string,
    identity: string,
    private readonly shownUrl: string,
  ) {
    this.urlHash = contentHash(identity)
  }

  async read(): Promise<Found> {
    try {
      // A pipe would never end.
      if (!(await stat(this.path)).isFile())
        return { kind: 'bad', reason: 'it is not a regular file' }
      const lastGood = decode(await readFile(this.path, 'utf8'))
      const { urlHash, url = 'another URL' } = lastGood
      const isOurs = urlHash === undefined || urlHash === this.urlHash
      return isOurs ? { kind: 'good', lastGood } : { kind: 'foreign', url }
    } catch (error) {
      return codeOf(error) === 'ENOENT'
        ? { kind: 'none' }
        : { kind: 'bad', reason: reasonOf(error) }
    }
  }

  /**
   * Rejects when it cannot be written; then the file is as it was. `isJson`: the text is known to
   * be JSON.
   */
  async write(
    text: string,
    etag: string | undefined,
    fetchedAt: number,
    isJson = false,
  ): Promise<void> {
    const lastGood = { text, etag, fetchedAt, url: this.shownUrl, urlHash: this.urlHash }
    await writeWhole(this.path, encode(lastGood, isJson))
    if (!this.swept) await removeLeftBehind(this.path)
    this.swept = true
  }
}

const BODY = ',"response":'

/**
 * One JSON object. `response` is what the endpoint sent: as it is when that is a JSON object,
 * otherwise as a string. `sha256` is that of the text, so that half a file or a bad disk is
 * noticed.
 */
function encode({ text, fetchedAt, etag, url, urlHash }: LastGood, isJson: boolean): string {
  const head = JSON.stringify({
    fetched_at: fetchedAt / 1000,
    version: 1,
    url,
    url_hash: urlHash,
    etag,
    sha256: contentHash(text),
  })
  return `${head.slice(0, -1)}${BODY}${isObject(text, isJson) ? text : JSON.stringify(text)}}\n`
}

/** Finding out whether a larger text is JSON would hold up requests; it is stored as a string. */
const MOST_PARSED = 1024 * 1024

/** Whether a text is a JSON object. It is parsed only where the live config has not done so. */
function isObject(text: string, isJson: boolean): boolean {
  if (!OBJECT.test(text)) return false
  if (isJson || text.length > MOST_PARSED) return isJson
  try {
    return mapping(JSON.parse(text)) !== undefined
  } catch {
    return false
  }
}

/** The beginning of a JSON object, as opposed to a list, a string or a byte-order mark. */
const OBJECT = /^[ \t\r\n]*\{/

/**
 * Reads what `encode` wrote, or a file of the same format with `fetched_at` and `response` alone.
 * Throws on anything else.
 */
function decode(file: string): LastGood {
  const envelope = embedded(file) ?? parsed(file)
  const { text, fetched_at: seconds, sha256, etag, url, url_hash: urlHash } = envelope
  if (typeof seconds !== 'number' || !(seconds > 0))
    throw new Error('fetched_at is not a time in seconds')
  if (sha256 !== undefined && sha256 !== contentHash(text))
    throw new Error('response does not have the sha256 that was written with it')
  return {
    text,
    fetchedAt: seconds * 1000,
    etag: textOr(etag),
    url: textOr(url),
    urlHash: textOr(urlHash),
  }
}

/** The members of the file, `response` as the text that the endpoint sent. */
type Envelope = Readonly<Record<string, unknown>> & { readonly text: string }

/**
 * Cuts out a response that `encode` wrote as it was: its hash shows that it is whole, so it is not
 * parsed here.
 */
function embedded(file: string): Envelope | undefined {
  const at = file.indexOf(BODY)
  const text = file.slice(at + BODY.length, file.lastIndexOf('}'))
  if (at < 0 || !OBJECT.test(text)) return undefined
  try {
    const head = mapping(JSON.parse(`${file.slice(0, at)}}`))
    return head?.sha256 === undefined ? undefined : { ...head, text }
  } catch {
    return undefined
  }
}

function parsed(file: string): Envelope {
  const envelope = mapping(JSON.parse(file))
  if (envelope === undefined) throw new Error('it is not a JSON object')
  const { response } = envelope
  if (typeof response === 'string') return { ...envelope, text: response }
  if (mapping(response) === undefined) throw new Error('response is neither a text nor an object')
  return { ...envelope, text: JSON.stringify(response) }
}

/** A parsed JSON value, when it is an object. */
function mapping(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? { ...value }
    : undefined
}

const textOr = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined
