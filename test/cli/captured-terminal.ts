import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { run } from '../../src/cli/program'
import type { Terminal } from '../../src/cli/terminal'
import { eventually } from '../support/eventually'

/** Keeps what is written to it. */
class Captured extends Writable {
  text = ''

  constructor(readonly isTTY = false) {
    super({ decodeStrings: false })
  }

  override _write(chunk: string, _: string, done: () => void): void {
    this.text += chunk
    done()
  }

  get lines(): string[] {
    return this.text.split('\n').slice(0, -1)
  }
}

export interface Surroundings {
  readonly stdin?: string | Readable
  readonly isTTY?: boolean
  readonly env?: Readonly<Record<string, string>>
  readonly now?: () => Date
}

/** A terminal with nothing on it but what is given. */
export const terminalWith = (given: Partial<Terminal>): Terminal => ({
  stdin: Readable.from([]),
  stdout: new Captured(),
  stderr: new Captured(),
  env: {},
  now: () => new Date(2027, 0, 31, 9, 5, 7),
  interruption: () => new AbortController().signal,
  ...given,
})

/** A command that has been started and goes on. */
export class Started {
  readonly stdout: Captured
  readonly stderr = new Captured()
  readonly ended: Promise<number>
  private readonly interrupted = new AbortController()

  constructor(
    args: readonly string[],
    { stdin = '', isTTY = false, env = {}, now }: Surroundings = {},
  ) {
    this.stdout = new Captured(isTTY)
    const terminal = terminalWith({
      stdin: typeof stdin === 'string' ? Readable.from([Buffer.from(stdin)]) : stdin,
      stdout: this.stdout,
      stderr: this.stderr,
      env,
      ...(now && { now }),
      interruption: () => this.interrupted.signal,
    })
    this.ended = run(args, terminal)
  }

  interrupt(): void {
    this.interrupted.abort()
  }

  /** Resolves when this has been written to stderr. */
  complaint(text: string): Promise<void> {
    return eventually(text, () => this.stderr.text.includes(text), 5000)
  }

  /** Resolves when so many lines have been printed, with the last of them. */
  async line(count: number): Promise<string> {
    await eventually(`line ${count}`, () => this.stdout.lines.length >= count, 5000)
    return this.stdout.lines[count - 1] ?? ''
  }
}

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs one command line to its end. */
export async function liveflag(args: readonly string[], surroundings?: Surroundings): Promise<Ran> {
  const started = new Started(args, surroundings)
  const code = await started.ended
  return { code, out: started.stdout.text, err: started.stderr.text }
}

/** A folder of its own for each test file; removed after it. */
export function scratch(): (name: string, text: string | Uint8Array) => string {
  const folder = mkdtempSync(join(tmpdir(), 'liveflag-cli-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return (name, text) => {
    const path = join(folder, name)
    writeFileSync(path, text)
    return path
  }
}

/** Text in a template without its indentation, and without the line break that begins it. */
export function block(text: string): string {
  const lines = text.replace(/^\n/, '').split('\n')
  const indent = /^ */.exec(lines[0] ?? '')?.[0].length ?? 0
  return (
    lines
      .map((line) => line.slice(indent))
      .join('\n')
      .trimEnd() + '\n'
  )
}
