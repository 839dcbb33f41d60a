import { createHash, randomBytes } from 'node:crypto'

/** What a token may be created with. */
export const SCOPES = [
  'evaluate',
  'read',
  'write',
  'viewer',
  'editor',
  'approver',
  'admin',
] as const
export type TokenScope = (typeof SCOPES)[number]

/** `lf_` and 12 digits by which it is found, then its secret. */
const TOKEN = /^lf_([0-9a-f]{12})_[A-Za-z0-9_-]{43}$/

export interface NewToken {
  readonly id: string
  readonly token: string
  readonly hash: Buffer
}

export function newToken(): NewToken {
  const id = randomBytes(6).toString('hex')
  const token = `lf_${id}_${randomBytes(32).toString('base64url')}`
  return { id, token, hash: hashOf(token) }
}

/** Which token a text claims to be; undefined when it is none. */
export const idOf = (text: string): string | undefined => TOKEN.exec(text)?.[1]

/** SHA-256. A token is random, so it needs no salt and no slow hash. */
export const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()
