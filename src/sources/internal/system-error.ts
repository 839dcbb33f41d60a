import { codeOf } from '../../recording/internal/error-code'
import { messageOf } from '../../core/shown'

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

/** What a failed system call means, in words; the code stays in for those who search by it. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error)
  const meaning = CODE_MEANS[code]
  if (meaning !== undefined) return `${meaning} (${code})`
  return messageOf(error)
}
