const MOST_CHARACTERS = 16 * 1024 * 1024

/**
 * Texts of files as they were read, by hash, so that an edit of an older one can be merged. The
 * oldest are forgotten first.
 */
export class PastTexts {
  private readonly texts = new Map<string, string>()
  private size = 0

  constructor(private readonly mostCharacters = MOST_CHARACTERS) {}

  get(hash: string): string | undefined {
    return this.texts.get(hash)
  }

  add(hash: string, text: string): void {
    this.forget(hash)
    this.texts.set(hash, text)
    this.size += text.length
    for (const [oldest] of this.texts) {
      if (this.size <= this.mostCharacters) return
      this.forget(oldest)
    }
  }

  private forget(hash: string): void {
    this.size -= this.texts.get(hash)?.length ?? 0
    this.texts.delete(hash)
  }
}
