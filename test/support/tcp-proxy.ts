/** A network between two programs that a test can cut. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

export class TcpProxy {
  private readonly pairs = new Map<Socket, Socket>()
  private isCut = false
  /** Connections that were made since the beginning. */
  connections = 0

  private constructor(
    private readonly server: Server,
    private target: { readonly host: string; readonly port: number },
  ) {
    server.on('connection', (socket) => this.accept(socket))
  }

  static async start(port: number, host = '127.0.0.1'): Promise<TcpProxy> {
    const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new TcpProxy(server, { host, port })
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  get isDown(): boolean {
    return this.isCut
  }

  /** New connections lead to this port of this machine. */
  leadTo(port: number): void {
    this.target = { host: '127.0.0.1', port }
  }

  /** Nothing gets through any more, and neither side is told: as when a cable is pulled. */
  cut(): void {
    this.isCut = true
    for (const [client, server] of this.pairs) {
      client.unpipe()
      server.unpipe()
      client.pause()
      server.pause()
    }
  }

  /** Connections can be made again; those of before are dead. */
  restore(): void {
    if (!this.isCut) return
    this.isCut = false
    this.breakAll()
  }

  /** Both sides are told that their connection has ended. */
  breakAll(): void {
    // One side may have ended while the cable was pulled, so neither ends with the other.
    for (const [client, server] of this.pairs) {
      client.destroy()
      server.destroy()
    }
    this.pairs.clear()
  }

  async close(): Promise<void> {
    this.breakAll()
    this.server.close()
    await once(this.server, 'close')
  }

  private accept(client: Socket): void {
    this.connections++
    const server = connect(this.target)
    this.pairs.set(client, server)
    const end = (): void => {
      this.pairs.delete(client)
      client.destroy()
      server.destroy()
    }
    for (const socket of [client, server]) {
      socket.on('error', end)
      socket.on('close', () => {
        // While the cable is pulled, the end of one side does not reach the other.
        if (!this.isCut) end()
      })
    }
    if (this.isCut) return
    client.pipe(server)
    server.pipe(client)
  }
}
