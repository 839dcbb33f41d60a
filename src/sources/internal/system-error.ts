const CODE_MEANS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  ELOOP: 'its symbolic links form a loop',
  ENAMETOOLONG: 'its name is too long',
  EIO: 'the disk or the network failed',
  ESTALE: 'the network file system lost it',
  EMFILE: 'this process has too many open files or watches',
  ENFILE: 'the system has too many open files',
  ENOSPC: 'the system gives no more watches to this user'
}

/** The code of a failed system call, or an empty text. By its shape: an error may come from another realm. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
}

/** What a failed system call means, in words; the code stays in for those who search by it. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error)
  const meaning = CODE_MEANS[code]
  if (meaning !== undefined) return `${meaning} (${code})`
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error)
}
