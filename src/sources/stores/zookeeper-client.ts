import net from 'node:net'
import tls from 'node:tls'
import { asError, codeOf, reasonOf } from '../../core/errors'
import { loadOptional } from '../../runtime/optional-package'
import { clearTimeout, setTimeout } from '../../runtime/timers'
import { withinTime } from '../../runtime/wait'
import type { StoreHost } from '../store-url'
import type { Connection } from './link'
import type { StoreTls } from './tls'

/** What is used of a node's state. Longs are eight bytes. */
export interface ZooKeeperStat {
  readonly version: number
  readonly mzxid: Uint8Array
}

type Answer<Results extends readonly unknown[]> = (error: unknown, ...results: Results) => void
type Watcher = () => void

/** What came of one operation of a transaction. */
export interface ZooKeeperResult {
  /** 0: nothing against it; -2: another one failed. */
  readonly err?: number
  readonly stat?: ZooKeeperStat
}

export interface ZooKeeperAcl {
  readonly permission: number
  readonly id: { readonly scheme: string; readonly id: string }
}

interface Operation {
  version?: number
}

export interface ZooKeeperTransaction {
  readonly ops: Operation[]
  create(path: string, data: Buffer, acls: readonly object[]): this
  setData(path: string, data: Buffer, version: number): this
  remove(path: string, version: number): this
  commit(answer: Answer<[results?: readonly ZooKeeperResult[]]>): void
}

/** What is used of a client of the package node-zookeeper-client, which has no types. */
export interface ZooKeeperClient {
  addAuthInfo(scheme: string, auth: Buffer): void
  connect(): void
  close(): void
  on(event: 'state', heard: (state: { getName(): string }) => void): unknown
  exists(path: string, watcher: Watcher | undefined, answer: Answer<[ZooKeeperStat | null]>): void
  getData(path: string, answer: Answer<[Buffer | undefined, ZooKeeperStat]>): void
  getChildren(path: string, answer: Answer<[readonly string[]]>): void
  create(path: string, data: Buffer, acls: readonly object[], answer: Answer<[path?: string]>): void
  transaction(): ZooKeeperTransaction
  readonly connectionManager: Manager
}

/** What the client makes its connection with. Its version is held by package.json. */
interface Manager {
  socket: net.Socket
  connect(): void
  setState(state: number): void
  onSocketConnected(): void
  onSocketData(bytes: Buffer): void
  onSocketDrain(): void
  onSocketClosed(): void
}

export interface ZooKeeperPackage {
  createClient(hosts: string, options: object): ZooKeeperClient
  readonly ACL: new (permission: number, id: object) => object
  readonly Id: new (scheme: string, id: string) => object
}

export interface ZooKeeperSettings {
  /** What the application called. */
  readonly call: string
  readonly name: string
  readonly hosts: readonly StoreHost[]
  readonly timeoutMs: number
  readonly sessionTimeoutMs: number
  /** `user:password`. */
  readonly digest?: string
  readonly tls?: StoreTls
}

export interface ZooKeeperConnection extends Connection {
  readonly client: ZooKeeperClient
}

const CONNECTING = 1
const CLOSE_WITHIN_MS = 500

export const zooKeeperPackage = (call: string): ZooKeeperPackage =>
  loadOptional(
    call,
    'node-zookeeper-client',
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would hide that it is missing until the first use
    () => require('node-zookeeper-client') as ZooKeeperPackage,
  )

/** Connects to the first host that lets us in, beginning with any of them. */
export async function connectZooKeeper(settings: ZooKeeperSettings): Promise<ZooKeeperConnection> {
  const { hosts } = settings
  const first = Math.floor(Math.random() * hosts.length)
  const inTurn = [...hosts.slice(first), ...hosts.slice(0, first)]
  let last: unknown
  for (const host of inTurn) {
    try {
      return await connectTo(host, settings)
    } catch (error) {
      last = error
    }
  }
  throw last
}

/**
 * A client for one connection. The client of the package connects again by itself, at once and for
 * ever, holds the process meanwhile, does not notice a server that is silent, knows no TLS, and
 * throws where nobody can catch it on an answer that it does not know: so it gets a socket of ours,
 * and is given up with it. The session that is lost with it held nothing.
 */
