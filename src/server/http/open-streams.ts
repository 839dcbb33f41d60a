/** An open stream, as far as its end goes. */
export interface Ending {
  close(): void
  /** Closes it to make room: its client is to come back much later than after a close. */
  leave(): void
}

/** How many streams are open, in all and of each caller. */
export class OpenStreams {
  /** Of each caller, the oldest first. */
  private readonly byCaller = new Map<string, Set<Ending>>()
  private readonly crowded = new Set<string>()
  private count = 0

  /** @param onCrowded is called when a caller has more streams than it may, once until all are gone */
  constructor(
    private readonly most: number,
    private readonly mostPerCaller: number,
    private readonly onCrowded: (caller: string) => void = () => undefined,
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
  add(caller: string, stream: Ending): () => void {
    const own = this.byCaller.get(caller) ?? new Set()
    this.byCaller.set(caller, own)
    const [oldest] = own
    if (own.size >= this.mostPerCaller && oldest) {
      own.delete(oldest)
      this.count--
      oldest.leave()
      this.reportCrowded(caller)
    }
    own.add(stream)
    this.count++
    return () => this.remove(caller, stream)
  }

  closeAll(): void {
    for (const own of this.byCaller.values()) for (const stream of own) stream.close()
  }

  private reportCrowded(caller: string): void {
    if (this.crowded.has(caller)) return
    this.crowded.add(caller)
    this.onCrowded(caller)
  }

  private remove(caller: string, stream: Ending): void {
    const own = this.byCaller.get(caller)
    if (!own?.delete(stream)) return
    this.count--
    if (own.size > 0) return
    this.byCaller.delete(caller)
    this.crowded.delete(caller)
  }
}
