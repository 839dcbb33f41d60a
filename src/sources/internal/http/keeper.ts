import type { SourceMetrics } from '../../source'
import type { Kept } from './envelope'
import { LastGood } from './last-good'
import type { Settings } from './options'
import { badCache, CACHE_CODE, foreignCache, fromCache, fromDefaults, notKept } from './problems'
import type { Report } from './report'

/** Keeps the last good on disk, if that was asked for, and says what comes in the way. Nothing here rejects. */
export class Keeper {
  private readonly lastGood: LastGood | undefined
  private writing: Promise<void> | undefined
  /** Waits until what is being written is written; a newer one takes its place. */
  private next: Kept | undefined
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
    if (found.kind === 'foreign') this.report.warning(CACHE_CODE, foreignCache(path, name, found.url))
    return found.kind === 'good' ? found.kept : undefined
  }

  /** This text is in force and is what the endpoint serves now. Resolves when this, or something newer, is kept. */
  keep(text: string, etag: string | undefined): Promise<void> {
    this.next = { text, etag, fetchedAt: Date.now() }
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

  private async write({ text, etag, fetchedAt }: Kept): Promise<void> {
    try {
      await this.lastGood?.write(text, etag, fetchedAt)
      this.report.warning(CACHE_CODE, undefined)
    } catch (error) {
      this.metrics?.notKept?.(this.settings.name)
      this.report.warning(CACHE_CODE, notKept(this.lastGood?.path ?? '', this.settings.name, error))
    }
  }
}
