import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { LiveflagError, reasonOf } from '../core/errors'

/** The largest file of a revision that is read. */
const MOST_BYTES = 1 << 28

/** Runs git and returns what it prints. Throws LIVEFLAG_BAD_OPTION with `what` and git's reason. */
export async function git(
  args: readonly string[],
  what: string,
  cwd = process.cwd(),
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('git', ['-c', 'core.quotePath=false', ...args], {
      cwd,
      maxBuffer: MOST_BYTES,
    })
    return stdout
  } catch (error) {
    throw new LiveflagError('LIVEFLAG_BAD_OPTION', `${what}: ${sentenceOf(error)}`, {
      cause: error,
    })
  }
}

/** What git says is behind the command line that Node repeats. */
function sentenceOf(error: unknown): string {
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
  return (said || reasonOf(error)).replace(/^fatal: /, '').split('\n')[0] ?? ''
}

/** One commit that changed a file. */
export interface Edit {
  readonly commit: string
  /** When it was committed, ISO 8601. */
  readonly at: string
  readonly author: string
  readonly subject: string
  /** The file's path then, from the root of the repository. */
  readonly path: string
}

/** The commits that changed a file, the newest first; those before it had another name included. */
export async function editsOf(
  file: string,
  more: readonly string[],
  cwd: string,
): Promise<readonly Edit[]> {
  const format = '--format=%x01%H%x00%cI%x00%an%x00%s'
  const printed = await git(
    ['log', '--follow', '--name-only', format, ...more, '--', file],
    `${file} has no history`,
    cwd,
  )
  return printed.split('\u0001').flatMap((text) => {
    const [head = '', ...names] = text.split('\n').filter((line) => line !== '')
    const [commit = '', at = '', author = '', subject = ''] = head.split('\0')
    const path = names[0]
    return commit === '' || path === undefined ? [] : [{ commit, at, author, subject, path }]
  })
}
