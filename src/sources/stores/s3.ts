import type { GetObjectCommandOutput } from '@aws-sdk/client-s3'
import { asError, messageOf } from '../../core/errors'
import { isObject } from '../../core/options'
import { jitter } from '../../runtime/back-off'
import { sleep } from '../../runtime/wait'
import {
  type KeyPage,
  type KeyStore,
  type KeyWatch,
  type KeyWrite,
  StoreError,
  type Stored,
  type WriteResult,
} from '../key-store'
import { tlsFailureOf } from '../remote/tls-failure'
import { Calls } from './calls'
import { openS3, type S3, type S3Settings } from './s3-client'

/** Of a history of thousands each object is a request, and the client has fifty sockets. */
const READ_AT_ONCE = 20
/** How often a write is made that met another one of the same object. */
const MOST_TRIES = 4
const PAUSE_MS = 200
/** The version of no object. */
const NO_VERSION = '"0"'

/**
 * The text is an object, and the others are beside it: some servers take no object below another
 * one. The version is the ETag. Of several writes each is made for itself.
 */
export class S3KeyStore implements KeyStore {
  readonly name: string
  readonly isAtomic = false
  readonly notifies = false
  private readonly calls: Calls
  private readonly s3: S3
  private probing: Promise<void> | undefined

  constructor(private readonly at: S3Settings) {
    this.name = at.name
    this.s3 = openS3(at)
    this.calls = new Calls(at.name, at.timeoutMs, this.errorOf)
  }

  async get(key: string, signal?: AbortSignal): Promise<Stored | undefined> {
    const found = await this.read(key, undefined, signal)
    return found === 'unchanged' ? undefined : found
  }

  getUnless(
    version: string,
    key: string,
    signal?: AbortSignal,
  ): Promise<Stored | 'unchanged' | undefined> {
    return this.read(key, version, signal)
  }

  keys(prefix: string, signal?: AbortSignal): Promise<readonly string[]> {
    return this.calls.make(async (over) => {
      const isThere = prefix === '' && (await this.versionOf('', over)) !== undefined
      return [...(isThere ? [''] : []), ...(await this.names(prefix, over))].sort()
    }, signal)
  }

  keysAfter(prefix: string, after: string, signal?: AbortSignal): Promise<KeyPage> {
    return this.calls.make((over) => this.page(prefix, after, over), signal)
  }

  async list(prefix: string, signal?: AbortSignal): Promise<ReadonlyMap<string, Stored>> {
    const keys = await this.keys(prefix, signal)
    const found = new Map<string, Stored>()
    for (let first = 0; first < keys.length; first += READ_AT_ONCE) {
      const some = keys.slice(first, first + READ_AT_ONCE)
      const read = await Promise.all(some.map((key) => this.get(key, signal)))
      for (const [i, key] of some.entries()) if (read[i]) found.set(key, read[i])
    }
    return found
  }

  async write(writes: readonly KeyWrite[], signal?: AbortSignal): Promise<WriteResult> {
    if (writes.some(({ basedOn }) => basedOn !== undefined)) await this.probe(signal)
    const versions = new Map<string, string>()
    for (const write of writes) {
      const version = await this.writeOne(write, signal)
      if (version === undefined) return { written: false, conflict: write.key }
      if (write.bytes !== undefined) versions.set(write.key, version)
    }
    return { written: true, versions }
  }

  /** S3 says nothing by itself. */
  watch(): KeyWatch {
    return { close: () => undefined }
  }

  async close(): Promise<void> {
    if (this.calls.isClosed) return
    this.calls.close()
    this.s3.client.destroy()
  }

  private read(
    key: string,
    version: string | undefined,
    signal?: AbortSignal,
  ): Promise<Stored | 'unchanged' | undefined> {
    const { GetObjectCommand } = this.s3.commands
    const condition = version === undefined ? {} : { IfNoneMatch: version }
    return this.calls.make(async (over) => {
      try {
        const command = new GetObjectCommand({ ...this.objectOf(key), ...condition })
        return await storedOf(await this.s3.client.send(command, { abortSignal: over }))
      } catch (error) {
        if (statusOf(error) === 304) return 'unchanged'
        if (nameOf(error) === 'NoSuchKey') return undefined
        throw error
      }
    }, signal)
  }

  private async versionOf(key: string, over: AbortSignal): Promise<string | undefined> {
    const { HeadObjectCommand } = this.s3.commands
    try {
      const command = new HeadObjectCommand(this.objectOf(key))
      return (await this.s3.client.send(command, { abortSignal: over })).ETag
    } catch (error) {
      if (statusOf(error) === 404) return undefined
      throw error
    }
  }

  private async names(prefix: string, over: AbortSignal): Promise<readonly string[]> {
    const names: string[] = []
    let page: KeyPage = { keys: [], hasMore: true }
    for (; page.hasMore; names.push(...page.keys))
      page = await this.page(prefix, names.at(-1) ?? '', over)
    return names
  }

  private async page(prefix: string, after: string, over: AbortSignal): Promise<KeyPage> {
    const { ListObjectsV2Command } = this.s3.commands
    const folder = folderOf(this.at.key)
    const command = new ListObjectsV2Command({
      ...{ Bucket: this.at.bucket, Prefix: folder + prefix },
      StartAfter: folder + after,
    })
    const { Contents, IsTruncated } = await this.s3.client.send(command, { abortSignal: over })
    const keys = (Contents ?? []).flatMap(({ Key }) => (Key ? [Key.slice(folder.length)] : []))
    // A page of nothing would be asked for for ever.
    return { keys, hasMore: IsTruncated === true && keys.length > 0 }
  }

