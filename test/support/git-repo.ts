import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempDir } from './temp-dir'

/** A repository of git of the test's own. */
export interface Repo {
  readonly dir: string
  path(name: string): string
  write(name: string, text: string): void
  git(...args: string[]): string
  /** Writes a file and commits all; returns the commit. `at` is when, ISO 8601. */
  commit(name: string, text: string, subject: string, at?: string): string
}

export function gitRepo(): Repo {
  const dir = tempDir()
  const run = (args: readonly string[], at = '2026-11-01T12:00:00Z'): string =>
    execFileSync('git', ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.test', ...args], {
      cwd: dir,
      stdio: 'pipe',
      encoding: 'utf8',
      env: { ...process.env, GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at },
    })
  const path = (name: string): string => join(dir, name)
  const write = (name: string, text: string): void => writeFileSync(path(name), text)
  run(['init', '-q'])
  return {
    dir,
    path,
    write,
    git: (...args) => run(args),
    commit: (name, text, subject, at) => {
      write(name, text)
      run(['add', '-A'], at)
      run(['commit', '-qm', subject], at)
      return run(['rev-parse', 'HEAD']).trim()
    },
  }
}
