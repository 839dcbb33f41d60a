import { connect, type Socket } from 'node:net'

const REQUEST = 'GET /ofrep/v1/sse HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: text/event-stream\r\n\r\n'
const FIRST = '"connected"'
const CHANGE = '"refetchEvaluation"'
/** Sockets that connect at the same time, when nothing is to be learned from their number. */
const AT_ONCE = 200

/** One client: what it has read, and what it waits for. */
class Client {
  private text = ''
  private waiting: { readonly wanted: string; readonly found: () => void } | undefined

  constructor(readonly socket: Socket) {
    socket.setEncoding('utf8').on('data', (text) => {
      this.text += String(text)
      if (this.waiting && this.text.includes(this.waiting.wanted)) this.waiting.found()
    })
    socket.on('error', () => socket.destroy())
  }

  until(wanted: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting = { wanted, found: resolve }
      this.socket.once('close', () => reject(new Error(`closed before ${wanted}`)))
      if (this.text.includes(wanted)) resolve()
    })
  }
}

async function open(url: string): Promise<Client> {
  const { port, hostname } = new URL(url)
  const client = new Client(connect({ port: Number(port), host: hostname }))
  client.socket.write(REQUEST)
  await client.until(FIRST)
  return client
}

export interface OpenStreams {
  /** Milliseconds from an edit until each stream has it, sorted. */
  waitsFor(edit: () => void): Promise<readonly number[]>
  close(): void
}

export async function streams(url: string, count: number): Promise<OpenStreams> {
  const clients: Client[] = []
  while (clients.length < count) {
    const some = Math.min(AT_ONCE, count - clients.length)
    clients.push(...(await Promise.all(Array.from({ length: some }, () => open(url)))))
  }
  return {
    async waitsFor(edit) {
      const start = performance.now()
      const waits = clients.map(async (client) => {
        await client.until(CHANGE)
        return performance.now() - start
      })
      edit()
      return (await Promise.all(waits)).toSorted((a, b) => a - b)
    },
    close: () => clients.forEach(({ socket }) => socket.destroy()),
  }
}

/** Everybody connects at once, and again when that fails. Says how long it takes until all are back. */
export async function storm(url: string, count: number): Promise<string> {
  const start = performance.now()
  let failures = 0
  const back = async (): Promise<Client> => {
    for (;;) {
      try {
        return await open(url)
      } catch {
        failures++
        await new Promise((later) => setTimeout(later, 50 + Math.random() * 200))
      }
    }
  }
  const clients = await Promise.all(Array.from({ length: count }, back))
  const seconds = (performance.now() - start) / 1000
  for (const { socket } of clients) socket.destroy()
  return `${seconds.toFixed(1)} s, ${failures} connections refused`
}