  /** Returns its version; undefined when what is there is not what the write is based on. */
  private async writeOne(write: KeyWrite, signal?: AbortSignal): Promise<string | undefined> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.calls.make((over) => this.send(write, over), signal)
      } catch (thrown) {
        const error = thrown instanceof StoreError ? thrown.cause : thrown
        if (statusOf(error) === 412) return undefined
        if (nameOf(error) === 'NoSuchKey' && write.basedOn) return undefined
        // Another write of the same object is under way: it wins, or it fails.
        if (statusOf(error) !== 409 || tries === MOST_TRIES) throw thrown
        await sleep(jitter(PAUSE_MS, 0.5, 1), { keepAlive: true, ...(signal && { signal }) })
      }
    }
  }

  private async send(
    { key, bytes, basedOn }: KeyWrite,
    over: AbortSignal,
  ): Promise<string | undefined> {
    const { DeleteObjectCommand, PutObjectCommand } = this.s3.commands
    const options = { abortSignal: over }
    const condition = conditionOf(basedOn)
    if (bytes !== undefined) {
      const command = new PutObjectCommand({ ...this.objectOf(key), Body: bytes, ...condition })
      return (await this.s3.client.send(command, options)).ETag ?? NO_VERSION
    }
    // Not every store that compares before it writes compares before it removes.
    if (basedOn !== undefined && (await this.versionOf(key, over)) !== (basedOn ?? undefined))
      return undefined
    await this.s3.client.send(
      new DeleteObjectCommand({ ...this.objectOf(key), ...(basedOn && { IfMatch: basedOn }) }),
      options,
    )
    return NO_VERSION
  }

  /**
   * A store may take conditions and pay no heed to them; then the later of two publishers would win
   * without a word. So it has to refuse two writes of an object of their own first.
   */
  private probe(signal?: AbortSignal): Promise<void> {
    this.probing ??= this.probeOnce(signal).catch((error: unknown) => {
      this.probing = undefined
      throw error
    })
    return this.probing
  }

  private async probeOnce(signal?: AbortSignal): Promise<void> {
    const probe = (basedOn: string | null): Promise<string | undefined> =>
      this.writeOne(
        { key: PROBE, bytes: Buffer.from('liveflag asks whether writes are compared\n'), basedOn },
        signal,
      )
    await probe(null)
    if ((await probe(null)) !== undefined) throw this.ignores('If-None-Match')
    if ((await probe(NO_VERSION)) !== undefined) throw this.ignores('If-Match')
  }

  private ignores(header: string): StoreError {
    return new StoreError(
      'unusable',
      this.name,
      `it pays no heed to ${header} when it writes, so the later of two publishers would win without a word`,
      'publish to a store that compares, such as S3 of AWS or a newer version of this one',
    )
  }

  private objectOf(key: string): { Bucket: string; Key: string } {
    const { bucket, key: head } = this.at
    const beside = key === PROBE ? `${head}.liveflag-probe` : folderOf(head) + key
    return { Bucket: bucket, Key: key === '' ? head : beside }
  }

  private readonly errorOf = (thrown: unknown): StoreError => {
    const [kind, reason, advice] = this.meaningOf(thrown)
    return new StoreError(kind, this.at.name, reason, advice, { cause: asError(thrown) })
  }

  private meaningOf(thrown: unknown): Meaning {
    const name = nameOf(thrown)
    const status = statusOf(thrown)
    if (name === 'NoSuchBucket')
      return ['unusable', `there is no bucket ${this.at.bucket}`, 'make it, or correct the URL']
    if (status === 501 || /not implemented/i.test(messageOf(thrown)))
      return [
        'unusable',
        `it refuses a write that is compared first (${name})`,
        'publish to a store that compares, such as S3 of AWS',
      ]
    if (name === 'CredentialsProviderError')
      return [
        'refused',
        'there are no credentials',
        'give the process some, as the AWS SDK looks for them',
      ]
    if (status === 401 || status === 403)
      return [
        'refused',
        `the credentials lack the right, or are wrong (${name})`,
        'allow s3:GetObject, and s3:ListBucket so that it can say that an object is missing',
      ]
    const message = messageOf(thrown).replace(/^AWS SDK error wrapper for (Error: )?/, '')
    if (message.includes('ECONNREFUSED')) return NOTHING_LISTENS
    const tls = tlsFailureOf(thrown)
    if (tls) return ['unreachable', ...tls]
    const detail = status === undefined ? message : `${name}, HTTP ${status}`
    return ['unreachable', detail, 'check the store and the network']
  }
}

type Meaning = readonly [kind: StoreError['kind'], reason: string, advice: string]

const NOTHING_LISTENS: Meaning = [
  'unreachable',
  'nothing listens there (ECONNREFUSED)',
  'start the server, or correct endpoint',
]

/** A name that no key of ours has. */
const PROBE = '\0probe'

const folderOf = (key: string): string => `${key}.liveflag/`

const conditionOf = (
  basedOn: string | null | undefined,
): { IfMatch?: string; IfNoneMatch?: string } => {
  if (basedOn === undefined) return {}
  return basedOn === null ? { IfNoneMatch: '*' } : { IfMatch: basedOn }
}

async function storedOf({ Body, ETag }: GetObjectCommandOutput): Promise<Stored> {
  const bytes = await Body?.transformToByteArray()
  return { bytes: bytes ?? new Uint8Array(), version: ETag ?? NO_VERSION }
}

/** Of the answer; undefined where there was none. */
function statusOf(error: unknown): number | undefined {
  const metadata: unknown = isObject(error) ? Reflect.get(error, '$metadata') : undefined
  const status: unknown = isObject(metadata) ? Reflect.get(metadata, 'httpStatusCode') : undefined
  return typeof status === 'number' ? status : undefined
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '')
