import { createHash } from 'node:crypto'

/**
 * What conditions on a secure attribute compare with: the SHA-256 of salt and value, in hexadecimal. The application
 * passes it as the attribute's value, so that the payload need not name anybody.
 */
export function secureAttribute(salt: string, value: string | number): string {
  return createHash('sha256').update(`${salt}${value}`, 'utf8').digest('hex')
}
