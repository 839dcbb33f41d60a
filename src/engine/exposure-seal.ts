import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { isJsonList, isJsonObject, type JsonValue } from '../core/json'
import type { Exposure } from './exposure'

/** How long a page may stay open before what it exposes is no longer taken. */
const LIFE_MS = 24 * 3_600_000
const NONCE_BYTES = 12
const TAG_BYTES = 16
/** What a beacon of 64 KiB has room for: an id of some ten thousand characters. */
const LONGEST = 48_000

/** An exposure as a browser returns it: of a rule's experiment without definition and result. */
export type SealedExposure = Omit<Exposure, 'experiment' | 'result'>

/**
 * Seals pending exposures for a browser, by AES-256-GCM: it can say that it showed a variant, and
 * neither read whom for nor make up another. All processes that have the secret open them.
 */
export class ExposureSeal {
  private readonly key: Buffer

  constructor(
    secret: string | Uint8Array = randomBytes(32),
    private readonly now: () => number = Date.now,
  ) {
    this.key = Buffer.from(hkdfSync('sha256', secret, '', 'liveflag exposures 1', 32))
  }

  seal(exposures: readonly SealedExposure[]): string {
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce)
    const text = JSON.stringify({ sealedAt: this.now(), exposures })
    const parts = [nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]
    return Buffer.concat(parts).toString('base64url')
  }

  /** The exposures, as of now; undefined of what was not sealed here within a day. */
  open(token: string): readonly SealedExposure[] | undefined {
    if (token.length > LONGEST) return undefined
    const bytes = Buffer.from(token, 'base64url')
    if (bytes.length <= NONCE_BYTES + TAG_BYTES) return undefined
    const text = this.decrypted(bytes)
    if (text === undefined) return undefined
    const content = JSON.parse(text) as JsonValue
    const now = this.now()
    if (!isJsonObject(content) || !isJsonList(content['exposures'])) return undefined
    if (!(now - Number(content['sealedAt']) <= LIFE_MS)) return undefined
    // It was sealed here, so it has the shape that `seal` took.
    const exposures = content['exposures'] as unknown as readonly SealedExposure[]
    return exposures.map((exposure) => ({ ...exposure, at: now }))
  }

  private decrypted(bytes: Buffer): string | undefined {
    const decipher = createDecipheriv('aes-256-gcm', this.key, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    })
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
    try {
      const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES))
      return Buffer.concat([text, decipher.final()]).toString()
    } catch {
      return undefined
    }
  }
}
