import { request as plain, type Agent, type IncomingMessage } from 'node:http'
import { request as encrypted } from 'node:https'
import type { Socket } from 'node:net'
import { Trouble } from './trouble'

/** One GET, without redirects. Ended by `signal`, whose reason is then the error. */
export interface Ask {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly agent?: Agent | undefined
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
 * Node's own client and not fetch: connecting and reading have time-outs of their own here, and a socket can be told
 * not to keep the process alive.
 */
export function get({ url, headers, agent, connectTimeoutMs, readTimeoutMs, signal }: Ask): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const isEncrypted = url.protocol === 'https:'
    const sent = (isEncrypted ? encrypted : plain)(url, { headers, agent: agent ?? false })
    let message: IncomingMessage | undefined
    const end = (error: Error): void => void (message ?? sent).destroy(error)
    const ended = (): void => end(asError(signal.reason))
    let silenceMs = readTimeoutMs
    sent.on('timeout', () => end(silent(silenceMs)))
    const allowSilence = (ms: number): void => void sent.setTimeout((silenceMs = ms))

    const connecting = setTimeout(() => end(notConnected(connectTimeoutMs)), connectTimeoutMs).unref()
    sent.once('socket', (socket: Socket) => {
      socket.unref()
      if (sent.reusedSocket) clearTimeout(connecting)
      else socket.once(isEncrypted ? 'secureConnect' : 'connect', () => clearTimeout(connecting))
    })
    allowSilence(readTimeoutMs)
    signal.addEventListener('abort', ended)
    sent.once('response', (answer) => resolve({ message: (message = answer), allowSilence }))
    // It stays: what goes wrong after the answer has come must not end the process.
    sent.on('error', reject)
    sent.once('close', () => {
      clearTimeout(connecting)
      signal.removeEventListener('abort', ended)
    })
    sent.end()
    if (signal.aborted) ended()
  })
}

const notConnected = (ms: number): Trouble => new Trouble(`no connection within ${ms} ms`, 'look at the network, or raise connectTimeoutMs')
const silent = (ms: number): Trouble => new Trouble(`it sent nothing for ${ms} ms`, 'look at the server, or raise readTimeoutMs')

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)))
