import { type Agent, type IncomingMessage, request as plain } from 'node:http'
import { request as encrypted } from 'node:https'
import type { Socket } from 'node:net'
import { type Duplex, pipeline, Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib'
import { Alarm } from '../../runtime/alarm'
import type { HttpAgent } from './http-options'
import { parsedUrl, shownUrl } from './options'
import { ExchangeError } from './exchange-error'

/** One GET, without redirects. Ended by `signal`, whose reason is then the error. */
export interface Ask {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly agent?: HttpAgent | undefined
  readonly connectTimeoutMs: number
  readonly readTimeoutMs: number
  readonly signal: AbortSignal
}

/** The head of an answer, whose body is still to be read. */
export interface Answer {
  readonly message: IncomingMessage
  /** From now on the server may be silent for so long. */
  allowSilence(ms: number): void
}

/**
 * Node's own client and not fetch: connecting and reading have time-outs of their own here, and a
 * socket can be set not to keep the process alive.
 */
export function get({
  url,
  headers,
  agent,
  connectTimeoutMs,
  readTimeoutMs,
  signal,
}: Ask): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const isEncrypted = url.protocol === 'https:'
    const sent = (isEncrypted ? encrypted : plain)(url, {
      headers,
      // Whether it is one, node:http finds out.
      agent: (agent as Agent | undefined) ?? false,
    })
    let message: IncomingMessage | undefined
    const end = (error: Error): void => void (message ?? sent).destroy(error)
    const ended = (): void => end(asError(signal.reason))
    let silenceMs = readTimeoutMs
    sent.on('timeout', () => end(silent(silenceMs)))
    const allowSilence = (ms: number): void => void sent.setTimeout((silenceMs = ms))

    const connecting = new Alarm(() => end(notConnected(connectTimeoutMs)))
    connecting.set(connectTimeoutMs)
    sent.once('socket', (socket: Socket) => {
      socket.unref()
      if (sent.reusedSocket) connecting.clear()
      else socket.once(isEncrypted ? 'secureConnect' : 'connect', () => connecting.clear())
    })
    allowSilence(readTimeoutMs)
    signal.addEventListener('abort', ended)
    sent.once('response', (answer) => resolve({ message: (message = answer), allowSilence }))
    // This listener stays: an error after the answer has come must not end the process.
    sent.on('error', reject)
    sent.once('close', () => {
      connecting.clear()
      signal.removeEventListener('abort', ended)
    })
    sent.end()
    if (signal.aborted) ended()
  })
}

const notConnected = (ms: number): ExchangeError =>
  new ExchangeError(`no connection within ${ms} ms`, 'check the network, or raise connectTimeoutMs')
const silent = (ms: number): ExchangeError =>
  new ExchangeError(`it sent nothing for ${ms} ms`, 'check the server, or raise readTimeoutMs')

const asError = (reason: unknown): Error =>
  reason instanceof Error ? reason : new Error(String(reason))

export const ENCODINGS = 'gzip, deflate, br'

type Decode = (body: AsyncIterable<Buffer>) => AsyncIterable<Buffer>

// An error of either ends the other, and the loop that reads.
const through = (body: AsyncIterable<Buffer>, decoder: Duplex): AsyncIterable<Buffer> =>
  pipeline(body instanceof Readable ? body : Readable.from(body), decoder, () => undefined)

const DECODERS: Readonly<Record<string, Decode>> = {
  gzip: (body) => through(body, createGunzip()),
  'x-gzip': (body) => through(body, createGunzip()),
  deflate: inflated,
  br: (body) => through(body, createBrotliDecompress()),
}

/**
 * `deflate` is zlib's format (RFC 9110, 8.4.1.2), but many servers send the bare deflate data. The low
 * half of zlib's first byte is 8; in bare data that would be a stored block whose padding is not zero.
 */
async function* inflated(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const chunks = body[Symbol.asyncIterator]()
  const first = await chunks.next()
  if (first.done) return
  const isZlib = ((first.value[0] ?? 0) & 15) === 8
  yield* through(withFirst(first.value, chunks), isZlib ? createInflate() : createInflateRaw())
}

async function* withFirst(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first
  yield* { [Symbol.asyncIterator]: () => rest }
}

/** Reads a body whole and decompresses it. Stops at the limit, whatever length was announced. */
export async function readBody(answer: IncomingMessage, limitBytes: number): Promise<Buffer> {
  if (Number(answer.headers['content-length'] ?? 0) > limitBytes) throw tooLarge(answer, limitBytes)
  const chunks: Buffer[] = []
  let total = 0
  for await (const chunk of decoded(answer)) {
    total += chunk.length
    if (total > limitBytes) throw tooLarge(answer, limitBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, total)
}

function decoded(answer: IncomingMessage): AsyncIterable<Buffer> {
  const encoding = answer.headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (encoding === 'identity' || encoding === '') return answer
  const decode = DECODERS[encoding]
  if (decode === undefined) {
    answer.destroy()
    throw new ExchangeError(
      `its body is compressed with ${JSON.stringify(encoding)}, which was not asked for`,
      `send one of ${ENCODINGS}`,
    )
  }
  return decode(answer)
}

function tooLarge(answer: IncomingMessage, limitBytes: number): ExchangeError {
  answer.destroy()
  return new ExchangeError(
    `it has more than ${limitBytes} bytes, the hard limit`,
    'shorten it, or raise hardLimitBytes',
    'too-large',
  )
}

const REDIRECTS: readonly (number | undefined)[] = [301, 302, 303, 307, 308]

/**
 * A GET that follows redirects. `own` headers may be secrets, so another origin does not get them.
 */
export async function getFollowing(
  ask: Ask,
  own: Ask['headers'],
  maxRedirects: number,
): Promise<Answer> {
  let { url } = ask
  for (let hops = 0; ; hops++) {
    const headers = url.origin === ask.url.origin ? { ...ask.headers, ...own } : ask.headers
    const answer = await get({ ...ask, url, headers })
    const {
      statusCode,
      headers: { location },
    } = answer.message
    if (!REDIRECTS.includes(statusCode) || location === undefined) return answer
    answer.message.destroy()
    if (hops >= maxRedirects)
      throw new ExchangeError(
        `more than ${maxRedirects} redirects`,
        'give the URL they should end at',
      )
    url = target(location, url)
  }
}

function target(location: string, from: URL): URL {
  const to = parsedUrl(location, from)
  const isSafe =
    to?.protocol === 'https:' || (to?.protocol === 'http:' && from.protocol === 'http:')
  if (to === undefined || !isSafe)
    throw new ExchangeError(
      `it redirects to ${to ? shownUrl(to) : 'no URL'}, which is not followed`,
      'correct the server, or give the right URL',
    )
  return to
}
