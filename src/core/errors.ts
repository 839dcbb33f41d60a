/** Codes of the errors that liveflag throws; each has a row in docs/errors.md, held by a test. */
export type ErrorCode =
  | 'LIVEFLAG_NO_CONFIG'
  | 'LIVEFLAG_CLOSED'
  | 'LIVEFLAG_BAD_OPTION'
  | 'LIVEFLAG_BAD_WORLD'
  | 'LIVEFLAG_NO_USER'
  | 'LIVEFLAG_MISSING_PACKAGE'
  | 'LIVEFLAG_DECRYPT'
  | 'LIVEFLAG_STORE_UNAVAILABLE'
  | 'LIVEFLAG_SCHEMA_NEWER'
  | 'LIVEFLAG_BAD_ROW'
  | 'LIVEFLAG_NOT_RECORDED'
  | 'LIVEFLAG_NO_THREAD'

/** An error of the caller's making, or one that leaves no way on. Configuration faults are Problems instead. */
export class LiveflagError extends Error {
  override readonly name = 'LiveflagError'
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
