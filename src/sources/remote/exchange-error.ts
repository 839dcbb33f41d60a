import { codeOf, reasonOf } from '../../core/errors'
import type { ProblemCode } from '../../core/problem'
import { tlsFailureOf } from './tls-failure'

/** Why an exchange with a server failed, and what to do about it. Never leaves this folder. */
export class ExchangeError extends Error {
  override readonly name = 'ExchangeError'
  constructor(
    message: string,
    readonly advice: string,
    readonly code: ProblemCode = 'unreadable',
    /** How long the server wants to be left alone. */
    readonly retryAfterMs = 0,
  ) {
    super(message)
  }
}

const NETWORK: Readonly<Record<string, readonly [reason: string, advice: string]>> = {
  ECONNREFUSED: ['nothing listens there', 'start the server, or correct the URL'],
  ECONNRESET: ['the connection was cut', 'check the server and what is between'],
  EPIPE: ['the connection was cut', 'check the server and what is between'],
  ENOTFOUND: ['there is no such host', 'correct the URL, or fix name resolution'],
  EAI_AGAIN: ['name resolution does not answer', 'fix name resolution'],
  ENETUNREACH: ['there is no way to that network', 'fix the network'],
  EHOSTUNREACH: ['there is no way to that host', 'fix the network'],
  ETIMEDOUT: ['the connection timed out', 'check the network'],
  Z_BUF_ERROR: ['its compressed body ends too early', 'check the server and what is between'],
  Z_DATA_ERROR: ['its compressed body is damaged', 'check the server and what is between'],
}

/** Any error of an exchange, with a reason and advice in words. */
export function exchangeErrorOf(error: unknown): ExchangeError {
  if (error instanceof ExchangeError) return error
  const code = codeOf(error)
  const known = NETWORK[code] ?? tlsFailureOf(error)
  if (known !== undefined)
    return new ExchangeError(code === '' ? known[0] : `${known[0]} (${code})`, known[1])
  const protocol = code.startsWith('HPE_') ? 'what it answers is not HTTP: ' : ''
  return new ExchangeError(`${protocol}${reasonOf(error)}`, 'check the server and what is between')
}
