import type { IncomingMessage, ServerResponse } from 'node:http'
import { messageOf } from '../../core/errors'
import { jitter } from '../../runtime/back-off'
import { clearTimeout, performance, setTimeout } from '../../runtime/timers'
import type { Answer, AnswerStream, ServerLog } from '../route'
import type { Cors } from './cors'
import type { Dispatched, Dispatcher } from './dispatcher'
import { type HeaderList, headersOf } from './headers'
import type { Ending, OpenStreams } from './open-streams'
import { refusal } from './refusals'

export interface HandlerParts {
  readonly dispatcher: Dispatcher
  readonly cors: Pick<Cors, 'headers'>
  readonly streams: OpenStreams
  readonly log: ServerLog
  readonly prefix: string
  readonly trustProxy: number
  readonly bodyBytes: number
  readonly isClosing: () => boolean
  /** An answer has been sent. */
  readonly onAnswer: (route: string, status: number, seconds: number) => void
}

/** What a client may send after a refused body before its connection is cut. */
const LINGER_MS = 1000

/** Answers requests of node:http; whatever listens, it is this that answers. */
export class HttpHandler {
  private underWay = 0
  private onIdle: (() => void) | undefined

  constructor(private readonly parts: HandlerParts) {}

  /** Resolves when no request is under way any more. */
  idle(): Promise<void> {
    if (this.underWay === 0) return Promise.resolve()
    return new Promise((resolve) => (this.onIdle = resolve))
  }

  /** Never throws. `mount`: what has been taken off `request.url`, as Express does. */
  handle(request: IncomingMessage, response: ServerResponse, mount = ''): void {
    const begun = performance.now()
    this.underWay++
    response.once('close', this.onAnswered)
    const { dispatcher, prefix, trustProxy } = this.parts
    const [path, query] = targetOf(request.url ?? '/')
    const dispatched = dispatcher.answer({
      request,
      path: below(prefix, path),
      query,
      mount: mount + prefix,
      address: addressOf(request, trustProxy),
      isSecure: isSecure(request, trustProxy),
      signal: () => signalOf(response),
    })
    if (dispatched instanceof Promise)
      void dispatched.then((one) => this.answer(request, response, one, begun))
    else this.answer(request, response, dispatched, begun)
  }

  private readonly onAnswered = (): void => {
    if (--this.underWay === 0) this.onIdle?.()
  }

  private answer(
    request: IncomingMessage,
    response: ServerResponse,
    dispatched: Dispatched,
    begun: number,
  ): void {
    if (response.destroyed) return
    try {
      const status = this.send(request, response, dispatched)
      this.logAnswer(request, dispatched, status, (performance.now() - begun) / 1000)
    } catch (error) {
      this.parts.log.error({ problem: messageOf(error) }, 'an answer could not be sent')
      if (response.headersSent) response.destroy()
      else sendText(response, 500, [], '', false)
    }
  }

  private send(request: IncomingMessage, response: ServerResponse, dispatched: Dispatched): number {
    const { cors, streams, isClosing, bodyBytes } = this.parts
    const { answer } = dispatched
    const caller = answer.caller ?? dispatched.caller
    const isHead = request.method === 'HEAD'
    const isStream = answer.stream !== undefined && !isHead
    if (isStream && !streams.hasRoomFor(caller)) {
      const full = refusal('too_many_streams', { headers: { 'retry-after': '5' } })
      return this.send(request, response, { ...dispatched, answer: full })
    }
    const headers = headersOf(answer, cors.headers(request.headers))
    if (isClosing()) headers.push('connection', 'close')
    const isLeftUnread = !request.complete && (answer.status === 413 || answer.status === 415)
    if (isStream) this.stream(response, answer, headers, caller)
    else if (isLeftUnread) refuseBody(request, response, answer, headers, bodyBytes)
    else sendText(response, answer.status, headers, textOf(answer), isHead)
    return answer.status
  }

  private stream(
    response: ServerResponse,
    answer: Answer,
    headers: HeaderList,
    caller: string,
  ): void {
    const open = new OpenStream(response)
    open.onClose(this.parts.streams.add(caller, open))
    response.writeHead(answer.status, headers)
    response.flushHeaders()
    answer.stream?.(open)
  }

