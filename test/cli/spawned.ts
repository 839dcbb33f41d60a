import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'

/** The command as npm installs it, after a build. */
export const main = join(__dirname, '..', '..', 'dist', 'cli', 'main.js')

const running = new Set<ChildProcessWithoutNullStreams>()

/** Belongs into afterEach. */
export const endChildren = (): void => running.forEach((child) => child.kill('SIGKILL'))

export function start(
  args: readonly string[],
  command: string = process.execPath,
  before: readonly string[] = [main],
): ChildProcessWithoutNullStreams {
  const child = spawn(command, [...before, ...args])
  running.add(child)
  child.on('close', () => running.delete(child))
  // A command that ends early leaves its input unread.
  child.stdin.on('error', () => undefined)
  return child
}

export const ended = (child: ChildProcessWithoutNullStreams): Promise<number | string | null> =>
  new Promise((resolve) => child.on('close', (code, signal) => resolve(code ?? signal)))

export interface Result {
  readonly code: unknown
  readonly out: string
  readonly err: string
}

export async function result(child: ChildProcessWithoutNullStreams): Promise<Result> {
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended(child)])
  return { code, out, err }
}

export function liveflag(args: readonly string[], stdin = ''): Promise<Result> {
  const child = start(args)
  child.stdin.end(stdin)
  return result(child)
}

/** A line of a shell, in which `liveflag` is the command. */
export const shell = (line: string): Promise<Result> =>
  result(start([`liveflag() { "${process.execPath}" "${main}" "$@"; }; ${line}`], 'bash', ['-c']))

export const firstLine = (child: ChildProcessWithoutNullStreams): Promise<string> =>
  new Promise((resolve) => createInterface(child.stdout).once('line', resolve))
