/**
 * A store that is like S3, from the package `s3rver`, which lacks what AWS says of conditional writes:
 * they are added here (docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html).
 * Requests are answered one after another, because s3rver shows an object that is half written, and
 * S3 does not.
 */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer as createSecureServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { SerialQueue } from '../../src/runtime/serial-queue'

/** What a server does about `If-Match` and `If-None-Match` of a write. */
export type Conditions = 'compares' | 'ignores' | 'refuses' | 'is busy'

export interface S3Server {
  readonly port: number
  conditions: Conditions
  /** Requests that were answered. */
  readonly answered: readonly string[]
  stop(): Promise<void>
  /** On the same port, with what it had stored. */
  start(): Promise<void>
  end(): Promise<void>
}

/** What is used of s3rver, which has no types. */
interface S3rverApp {
  callback(): RequestListener
  configureBuckets(): Promise<unknown>
  readonly store: S3rverStore
}

interface S3rverStore {
  getObject(bucket: string, key: string): Promise<FoundObject | undefined>
  putObject(object: GivenObject): Promise<PutResult>
  /** The path of a file. */
  getResourcePath(bucket: string, key: string, resource: 'object'): string
  putMetadata(bucket: string, key: string, metadata: object, md5: string): Promise<void>
}

interface GivenObject {
  readonly bucket: string
  readonly key: string
  readonly content: Buffer | Readable
  readonly metadata: object
}

interface PutResult {
  readonly size: number
  readonly md5: string
}

interface FoundObject {
  readonly metadata: { readonly etag: string }
  readonly content: { destroy(): void }
}

export const S3_BUCKET = 'flags'
/** Those that s3rver knows. */
export const S3_CREDENTIALS = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }

/** `tls`: it speaks TLS, with these options. */
export async function startS3(tls?: ServerOptions): Promise<S3Server> {
  // It has no types.
  const S3rver = require('s3rver') as new (options: object) => S3rverApp
  const home = mkdtempSync(join(tmpdir(), 'liveflag-s3-'))
  const app = new S3rver({ directory: home, silent: true, configureBuckets: [{ name: S3_BUCKET }] })
  await app.configureBuckets()
  app.store.putObject = (object) => putWhole(app.store, object)
  const server = new ComparingServer(app, home, tls)
  await server.start()
  return server
}

/** s3rver answers before the object is in its file, so that who reads next may find the one of before. */
async function putWhole(
  store: S3rverStore,
  { bucket, key, content, metadata }: GivenObject,
): Promise<PutResult> {
  const bytes = Buffer.isBuffer(content) ? content : await buffer(content)
  const md5 = createHash('md5').update(bytes).digest('hex')
  const path = store.getResourcePath(bucket, key, 'object')
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, bytes)
  await store.putMetadata(bucket, key, metadata, md5)
  return { size: bytes.length, md5 }
}

class ComparingServer implements S3Server {
  conditions: Conditions = 'compares'
  readonly answered: string[] = []
  private readonly queue = new SerialQueue()
  private readonly listener: RequestListener
  private server: Server | undefined
  port = 0

  constructor(
    private readonly app: S3rverApp,
    private readonly home: string,
    private readonly tls: ServerOptions | undefined,
  ) {
    this.listener = app.callback()
  }

  async start(): Promise<void> {
    const listener: RequestListener = (request, response) => {
      void this.queue.add(() => this.answer(request, response))
    }
    const server = this.tls ? createSecureServer(this.tls, listener) : createServer(listener)
    await new Promise<void>((listening) => {
      server.listen(this.port, '127.0.0.1', listening)
    })
    this.port = (server.address() as AddressInfo).port
    this.server = server
  }

  async stop(): Promise<void> {
    const { server } = this
    this.server = undefined
    server?.closeAllConnections()
    await new Promise((closed) => (server ? server.close(closed) : closed(undefined)))
  }

  async end(): Promise<void> {
    await this.stop()
    rmSync(this.home, { recursive: true, force: true })
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Who asked has gone meanwhile.
    if (request.socket.destroyed) return
    const done = new Promise((over) => response.once('finish', over).once('close', over))
    const refusal = await this.refusal(request)
    if (refusal) refuse(request, response, refusal)
    else this.listener(request, response)
    await done
    this.answered.push(`${request.method} ${request.url} ${response.statusCode}`)
  }

  private async refusal(request: IncomingMessage): Promise<Refusal | undefined> {
    const { method = '', url = '', headers } = request
    const { 'if-match': match, 'if-none-match': noneMatch } = headers
    const isWrite = method === 'PUT' || method === 'DELETE'
    if (!isWrite || (match === undefined && noneMatch === undefined)) return undefined
    if (this.conditions === 'refuses')
      return [
        501,
        'NotImplemented',
        'A header you provided implies functionality that is not implemented.',
      ]
    if (this.conditions === 'is busy')
      return [
        409,
        'ConditionalRequestConflict',
        'A conflicting conditional operation is under way.',
      ]
    if (this.conditions === 'ignores') return undefined
    return compare(await this.etagOf(url), match, noneMatch)
  }

  private async etagOf(url: string): Promise<string | undefined> {
    const { pathname } = new URL(url, 'http://any')
    const [, bucket = '', ...key] = pathname.split('/').map(decodeURIComponent)
    const found = await this.app.store.getObject(bucket, key.join('/'))
    found?.content.destroy()
    return found?.metadata.etag
  }
}

type Refusal = readonly [status: number, code: string, message: string]

const FAILED: Refusal = [
  412,
  'PreconditionFailed',
  'At least one of the preconditions did not hold.',
]

function compare(
  etag: string | undefined,
  match: string | undefined,
  noneMatch: string | undefined,
): Refusal | undefined {
  if (noneMatch === '*' && etag !== undefined) return FAILED
  if (match === undefined) return undefined
  if (etag === undefined) return [404, 'NoSuchKey', 'The specified key does not exist.']
  return match === etag || match === '*' ? undefined : FAILED
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  [status, code, message]: Refusal,
): void {
  request.resume()
  response.writeHead(status, { 'content-type': 'application/xml' })
  response.end(
    `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  )
}
