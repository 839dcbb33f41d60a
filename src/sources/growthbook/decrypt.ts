import { createDecipheriv } from 'node:crypto'
import { LiveflagError } from '../../core/errors'

const KEY_BYTES = 16

/**
 * The text of an encrypted part of a payload: `base64(iv).base64(AES-128-CBC)`. There is no signature in it, so a text
 * that decrypts may still come from anybody.
 */
export function decrypt(text: string, key: string): string {
  const [iv = '', cipherText] = String(text).split('.')
  if (cipherText === undefined) throw fault('there is no dot between its iv and its content')
  const decipher = createDecipheriv('aes-128-cbc', bytesOf(key, 'the key', KEY_BYTES), bytesOf(iv, 'its iv', KEY_BYTES))
  const content = bytesOf(cipherText, 'its content')
  try {
    const plain = Buffer.concat([decipher.update(content), decipher.final()])
    return new TextDecoder('utf-8', { fatal: true }).decode(plain)
  } catch (cause) {
    throw fault('the key is another one, or the text is damaged', cause)
  }
}

/** Node's own decoder passes over what is not base64. */
function bytesOf(base64: string, name: string, length?: number): Buffer {
  const digits = String(base64).replace(/={1,2}$/, '')
  if (base64.length % 4 !== 0 || /[^A-Za-z0-9+/]/.test(digits)) throw fault(`${name} is not base64`)
  const bytes = Buffer.from(base64, 'base64')
  if (length !== undefined && bytes.length !== length) throw fault(`${name} has ${bytes.length} bytes instead of ${length}`)
  return bytes
}

function fault(reason: string, cause?: unknown): LiveflagError {
  const message = `Cannot decrypt: ${reason}. Give the text as the payload has it, and the key of the same SDK connection.`
  return new LiveflagError('LIVEFLAG_DECRYPT', message, cause === undefined ? undefined : { cause })
}
