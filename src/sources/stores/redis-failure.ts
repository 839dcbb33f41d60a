import { codeOf, messageOf } from '../../core/errors'
import type { StoreError } from '../key-store'
import { type KnownFailure, storeFailure } from '../keyed/store-failure'

const KNOWN: readonly KnownFailure[] = [
  {
    is: /^(?:WRONGPASS|NOAUTH|ERR invalid password|ERR invalid username|ERR AUTH)/i,
    kind: 'refused',
    advice: 'correct the user and the password in its URL',
  },
  {
    // Within a script it is said in other words, which differ from one Redis to another.
    is: /^NOPERM|ACL failure in script|user executing the script can't/i,
    kind: 'refused',
    advice: 'give its user the right to this command, key and channel (ACL SETUSER)',
  },
  {
    is: /^DENIED/,
    kind: 'refused',
    advice: 'give it a password, or bind it to an address that processes may reach',
  },
  {
    is: /^WRONGTYPE/,
    kind: 'unusable',
    reason: 'its key holds a value of another type than a string',
    advice: 'choose another key, or remove that value',
  },
  { is: /^ERR DB index/i, kind: 'unusable', advice: 'correct the number of the database' },
  {
    is: /^ERR This instance has cluster support disabled/,
    kind: 'unusable',
    reason: 'it is no cluster',
    advice: 'leave cluster=true out of its URL',
  },
  {
    is: /^MOVED/,
    kind: 'unusable',
    reason: 'it is one server of a cluster',
    advice: 'add cluster=true to its URL',
  },
  {
    is: /^(?:LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|READONLY|UNKILLABLE|BUSY|OOM|MISCONF|NOREPLICAS)/,
    kind: 'unreachable',
    advice: 'check the server',
  },
  {
    is: /^Command timed out/,
    kind: 'unreachable',
    reason: 'it does not answer in time',
    advice: 'check the server and what is between, or raise commandTimeoutMs',
  },
  {
    is: /^(?:Connection is closed|Stream isn't writeable)/,
    kind: 'unreachable',
    reason: 'the connection was cut',
    advice: 'check the server and what is between',
  },
  {
    is: /^All sentinels are unreachable/,
    kind: 'unreachable',
    reason: 'no Sentinel knows a master of that name',
    advice: 'start a Sentinel, or correct the hosts and the name in its URL',
  },
]

/** Connections through which a new one may lead elsewhere, or that are of no use any more. */
export const isOfConnection = (error: unknown): boolean =>
  !/^(?:NOPERM|WRONGTYPE|ERR |NOSCRIPT|EXECABORT)/.test(messageOf(error))

export function redisFailure(store: string, error: unknown): StoreError {
  const first = firstCause(error)
  return storeFailure(store, first, messageOf(first), KNOWN)
}

/**
 * The client of a cluster, and that of Sentinel's, say last that nobody answered; a transaction says
 * that it was given up, and not why.
 */
function firstCause(error: unknown): unknown {
  if (typeof error !== 'object' || error === null || codeOf(error) !== '') return error
  if ('previousErrors' in error && Array.isArray(error.previousErrors))
    return (error.previousErrors as unknown[])[0] ?? error
  return 'lastNodeError' in error && error.lastNodeError ? error.lastNodeError : error
}
