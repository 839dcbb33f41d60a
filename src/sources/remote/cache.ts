import { readFile, stat } from 'node:fs/promises'
import { codeOf, reasonOf } from '../../core/errors'
import type { SourceMetrics } from '../../core/source'
import { contentHash } from '../bytes'
import type { Accepted } from './intake'
import type { Settings } from './options'
import {
  badCache,
  CACHE_CODE,
  foreignCache,
  fromCache,
  fromDefaults,
  notKept,
  type Report,
} from './problems'
import { removeLeftBehind, writeWhole } from './write-whole'

/** What the file of a last good came to. `foreign`: it is that of another URL. */
export type Found =
  | { readonly kind: 'good'; readonly kept: Kept }
  | { readonly kind: 'none' }
  | { readonly kind: 'foreign'; readonly url: string }
  | { readonly kind: 'bad'; readonly reason: string }

/** The last good of one URL on disk, which outlives the process. Several processes may share it. */
export class LastGood {
  private readonly urlHash: string
  private swept = false

  constructor(
    readonly path: string,
    url: URL,
    private readonly shownUrl: string,
  ) {
    this.urlHash = contentHash(url.href)
  }

  async read(): Promise<Found> {
    try {
      // A pipe would never end.
      if (!(await stat(this.path)).isFile())
        return { kind: 'bad', reason: 'it is not a regular file' }
      const kept = decode(await readFile(this.path, 'utf8'))
      const isOurs = kept.urlHash === undefined || kept.urlHash === this.urlHash
      return isOurs ? { kind: 'good', kept } : { kind: 'foreign', url: kept.url ?? 'another URL' }
    } catch (error) {
      return codeOf(error) === 'ENOENT'
        ? { kind: 'none' }
        : { kind: 'bad', reason: reasonOf(error) }
    }
  }

  /** Rejects when it cannot be written; what was there then stays. */
  async write(
    text: string,
    etag: string | undefined,
    fetchedAt: number,
    isJson = false,
  ): Promise<void> {
    const kept = { text, etag, fetchedAt, url: this.shownUrl, urlHash: this.urlHash }
    await writeWhole(this.path, encode(kept, isJson))
    if (!this.swept) await removeLeftBehind(this.path)
    this.swept = true
  }
}

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

const BODY = ',"response":'

/**
 * One JSON object. `response` is what the endpoint sent: as it is when that is a JSON object, otherwise as a
 * string. `sha256` is that of the text, so half a file or a bad disk shows.
 */
function encode({ text, fetchedAt, etag, url, urlHash }: Kept, isJson: boolean): string {
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

/** Finding out whether a larger text is JSON would hold up requests; it is kept as a string. */
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

/** Reads what `encode` or the model of this format wrote, which has only `fetched_at` and `response`; throws on anything else. */
function decode(file: string): Kept {
  const {
    text,
    fetched_at: seconds,
    sha256,
    etag,
    url,
    url_hash: urlHash,
  } = embedded(file) ?? parsed(file)
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

/** Cuts out a response that `encode` wrote as it was: its hash shows that it is whole, so it is not parsed here. */
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

/** What JSON.parse gave, when it is an object. */
function mapping(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? { ...value }
    : undefined
}

const textOr = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined

/** Keeps the last good on disk, if that was asked for, and says what comes in the way. Nothing here rejects. */
export class Keeper {
  private readonly lastGood: LastGood | undefined
  private writing: Promise<void> | undefined
  /** Waits until what is being written is written; a newer one takes its place. */
  private next: (Kept & Pick<Accepted, 'isJson'>) | undefined
  /** The file that was found cannot be used, which is said until it is written anew. */
  private isBad = false

  constructor(
    private readonly settings: Settings,
    private readonly report: Report,
    private readonly metrics: SourceMetrics | undefined,
  ) {
    const { cache, url, name } = settings
    this.lastGood = cache && new LastGood(cache.path, url, name)
  }

  /** The last good, if there is one that can be used. */
  async find(): Promise<Kept | undefined> {
    const found = await this.lastGood?.read()
    if (this.lastGood === undefined || found === undefined) return undefined
    const { path } = this.lastGood
    const { name } = this.settings
    this.isBad = found.kind === 'bad' || found.kind === 'foreign'
    if (found.kind === 'bad') this.report.warning(CACHE_CODE, badCache(path, name, found.reason))
    if (found.kind === 'foreign')
      this.report.warning(CACHE_CODE, foreignCache(path, name, found.url))
    return found.kind === 'good' ? found.kept : undefined
  }

  /** This text is in force and is what the endpoint serves now. Resolves when this, or something newer, is kept. */
  keep(
    { text, isJson }: Pick<Accepted, 'text' | 'isJson'>,
    etag: string | undefined,
  ): Promise<void> {
    this.next = { text, isJson, etag, fetchedAt: Date.now() }
    this.writing ??= this.writeAll().finally(() => (this.writing = undefined))
    return this.writing
  }

  startedFromCache({ fetchedAt }: Kept): void {
    const { cache, name } = this.settings
    if (cache) this.report.warning(CACHE_CODE, fromCache(cache.path, name, fetchedAt))
  }

  startedFromDefaults(): void {
    if (!this.isBad) this.report.warning(CACHE_CODE, fromDefaults(this.settings.name))
  }

  /** Resolves when nothing is being written. */
  async idle(): Promise<void> {
    await this.writing
  }

  private async writeAll(): Promise<void> {
    while (this.next !== undefined) {
      const kept = this.next
      this.next = undefined
      await this.write(kept)
    }
  }

  private async write({
    text,
    etag,
    fetchedAt,
    isJson,
  }: Kept & Pick<Accepted, 'isJson'>): Promise<void> {
    try {
      await this.lastGood?.write(text, etag, fetchedAt, isJson)
      this.report.warning(CACHE_CODE, undefined)
    } catch (error) {
      this.metrics?.notKept?.(this.settings.name)
      this.report.warning(CACHE_CODE, notKept(this.lastGood?.path ?? '', this.settings.name, error))
    }
  }
}
