/** How many streams are open, in all and of each caller. */
export class OpenStreams {
  /** Of each caller, how its streams are closed, the oldest first. */
  private readonly byCaller = new Map<string, Set<() => void>>()
  private count = 0

  constructor(
    private readonly most: number,
    private readonly mostPerCaller: number,
  ) {}

  /** False when no further stream may be opened: there are too many in all. */
  hasRoomFor(caller: string): boolean {
    const own = this.byCaller.get(caller)?.size ?? 0
    return this.count < this.most || (own > 0 && own >= this.mostPerCaller)
  }

  /**
   * A caller that has its number already loses its oldest.
   *
   * @returns a function for when it has been closed
   */
  add(caller: string, close: () => void): () => void {
    const own = this.byCaller.get(caller) ?? new Set()
    this.byCaller.set(caller, own)
    const [oldest] = own
    if (own.size >= this.mostPerCaller && oldest) {
      this.remove(caller, oldest)
      oldest()
    }
    own.add(close)
    this.count++
    return () => this.remove(caller, close)
  }

  closeAll(): void {
    for (const own of this.byCaller.values()) for (const close of own) close()
  }

  private remove(caller: string, close: () => void): void {
    const own = this.byCaller.get(caller)
    if (!own?.delete(close)) return
    this.count--
    if (own.size === 0) this.byCaller.delete(caller)
  }
}
