import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'

/** How a server answers one request. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void

export interface Serving {
  readonly etag?: boolean
  /** `raw deflate` is sent as `deflate`, without the frame that it should have. */
  readonly compress?: keyof typeof COMPRESS
  readonly headers?: Readonly<Record<string, string>>
}

const COMPRESS = {
  gzip: gzipSync,
  br: brotliCompressSync,
  deflate: deflateSync,
  'raw deflate': deflateRawSync,
}

const tagOf = (text: string | Buffer): string =>
  `"${createHash('sha256').update(text).digest('hex').slice(0, 12)}"`

/** A good answer, with all that servers do to make answers small. */
export function serving(
  text: string | Buffer,
  { etag = true, compress, headers = {} }: Serving = {},
): Answer {
  const body = compress === undefined ? Buffer.from(text) : COMPRESS[compress](text)
  const encoding =
    compress === undefined ? {} : { 'content-encoding': compress.replace('raw ', '') }
  const tag = etag ? { etag: tagOf(text) } : {}
  return (request, response) => {
    const isKnown = etag && request.headers['if-none-match'] === tagOf(text)
    response.writeHead(isKnown ? 304 : 200, {
      'content-type': 'application/json',
      ...headers,
      ...tag,
      ...(isKnown ? {} : { ...encoding, 'content-length': body.length }),
    })
    response.end(isKnown ? undefined : body)
  }
}

export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): Answer =>
  (_, response) => {
    response.writeHead(code, headers)
    response.end(JSON.stringify({ status: code, error: 'no' }))
  }

export const redirect = (location: string, code = 302): Answer => status(code, { location })

/** Takes the request and says nothing. */
export const silent: Answer = () => undefined

/** A byte now and then: never silent for long, and never done. */
export const dripping =
  (everyMs: number): Answer =>
  (_, response) => {
    response.writeHead(200)
    const timer = setInterval(() => response.write(' '), everyMs)
    response.once('close', () => clearInterval(timer))
  }

/** Announces `length`, sends the text and then cuts the connection. */
export const cutOff =
  (text: string, length: number): Answer =>
  (_, response) => {
    response.writeHead(200, { 'content-length': length })
    response.write(text, () => response.socket?.resetAndDestroy())
  }

/** What is sent is not HTTP at all. */
export const garbage: Answer = (request) => {
  request.socket.end('\0\x01 not a web server\r\n\r\n')
}

/**
 * A body without an end and without an announced length. `sent` is reported how much of it went out.
 */
export const endless =
  (sent: (bytes: number) => void): Answer =>
  (_, response) => {
    const chunk = Buffer.alloc(64 * 1024, ' ')
    response.writeHead(200)
    const go = (): void => {
      while (!response.destroyed && response.write(chunk)) sent(chunk.length)
    }
    response.on('drain', () => {
      sent(chunk.length)
      go()
    })
    go()
  }

/** A stream of server-sent events that a client has open. */
export class OpenStream {
  constructor(
    readonly lastEventId: string | undefined,
    private readonly response: ServerResponse,
  ) {}

  get isOpen(): boolean {
    return !this.response.destroyed && !this.response.writableEnded
  }

  write(text: string): void {
    this.response.write(text)
  }

  features(id: number, payload: string): void {
    this.write(`id: ${id}\nevent: features\ndata: ${payload}\n\n`)
  }

  ping(): void {
    this.write('data: \n\n')
  }

  end(): void {
    this.response.end()
  }

  cut(): void {
    this.response.socket?.resetAndDestroy()
  }
}

/**
 * A web server on a port of its own that answers as a test tells it, and remembers what it was
 * asked.
 */
export class FlagServer {
  answer: Answer = status(404)
  /** How it answers below `/sub/`. */
  stream: Answer = this.streaming('retry: 20\n\n')
  readonly requests: IncomingMessage[] = []
  readonly streams: OpenStream[] = []
  private readonly sockets = new Set<Socket>()

  private constructor(private readonly server: Server) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) =>
      this.take(request, response),
    )
    server.on('connection', (socket) => {
      this.sockets.add(socket)
      socket.on('error', () => undefined)
      socket.once('close', () => this.sockets.delete(socket))
    })
  }

  static async start(): Promise<FlagServer> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new FlagServer(server)
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  /** Where a GrowthBook client would ask. */
  get url(): string {
    return `${this.origin}/api/features/sdk-1`
  }

  /** The requests for content, without those for the stream. */
  get pulls(): IncomingMessage[] {
    return this.requests.filter(({ url = '' }) => !url.startsWith('/sub/'))
  }

  /** The newest stream. */
  get newest(): OpenStream {
    const stream = this.streams.at(-1)
    if (stream === undefined) throw new Error('no stream has been opened')
    return stream
  }

  /** Opens a stream that begins so. */
  streaming(first: string, then: (stream: OpenStream) => void = () => undefined): Answer {
    return (request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
      response.flushHeaders()
      if (first !== '') response.write(first)
      const id = request.headers['last-event-id']
      const stream = new OpenStream(Array.isArray(id) ? id[0] : id, response)
      this.streams.push(stream)
      then(stream)
    }
  }

  /** Connections that are open now. */
  get connections(): number {
    return this.sockets.size
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    await new Promise((resolve) => this.server.close(resolve))
  }

  private take(request: IncomingMessage, response: ServerResponse): void {
    this.requests.push(request)
    const isStream = request.url?.startsWith('/sub/') ?? false
    ;(isStream ? this.stream : this.answer)(request, response)
  }
}
