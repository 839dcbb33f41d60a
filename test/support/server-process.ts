/** A server that a test starts, kills, pauses and starts again on the same port. */
import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { eventually } from './eventually'

export interface ServerProcess {
  readonly port: number
  /** What it keeps is below this directory. */
  readonly home: string
  /** On the same port, with what it had stored. */
  start(): Promise<void>
  /** As when its machine fails. */
  kill(): Promise<void>
  /** Answers nothing, and says nothing, until it is resumed. */
  pause(): void
  resume(): void
  /** Kills it and removes what it kept. */
  end(): Promise<void>
}

export interface ServerCommand {
  readonly program: string
  readonly args: readonly string[]
  /** Sent when it listens, and what is in its answer when it is ready. Left out: it is ready then. */
  readonly asked?: { readonly text: string; readonly answer: string }
}

/** Debian puts servers where a user's PATH does not lead. */
const PLACES = ['/usr/local/sbin', '/usr/sbin', '/sbin']

/** The path of a program, or undefined where it is not installed. */
export function programOf(name: string): string | undefined {
  const directories = [...(process.env['PATH'] ?? '').split(delimiter), ...PLACES]
  return directories
    .filter(Boolean)
    .map((directory) => join(directory, name))
    .find(isRunnable)
}

function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((listening) => server.once('listening', listening))
  const { port } = server.address() as AddressInfo
  await new Promise((closed) => server.close(closed))
  return port
}

/** Starts what `commandOf` says, which is asked once: its port stays the same. */
export async function startServer(
  name: string,
  commandOf: (
    port: number,
    home: string,
    anotherPort: () => Promise<number>,
  ) => ServerCommand | Promise<ServerCommand>,
  withinMs = 20_000,
): Promise<ServerProcess> {
  const home = mkdtempSync(join(tmpdir(), `liveflag-${name}-`))
  const port = await freePort()
  const server = new Server(name, port, home, await commandOf(port, home, freePort), withinMs)
  try {
    await server.start()
    return server
  } catch (error) {
    await server.end()
    throw error
  }
}

class Server implements ServerProcess {
  private running: ChildProcess | undefined
  private said = ''
  private readonly last = (): void => void this.running?.kill('SIGKILL')

  constructor(
    private readonly name: string,
    readonly port: number,
    readonly home: string,
    private readonly command: ServerCommand,
    private readonly withinMs: number,
  ) {
    process.once('exit', this.last)
  }

  async start(): Promise<void> {
    const { program, args, asked } = this.command
    this.said = ''
    const running = spawn(program, args, { cwd: this.home, stdio: ['ignore', 'pipe', 'pipe'] })
    this.running = running
    const hear = (text: string): void => {
      this.said = (this.said + text).slice(-4000)
    }
    running.stdout.setEncoding('utf8').on('data', hear)
    running.stderr.setEncoding('utf8').on('data', hear)
    running.once('error', (error) => hear(String(error)))
    await eventually(
      `${this.name} listens`,
      async () => {
        if (running.exitCode !== null) throw new Error(`${this.name} ended: ${this.said}`)
        return answers(this.port, asked)
      },
      this.withinMs,
    )
  }

  async kill(): Promise<void> {
    const { running } = this
    this.running = undefined
    if (!running || running.exitCode !== null || running.signalCode !== null) return
    const ended = new Promise((done) => running.once('exit', done))
    running.kill('SIGKILL')
    await ended
  }

  pause(): void {
    this.running?.kill('SIGSTOP')
  }

  resume(): void {
    this.running?.kill('SIGCONT')
  }

  async end(): Promise<void> {
    await this.kill()
    process.removeListener('exit', this.last)
    rmSync(this.home, { recursive: true, force: true })
  }
}

const answers = (port: number, asked: ServerCommand['asked']): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let said = ''
    const end = (isReady: boolean): void => {
      socket.destroy()
      resolve(isReady)
    }
    socket.setTimeout(1000, () => end(false))
    socket.on('data', (chunk) => (said += chunk.toString()))
    socket.once('connect', () => (asked ? socket.end(asked.text) : end(true)))
    socket
      .once('error', () => end(false))
      .once('close', () => end(asked !== undefined && said.includes(asked.answer)))
  })
