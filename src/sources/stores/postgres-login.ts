import type { PoolConfig } from 'pg'

/**
 * How a listener logs in by a URL of its own. Without a login in it, it has the one of the pool, also a
 * password that is asked for at each connection, for which a URL has no place.
 */
export function listenerLogin(
  pool: PoolConfig,
  address: string,
): Pick<PoolConfig, 'connectionString' | 'password'> {
  const connectionString = withLoginOf(pool, address)
  const isOwn = connectionString === address
  return { connectionString, password: isOwn ? undefined : pool.password }
}

/**
 * A URL of another way to the same server. Without a login it has the one of the pool: pg itself would
 * take the user of the machine.
 */
export function withLoginOf(
  {
    connectionString = '',
    user,
    password,
  }: Pick<PoolConfig, 'connectionString' | 'user' | 'password'>,
  address: string,
): string {
  if (!URL.canParse(address)) return address
  const url = new URL(address)
  if (url.username !== '') return address
  const known = URL.canParse(connectionString) ? new URL(connectionString) : undefined
  url.username = known?.username || encodeURIComponent(user ?? '')
  url.password = known?.password || encodeURIComponent(typeof password === 'string' ? password : '')
  return url.href
}
