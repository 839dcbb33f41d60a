import { readFile, stat } from 'node:fs/promises'
import { contentHash } from '../content-hash'
import { codeOf } from '../../../recording/internal/error-code'
import { reasonOf } from '../system-error'
import { decode, encode, type Kept } from './envelope'
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
      if (!(await stat(this.path)).isFile()) return { kind: 'bad', reason: 'it is not a regular file' }
      const kept = decode(await readFile(this.path, 'utf8'))
      const isOurs = kept.urlHash === undefined || kept.urlHash === this.urlHash
      return isOurs ? { kind: 'good', kept } : { kind: 'foreign', url: kept.url ?? 'another URL' }
    } catch (error) {
      return codeOf(error) === 'ENOENT' ? { kind: 'none' } : { kind: 'bad', reason: reasonOf(error) }
    }
  }

  /** Rejects when it cannot be written; what was there then stays. */
  async write(text: string, etag: string | undefined, fetchedAt: number): Promise<void> {
    await writeWhole(this.path, encode({ text, etag, fetchedAt, url: this.shownUrl, urlHash: this.urlHash }))
    if (!this.swept) await removeLeftBehind(this.path)
    this.swept = true
  }
}