  /** No attribute of a visitor, no query, no path that may have a key in it. */
  private logAnswer(
    request: IncomingMessage,
    { route, principal }: Dispatched,
    status: number,
    seconds: number,
  ): void {
    this.parts.onAnswer(route ?? '', status, seconds)
    this.parts.log.info(
      {
        method: request.method,
        route: route ?? null,
        status,
        ms: Math.round(seconds * 1e5) / 100,
        token: principal?.name ?? null,
      },
      'answered',
    )
  }
}

/**
 * Milliseconds, and up to twice as many, after which a client comes back whose stream was closed for
 * a newer one: at once, it would take the place of another, and that one its place.
 */
const LEFT_MS = 60_000

class OpenStream implements AnswerStream, Ending {
  constructor(private readonly response: ServerResponse) {}

  write(text: string): void {
    if (!this.response.writableEnded && !this.response.destroyed) this.response.write(text)
  }

  get bufferedBytes(): number {
    return this.response.writableLength
  }

  close(): void {
    this.response.end()
    // A client that does not read would keep it open.
    if (this.response.writableLength > 0) this.response.destroy()
  }

  leave(): void {
    const retryMs = Math.round(jitter(LEFT_MS, 1, 2))
    this.write(`retry: ${retryMs}\n\n`)
    this.close()
  }

  onClose(callback: () => void): void {
    if (this.response.closed) callback()
    else this.response.once('close', callback)
  }
}

const textOf = ({ json, text = '' }: Answer): string | Uint8Array =>
  json === undefined ? text : JSON.stringify(json)

/** Node refuses a header that would end it and begin another. */
function sendText(
  response: ServerResponse,
  status: number,
  headers: HeaderList,
  text: string | Uint8Array,
  isHead: boolean,
): void {
  const bytes = Buffer.byteLength(text)
  if (status !== 204 && status !== 304) headers.push('content-length', String(bytes))
  response.writeHead(status, headers)
  if (isHead) response.end()
  // Most answers are ASCII, which Latin-1 writes as the same bytes, several times as fast as UTF-8.
  else if (typeof text === 'string' && bytes === text.length) response.end(text, 'latin1')
  else response.end(text)
}

/**
 * Answers at once, and closes the connection when the client has read the answer: one that is cut
 * while it still sends would not see it.
 */
function refuseBody(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  headers: HeaderList,
  limitBytes: number,
): void {
  const text = textOf(answer)
  headers.push('connection', 'close', 'content-length', String(Buffer.byteLength(text)))
  response.writeHead(answer.status, headers)
  response.write(text)
  let left = 8 * limitBytes
  const end = (): void => {
    clearTimeout(timer)
    response.end()
  }
  const timer = setTimeout(end, LINGER_MS)
  request.on('data', (chunk: Buffer) => (left -= chunk.length) < 0 && end())
  request.once('end', end).once('close', end)
  request.resume()
}

/** The path and the query of a request line, which may be a whole URL. */
function targetOf(url: string): readonly [path: string, query: string] {
  const own = url.startsWith('/') ? url : url.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '')
  const end = own.search(/[?#]/)
  if (end < 0) return [own, '']
  return [own.slice(0, end), own[end] === '?' ? own.slice(end + 1).replace(/#.*$/s, '') : '']
}

/** No route has it: an empty segment is no parameter. */
const NOWHERE = '//'

/** A path that is not below the prefix is nobody's. */
const below = (prefix: string, path: string): string =>
  prefix === '' || path === prefix || path.startsWith(`${prefix}/`)
    ? path.slice(prefix.length)
    : NOWHERE

/** Of the client; what a proxy says of it is believed as far as there are proxies to be trusted. */
function addressOf({ headers, socket }: IncomingMessage, trustProxy: number): string {
  const own = socket.remoteAddress ?? ''
  if (trustProxy === 0) return own
  const forwarded = String(headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  return forwarded.at(-trustProxy) ?? forwarded[0] ?? own
}

/** Whether the client came over https; what a proxy says of it is believed as that of addresses is. */
function isSecure({ headers, socket }: IncomingMessage, trustProxy: number): boolean {
  if ('encrypted' in socket && socket.encrypted === true) return true
  const forwarded = String(headers['x-forwarded-proto'] ?? '')
  return trustProxy > 0 && forwarded.split(',')[0]?.trim().toLowerCase() === 'https'
}

function signalOf(response: ServerResponse): AbortSignal {
  const gone = new AbortController()
  if (response.closed) gone.abort()
  else
    response.once('close', () => {
      if (!response.writableFinished) gone.abort()
    })
  return gone.signal
}
