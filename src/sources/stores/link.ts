/** An open connection to a server. */
export interface Connection {
  /** Resolves with the reason when it is no longer of use; never rejects. */
  readonly broken: Promise<unknown>
  /** Idempotent. */
  close(): Promise<void>
}

/**
 * One connection for all who need it. It is made by the first of them, and after it broke by the
 * next: who waits, and for how long, is up to them.
 */
export class Link<Kind extends Connection> {
  private current: Promise<Kind> | undefined
  private isClosed = false

  constructor(private readonly connect: () => Promise<Kind>) {}

  /** Rejects as `connect` does. */
  use(): Promise<Kind> {
    this.current ??= this.make()
    return this.current
  }

  /** The next who needs a connection gets another one. */
  async drop(): Promise<void> {
    const { current } = this
    this.current = undefined
    const connection = await current?.catch(() => undefined)
    await connection?.close()
  }

  async close(): Promise<void> {
    this.isClosed = true
    await this.drop()
  }

  private make(): Promise<Kind> {
    const made = this.connect()
    const forget = (): void => {
      if (this.current === made) this.current = undefined
    }
    void made.then(async (connection) => {
      if (this.isClosed) await connection.close()
      await connection.broken
      forget()
      await connection.close()
    }, forget)
    return made
  }
}
