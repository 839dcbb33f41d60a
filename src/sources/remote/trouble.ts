import { codeOf, reasonOf } from '../../core/errors'
import type { ProblemCode } from '../../core/problem'

/** Why an exchange with a server came to nothing, and what to do about it. Never leaves this folder. */
export class Trouble extends Error {
  override readonly name = 'Trouble'
  constructor(
    message: string,
    readonly advice: string,
    readonly code: ProblemCode = 'unreadable',
    /** When the server wants to be asked again. */
    readonly retryAfterMs = 0,
  ) {
    super(message)
  }
}

const NETWORK: Readonly<Record<string, readonly [reason: string, advice: string]>> = {
  ECONNREFUSED: ['nothing listens there', 'start the server, or correct the URL'],
  ECONNRESET: ['the connection was cut', 'look at the server and at what stands between'],
  EPIPE: ['the connection was cut', 'look at the server and at what stands between'],
  ENOTFOUND: ['there is no such host', 'correct the URL, or mend name resolution'],
  EAI_AGAIN: ['name resolution does not answer', 'mend name resolution'],
  ENETUNREACH: ['there is no way to that network', 'mend the network'],
  EHOSTUNREACH: ['there is no way to that host', 'mend the network'],
  ETIMEDOUT: ['the connection timed out', 'look at the network'],
  CERT_HAS_EXPIRED: ["the server's certificate has expired", 'renew it'],
  DEPTH_ZERO_SELF_SIGNED_CERT: [
    "the server's certificate is signed by itself",
    'trust it by the agent option or NODE_EXTRA_CA_CERTS',
  ],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    "the server's certificate cannot be verified",
    'send the whole chain, or trust it by NODE_EXTRA_CA_CERTS',
  ],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    "the server's certificate is for another host",
    'correct the URL or the certificate',
  ],
  Z_BUF_ERROR: [
    'its compressed body ends too early',
    'look at the server and at what stands between',
  ],
  Z_DATA_ERROR: ['its compressed body is damaged', 'look at the server and at what stands between'],
}

/** Whatever an exchange failed with, in words. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof Trouble) return error
  const code = codeOf(error)
  const known = NETWORK[code]
  if (known !== undefined) return new Trouble(`${known[0]} (${code})`, known[1])
  const protocol = code.startsWith('HPE_') ? 'what it answers is not HTTP: ' : ''
  return new Trouble(
    `${protocol}${reasonOf(error)}`,
    'look at the server and at what stands between',
  )
}
