import type { Source } from '../core/source'
import type { ServerOptions } from '../server/options'
import { http } from '../sources/http'

export interface FollowFlags {
  readonly follow?: string
  readonly followToken?: string
}

/**
 * The source of an edge: another liveflag server. What it sent last is stored beside the database,
 * for a start while it is away.
 */
export function followed(
  { follow, followToken }: FollowFlags,
  db: string,
  env: Readonly<Record<string, string | undefined>>,
): readonly Source[] {
  const address = follow ?? env['LIVEFLAG_FOLLOW']
  if (address === undefined || address === '') return []
  const token = followToken ?? env['LIVEFLAG_FOLLOW_TOKEN']
  const at = `${address.replace(/\/+$/, '')}/live-config`
  return [
    http(at, {
      stream: `${at}/changes`,
      ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
      ...(db !== ':memory:' && { cache: { path: `${db}.followed.json` } }),
    }),
  ]
}

/** An edge is there for when the server that it follows is away: it stays ready for a day. */
const EDGE_GRACE_MS = 86_400_000

export const withFollowing = (
  { follow }: FollowFlags,
  settings: ServerOptions,
  env: Readonly<Record<string, string | undefined>>,
): ServerOptions =>
  (follow ?? env['LIVEFLAG_FOLLOW']) ? { staleGraceMs: EDGE_GRACE_MS, ...settings } : settings
