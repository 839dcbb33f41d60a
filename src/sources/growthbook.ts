import { createDecipheriv } from 'node:crypto'
import { LiveflagError } from '../core/errors'
import { isJsonList, isJsonObject, type JsonObject, type JsonValue, own } from '../core/json'
import { ANYTHING, checkOptions, type OptionKinds } from '../core/options'
import type { DecryptedPart, Source } from '../core/source'
import type { HttpOptions } from './remote/http-options'
import { readOptions, SHARED_OPTIONS } from './remote/options'
import type { ReadContent, Reading } from './remote/reading'
import { remoteSource } from './remote/source'

const KEY_BYTES = 16

/**
 * The text of an encrypted part of a payload: `base64(iv).base64(AES-128-CBC)`. There is no
 * signature in it, so a text that decrypts may still come from anybody.
 */
export function decrypt(text: string, key: string): string {
  const [iv = '', cipherText] = String(text).split('.')
  if (cipherText === undefined) throw decryptError('there is no dot between its iv and its content')
  const decipher = createDecipheriv(
    'aes-128-cbc',
    bytesOf(key, 'the key', KEY_BYTES),
    bytesOf(iv, 'its iv', KEY_BYTES),
  )
  const content = bytesOf(cipherText, 'its content')
  try {
    const plain = Buffer.concat([decipher.update(content), decipher.final()])
    return new TextDecoder('utf-8', { fatal: true }).decode(plain)
  } catch (cause) {
    throw decryptError('the key is another one, or the text is damaged', cause)
  }
}

/** Node's own decoder passes over what is not base64. */
function bytesOf(base64: string, name: string, length?: number): Buffer {
  const digits = String(base64).replace(/={1,2}$/, '')
  if (base64.length % 4 !== 0 || /[^A-Za-z0-9+/]/.test(digits))
    throw decryptError(`${name} is not base64`)
  const bytes = Buffer.from(base64, 'base64')
  if (length !== undefined && bytes.length !== length)
    throw decryptError(`${name} has ${bytes.length} bytes instead of ${length}`)
  return bytes
}

function decryptError(reason: string, cause?: unknown): LiveflagError {
  const message = `Cannot decrypt: ${reason}. Give the text as the payload has it, and the key of the same SDK connection.`
  return new LiveflagError('LIVEFLAG_DECRYPT', message, cause === undefined ? undefined : { cause })
}

export interface GrowthBookOptions extends Omit<
  HttpOptions,
  'format' | 'validate' | 'transform' | 'version'
> {
  /** Where GrowthBook's API, CDN or proxy is; slashes at its end do not matter. */
  readonly apiHost: string
  /** Of the SDK connection: `sdk-…`. */
  readonly clientKey: string
  /** Of the same connection, when its payload is encrypted. */
  readonly decryptionKey?: string
}

const OPTIONS: OptionKinds<GrowthBookOptions> = {
  ...SHARED_OPTIONS,
  apiHost: ANYTHING,
  clientKey: ANYTHING,
  decryptionKey: ANYTHING,
}

/**
 * The features of a GrowthBook SDK connection, pulled and streamed as `http` does, with its
 * options. See docs/remote.md.
 *
 * @example
 * const source = growthbook({ apiHost: 'https://cdn.growthbook.io', clientKey: 'sdk-abc123' })
 * const features = await openFeatures({ source })
 */
export function growthbook(given: GrowthBookOptions): Source {
  checkOptions('growthbook', given, OPTIONS)
  const { apiHost, clientKey, decryptionKey, ...options } = given
  if (typeof apiHost !== 'string' || apiHost === '')
    throw badOption('apiHost', 'give the URL of the API, such as https://cdn.growthbook.io')
  if (typeof clientKey !== 'string' || clientKey === '')
    throw badOption('clientKey', 'give the client key of the SDK connection')
  // The key itself is a secret, so it is not repeated.
  if (decryptionKey !== undefined && !/^[A-Za-z0-9+/]{22}==$/.test(decryptionKey))
    throw badOption('decryptionKey', 'give the key of the SDK connection: base64 of 16 bytes')
  const url = `${apiHost.replace(/\/+$/, '')}/api/features/${encodeURIComponent(clientKey)}`
  return remoteSource(
    readOptions(url, options, (text, name) => readPayload(text, name, decryptionKey)),
  )
}

const badOption = (option: string, advice: string): LiveflagError =>
  new LiveflagError(
    'LIVEFLAG_BAD_OPTION',
    `growthbook: ${option} is missing or not valid; ${advice}`,
  )

/** The parts that a payload may hold encrypted. Only `features` is needed. */
const PARTS = ['features', 'savedGroups', 'contextualBandits', 'experiments'] as const
type PartName = (typeof PARTS)[number]

const encryptedName = (part: PartName): string =>
  `encrypted${part[0]?.toUpperCase()}${part.slice(1)}`

/** A payload with its parts decrypted, if some are encrypted; throws when it has no features. */
function readPayload(text: string, name: string, key: string | undefined): Reading {
  // JSON.parse returns nothing but JSON values.
  const payload = JSON.parse(text) as JsonValue
  if (!isJsonObject(payload)) throw new Error('it is not a JSON object')
  expectFeatures(payload)
  return {
    version: versionOf(payload),
    content: () => ({ text, document: payload, ...decryptParts(payload, name, key) }),
  }
}

/**
 * Features work without the other parts, so one of those that cannot be decrypted counts as empty.
 */
function decryptParts(
  payload: JsonObject,
  name: string,
  key: string | undefined,
): Pick<ReadContent, 'decrypted' | 'problem'> {
  const lost: string[] = []
  const decrypted = PARTS.flatMap((part): DecryptedPart[] => {
    const from = encryptedName(part)
    const encrypted = own(payload, from)
    if (typeof encrypted !== 'string') return []
    try {
      return [{ key: part, from, ...decryptedPart(part, encrypted, key) }]
    } catch (error) {
      if (part === 'features') throw error
      lost.push(`${part} (${error instanceof Error ? error.message : String(error)})`)
      return [{ key: part, value: part === 'experiments' ? [] : {}, from }]
    }
  })
  const message = `${name} sent parts that cannot be used and count as empty: ${lost.join('; ')}`
  const problem = { code: 'unreadable', severity: 'error', message } as const
  return { decrypted, problem: lost.length === 0 ? undefined : problem }
}

/** "No features" is `{}`; a payload without them is somebody else's answer. */
function expectFeatures(payload: JsonObject): void {
  if (
    typeof own(payload, 'encryptedFeatures') === 'string' ||
    isJsonObject(own(payload, 'features'))
  )
    return
  throw new Error('it has no features: neither an object of that name, nor encryptedFeatures')
}

/** When the payload last changed. Only a text that is not empty says so. */
function versionOf(payload: JsonObject): string | undefined {
  const date = own(payload, 'dateUpdated')
  return typeof date === 'string' && date !== '' ? date : undefined
}

function decryptedPart(
  part: PartName,
  encrypted: string,
  key: string | undefined,
): Pick<DecryptedPart, 'value' | 'text'> {
  if (key === undefined)
    throw new Error(
      `${encryptedName(part)} is encrypted; give growthbook() the decryptionKey of the SDK connection`,
    )
  const text = decrypt(encrypted, key)
  const value = JSON.parse(text) as JsonValue
  if (part === 'experiments' ? isJsonList(value) : isJsonObject(value)) return { value, text }
  throw new Error(`${encryptedName(part)} holds no ${part === 'experiments' ? 'list' : 'object'}`)
}
