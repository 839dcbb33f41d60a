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
  | 'LIVEFLAG_STORE_REFUSED'
  | 'LIVEFLAG_STORE_UNUSABLE'
  | 'LIVEFLAG_SCHEMA_NEWER'
  | 'LIVEFLAG_BAD_ROW'
  | 'LIVEFLAG_NOT_RECORDED'
  | 'LIVEFLAG_IN_USE'
  | 'LIVEFLAG_NO_THREAD'
  | 'LIVEFLAG_CALLBACK_FAILED'
  | 'LIVEFLAG_OLD_NODE'
  | 'LIVEFLAG_CANNOT_EDIT'
  | 'LIVEFLAG_UNKNOWN_FEATURE'
  | 'LIVEFLAG_NEW_EXPERIMENT_ID'

/**
 * An error of the caller, or one after which the call cannot go on. What is wrong in a live config
 * is a Problem instead.
 */
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

/**
 * Returns any value as text, for a message; also values that throw when they are turned into one.
 * What would not be seen is spelt out: `""`, `[]`.
 */
export function shown(value: unknown): string {
  const text = textOf(value)
  return text.trim() === '' ? (Array.isArray(value) ? '[]' : JSON.stringify(text)) : text
}

function textOf(value: unknown): string {
  try {
    return String(value)
  } catch {
    return 'something that has no text'
  }
}

/** The message of an error; anything may be thrown. */
export function messageOf(error: unknown): string {
  try {
    return textOf(
      typeof error === 'object' && error !== null && 'message' in error ? error.message : error,
    )
  } catch {
    return textOf(undefined)
  }
}

/**
 * The code of an error of Node or of a database driver, or an empty text. Read by shape, not by
 * `instanceof`: an error may come from another realm.
 */
export function codeOf(error: unknown): string {
  return typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    typeof error.code === 'string'
    ? error.code
    : ''
}

/** Whatever was thrown, as an error. */
export const asError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error(messageOf(thrown), { cause: thrown })

const CODE_MEANS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  ERR_ACCESS_DENIED: 'the permissions given to this process leave it out',
  ELOOP: 'its symbolic links form a loop',
  ENAMETOOLONG: 'its name is too long',
  EIO: 'the disk or the network failed',
  ESTALE: 'the network file system lost it',
  EMFILE: 'this process has too many open files or watches',
  ENFILE: 'the system has too many open files',
  ENOSPC: 'no room is left on the disk',
  EDQUOT: 'the quota of the disk is used up',
  EROFS: 'the file system can only be read',
}

/** What a failed system call means, in words; the code stays in for those who search by it. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error)
  const meaning = CODE_MEANS[code]
  if (meaning !== undefined) return `${meaning} (${code})`
  return messageOf(error)
}

/** Returns what was thrown as an error with a code: its own, or `code`. */
export const withCode = (thrown: unknown, code: ErrorCode): LiveflagError =>
  thrown instanceof LiveflagError
    ? thrown
    : new LiveflagError(code, messageOf(thrown), { cause: thrown })
