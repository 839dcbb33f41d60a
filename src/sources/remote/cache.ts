import type { SourceMetrics } from '../../core/source'
import type { SourceReport } from '../report'
import { CacheFile, type LastGood } from './cache-file'
import type { Accepted } from './intake'
import type { SessionSettings } from './endpoint'
import { badCache, CACHE_CODE, foreignCache, fromCache, fromDefaults, notStored } from './problems'

type Stored = LastGood & Pick<Accepted, 'isJson'>

/**
 * Stores the last good on disk, if that was asked for, and reports what hinders it. Nothing here
 * rejects.
 */
export class Cache {
  private readonly file: CacheFile | undefined
  private writing: Promise<void> | undefined
  /** Waits until what is being written is written; a newer one replaces it. */
  private next: Stored | undefined
  /** The file that was found is not usable, which is reported until it is written anew. */
  private isBad = false

  constructor(
    private readonly settings: SessionSettings,
    private readonly report: SourceReport,
    private readonly metrics: SourceMetrics | undefined,
  ) {
    const { cache, identity, name } = settings
    this.file = cache && new CacheFile(cache.path, identity, name)
  }

  /** The last good, if there is one that is usable. */
  async find(): Promise<LastGood | undefined> {
    if (this.file === undefined) return undefined
    const found = await this.file.read()
    const { path } = this.file
    const { name } = this.settings
    this.isBad = found.kind === 'bad' || found.kind === 'foreign'
    if (found.kind === 'bad') this.report.warning(CACHE_CODE, badCache(path, name, found.reason))
    if (found.kind === 'foreign')
      this.report.warning(CACHE_CODE, foreignCache(path, name, found.url))
    return found.kind === 'good' ? found.lastGood : undefined
  }

  /**
   * Stores what is in force and what the endpoint serves now. Resolves when this, or something
   * newer, is stored.
   */
  store(
    { text, isJson }: Pick<Accepted, 'text' | 'isJson'>,
    etag: string | undefined,
  ): Promise<void> {
    this.next = { text, isJson, etag, fetchedAt: Date.now() }
    this.writing ??= this.writeAll().finally(() => (this.writing = undefined))
    return this.writing
  }

  startedFromCache({ fetchedAt }: LastGood): void {
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
      const { next } = this
      this.next = undefined
      await this.write(next)
    }
  }

  private async write({ text, etag, fetchedAt, isJson }: Stored): Promise<void> {
    try {
      await this.file?.write(text, etag, fetchedAt, isJson)
      this.report.warning(CACHE_CODE, undefined)
    } catch (error) {
      this.metrics?.notKept?.(this.settings.name)
      this.report.warning(CACHE_CODE, notStored(this.file?.path ?? '', this.settings.name, error))
    }
  }
}