async function connectTo(
  host: StoreHost,
  settings: ZooKeeperSettings,
): Promise<ZooKeeperConnection> {
  const { sessionTimeoutMs, digest, timeoutMs, hosts } = settings
  const client = zooKeeperPackage(settings.call).createClient('localhost', {
    sessionTimeout: sessionTimeoutMs,
    retries: 0,
  })
  if (digest !== undefined) client.addAuthInfo('digest', Buffer.from(digest))
  const socket = socketTo(host, settings.tls)
  const broken = brokenWhenClosed(socket)
  client.connectionManager.connect = () => take(client.connectionManager, socket, settings)
  try {
    const share = timeoutMs / hosts.length
    await withinTime(Promise.race([connected(client), broken.then(fail)]), share, () =>
      fail(new Error(`it did not answer within ${share} ms`)),
    )
    // Whoever waits for an answer keeps the process alive.
    socket.unref()
    return { client, broken, close: () => closeClient(client, socket, broken) }
  } catch (error) {
    socket.destroy()
    throw error
  }
}

function brokenWhenClosed(socket: net.Socket): Promise<unknown> {
  let reason: unknown
  socket.on('error', (error) => (reason ??= error))
  return new Promise((resolve) => {
    socket.once('close', () => resolve(reason ?? new Error('the connection was closed')))
  })
}

/** Gives the client our socket, once. */
function take(
  manager: Manager,
  socket: net.Socket,
  { tls: secure, sessionTimeoutMs }: ZooKeeperSettings,
): void {
  manager.connect = () => undefined
  manager.setState(CONNECTING)
  manager.socket = socket
  // The client asks three times in a session's time whether the server is there.
  const silence = setTimeout(
    () => socket.destroy(new Error('it fell silent')),
    (sessionTimeoutMs * 2) / 3,
  ).unref()
  socket.on(secure ? 'secureConnect' : 'connect', () => manager.onSocketConnected())
  socket.on('drain', () => manager.onSocketDrain())
  // Who ends a connection reads no more of it: what is half sent would wait for ever.
  socket.on('end', () => socket.destroy())
  socket.on('close', () => {
    clearTimeout(silence)
    manager.onSocketClosed()
  })
  socket.on('data', (bytes) => {
    silence.refresh()
    handle(manager, bytes)
  })
}

function socketTo({ host, port = 2181 }: StoreHost, secure: StoreTls | undefined): net.Socket {
  const socket = secure
    ? tls.connect({ host, port, ...certificates(secure), servername: nameOf(host) })
    : net.connect({ host, port })
  return socket.setNoDelay()
}

/** A server that is called by its address shows no name. */
const nameOf = (host: string): string => (net.isIP(host) === 0 ? host : '')

const certificates = ({ ca, cert, key }: StoreTls): tls.ConnectionOptions => ({
  ...(ca !== undefined && { ca: Buffer.from(ca) }),
  ...(cert !== undefined && { cert: Buffer.from(cert) }),
  ...(key !== undefined && { key: Buffer.from(key) }),
})

function handle(manager: Manager, bytes: Buffer): void {
  try {
    manager.onSocketData(bytes)
  } catch (error) {
    manager.socket.destroy(asError(error))
  }
}

/** Resolves when the session has begun; rejects when the server will have none. */
const connected = (client: ZooKeeperClient): Promise<void> =>
  new Promise((resolve, reject) => {
    client.on('state', (state) => {
      const name = state.getName()
      if (name === 'SYNC_CONNECTED' || name === 'CONNECTED_READ_ONLY') resolve()
      else reject(new Error(`the session is ${name}`))
    })
    client.connect()
  })

function fail(reason: unknown): never {
  throw reason
}

async function closeClient(
  client: ZooKeeperClient,
  socket: net.Socket,
  broken: Promise<unknown>,
): Promise<void> {
  if (!socket.destroyed) {
    client.close()
    await withinTime<unknown>(broken, CLOSE_WITHIN_MS, () => undefined, { keepAlive: true })
  }
  socket.destroy()
}

export const reasonOfConnection = (error: unknown): string =>
  codeOf(error) === 'ECONNREFUSED' ? 'nothing listens there (ECONNREFUSED)' : reasonOf(error)
