import { createCipheriv, randomBytes } from 'node:crypto'
import { badOption } from '../../core/options'

const KEY_BYTES = 16

/**
 * The key of `encryptionKey`; undefined of an empty text.
 *
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION when it is not 16 bytes in base64
 */
export function encryptionKeyOf(text: string): Buffer | undefined {
  if (text === '') return undefined
  const key = Buffer.from(text, 'base64')
  if (key.length === KEY_BYTES && key.toString('base64') === text) return key
  // The value is a secret, so the message does not have it.
  throw badOption(
    'createServer',
    'encryptionKey',
    `a text of ${text.length} characters`,
    '16 bytes in base64, such as openssl rand -base64 16 prints',
  )
}

/**
 * A text as SDKs of GrowthBook decrypt it: AES-128-CBC, `iv.ciphertext` in base64. It hides rules
 * from a glance and proves nothing (docs/spec/growthbook.md, section 13).
 */
export function encrypted(text: string, key: Buffer): string {
  const iv = randomBytes(KEY_BYTES)
  const cipher = createCipheriv('aes-128-cbc', key, iv)
  const bytes = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return `${iv.toString('base64')}.${bytes.toString('base64')}`
}
