import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { promisify } from 'node:util'
import { LiveflagError, reasonOf } from '../core/errors'
import { shownPath } from './sources'

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

/** One state of a path on a branch: the commit that brought it there. */
export interface Edit {
  readonly commit: string
  /** When it was committed, ISO 8601, UTC. */
  readonly at: string
  readonly author: string
  readonly subject: string
  /** The path then: from the root of the repository, or beginning with `./`. */
  readonly path: string
}

/**
 * The commits that changed a path, the newest first. Those of the branch itself: of what was merged
 * the merge counts, as only then it was there. A file's earlier names are followed.
 */
export async function editsOf(path: string): Promise<readonly Edit[]> {
  const whole = resolve(path)
  const isFile = !(await stat(whole).catch(() => undefined))?.isDirectory()
  const name = `./${basename(whole)}`
  const format = '--format=%x01%H%x00%ct%x00%an%x00%s'
  const line = ['--first-parent', '--diff-merges=first-parent', '--name-only']
  const printed = await git(
    ['log', ...(isFile ? ['--follow'] : []), ...line, format, '--', name],
    `${shownPath(path)} has no history`,
    dirname(whole),
  )
  return printed.split('\u0001').flatMap((text) => {
    const [head = '', ...names] = text.split('\n').filter((one) => one !== '')
    const [commit = '', seconds = '', author = '', subject = ''] = head.split('\0')
    const at = new Date(Number(seconds) * 1000).toISOString().replace('.000Z', 'Z')
    const [changed = name] = names
    return commit === '' ? [] : [{ commit, at, author, subject, path: isFile ? changed : name }]
  })
}
