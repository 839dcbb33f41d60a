import { codeOf, messageOf } from '../../core/errors'
import type { StoreError } from '../key-store'
import { type KnownFailure, storeFailure } from '../keyed/store-failure'
import { CLIENT_CERTIFICATE } from '../remote/tls-failure'
import { NO_NOTICES } from './postgres-listener'
import { TABLE } from './postgres-schema'

/** By the SQLSTATE, or by what the client says. */
const KNOWN: readonly KnownFailure[] = [
  {
    is: /^28000.* client certificate/,
    kind: 'refused',
    reason: CLIENT_CERTIFICATE[0],
    advice: CLIENT_CERTIFICATE[1],
  },
  {
    is: /^28/,
    kind: 'refused',
    advice: 'correct the user and the password in its URL, or pg_hba.conf',
  },
  {
    is: /^42501/,
    kind: 'refused',
    advice: `grant its role what it needs: select on ${TABLE} to read, and insert, update and delete to publish`,
  },
  { is: /^3D000/, kind: 'unusable', advice: 'create the database, or correct its name in the URL' },
  {
    is: /^42P01|^3F000/,
    kind: 'unusable',
    reason: `there is no table ${TABLE} that this role can see`,
    advice:
      'publish a live config there, run the SQL of postgresMigration(), or correct schema or search_path',
  },
  {
    is: /^42(?:703|883|804)/,
    kind: 'unusable',
    advice: `the table ${TABLE} is not that of postgresMigration(); move it away, or choose another schema`,
  },
  {
    is: /^08P01 unsupported startup parameter/,
    kind: 'refused',
    advice:
      'let ignore_startup_parameters of PgBouncer name statement_timeout and idle_in_transaction_session_timeout',
  },
  {
    is: new RegExp(`^ ${NO_NOTICES}`),
    kind: 'refused',
    reason: 'the pooler that is between keeps no sessions, so no notice comes',
    advice: 'give listenUrl, a URL that leads to the server itself, or say watch: false',
  },
  {
    is: /^(?:53|57|08|25006|55|XX)/,
    kind: 'unreachable',
    advice: 'check the server',
  },
  {
    is: /^(?: Query read timeout| timeout exceeded when trying to connect| timeout expired|57014)/,
    kind: 'unreachable',
    reason: 'it does not answer in time',
    advice: 'check the server and what is between, or raise statementTimeoutMs',
  },
  {
    is: /^ (?:Connection terminated|Client has encountered a connection error|Client was closed)/,
    kind: 'unreachable',
    reason: 'the connection was cut',
    advice: 'check the server and what is between',
  },
  {
    is: /^ The server does not support SSL connections/,
    kind: 'refused',
    advice: 'switch SSL on there, or leave ssl and sslmode out',
  },
]

export function postgresFailure(store: string, error: unknown): StoreError {
  const state = /^[0-9A-Z]{5}$/.test(codeOf(error)) ? codeOf(error) : ''
  const failure = storeFailure(store, error, `${state} ${messageOf(error)}`, KNOWN)
  return failure
}

/** The table has not been created. */
export const isWithoutTable = (error: unknown): boolean => codeOf(error) === '42P01'

/** Others hold the rows, and may have left them a moment later. */
export const isBlocked = (error: unknown): boolean =>
  ['40001', '40P01', '23505'].includes(codeOf(error))
