import { createHash } from 'node:crypto'
import type { Client, ClientConfig } from 'pg'
import { loadPostgres } from '../../runtime/postgres-package'
import type { KeyWatcher } from '../key-store'
import { keepAsking } from '../keyed/heartbeat'

export interface Listener {
  readonly settings: ClientConfig
  readonly config: string
  readonly keys: readonly string[]
  readonly watcher: Pick<KeyWatcher, 'changed'>
  readonly live: () => void
  readonly signal: AbortSignal
}

/** Listens on a connection of its own until that breaks, which rejects. */
export async function listen(listener: Listener): Promise<never> {
  const { settings, config, keys, watcher, live, signal } = listener
  const { Client } = loadPostgres('postgres')
  const client = new Client(settings)
  const ending = new AbortController()
  const channels = new Map(keys.map((key) => [channelOf(config, key), key]))
  client.on('notification', ({ channel }) => {
    const key = channels.get(channel)
    if (key !== undefined && !signal.aborted) watcher.changed([key])
  })
  const { ended, stop } = endOf(client, signal)
  try {
    await Promise.race([client.connect(), ended])
    // The types do not have it: an idle connection does not keep the process alive.
    const { unref } = client as unknown as { readonly unref: () => void }
    unref.call(client)
    for (const channel of channels.keys())
      await Promise.race([client.query(`listen ${channel}`), ended])
    keepAsking(
      () => client.query('select 1'),
      (error) => client.emit('error', error),
      ending.signal,
    )
    live()
    return await ended
  } finally {
    ending.abort()
    stop()
    void client.end().catch(() => undefined)
  }
}

function endOf(
  client: Client,
  signal: AbortSignal,
): { readonly ended: Promise<never>; readonly stop: () => void } {
  let stop = (): void => undefined
  const ended = new Promise<never>((_, fail) => {
    const closed = (): void => fail(new Error('Connection terminated'))
    client.on('error', fail)
    client.on('end', closed)
    signal.addEventListener('abort', closed)
    stop = () => signal.removeEventListener('abort', closed)
  })
  ended.catch(() => undefined)
  return { ended, stop }
}

/** As the trigger computes it: each watch is notified of its own keys alone. */
const channelOf = (config: string, key: string): string =>
  `liveflag_${createHash('md5').update(`${config}/${key}`).digest('hex')}`
