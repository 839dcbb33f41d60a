import { createHash, randomBytes } from 'node:crypto'
import type { Client, ClientConfig } from 'pg'
import { loadPostgres } from '../../runtime/postgres-package'
import type { KeyWatcher } from '../key-store'
import { withinTime } from '../../runtime/wait'
import { keepAsking } from '../keyed/heartbeat'

export interface Listener {
  readonly settings: ClientConfig
  readonly config: string
  readonly keys: readonly string[]
  readonly watcher: Pick<KeyWatcher, 'changed'>
  readonly live: () => void
  readonly signal: AbortSignal
  /** Notifies of a channel by another connection. */
  readonly notify: (channel: string) => Promise<unknown>
}

/** A notice that has not come within this time will not come. */
const NOTICE_WITHIN_MS = 3000

/** What no notice passes. */
export const NO_NOTICES = 'Notices do not come through the pooler'

/** Listens on a connection of its own until that breaks, which rejects. */
export async function listen(listener: Listener): Promise<never> {
  const { settings, config, keys, watcher, live, signal, notify } = listener
  const { Client } = loadPostgres('postgres')
  const client = new Client(settings)
  // Beside a URL without a password pg forgets it.
  if (typeof settings.password === 'function') Reflect.set(client, 'password', settings.password)
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
    const pooled = await Promise.race([isPooled(client), ended])
    for (const channel of channels.keys())
      await Promise.race([client.query(`listen ${channel}`), ended])
    if (pooled) await Promise.race([checkNotices(client, notify), ended])
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

/** A pooler names a process of its own, and not the one of the server that answers. */
async function isPooled(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  return rows[0]?.pid !== Reflect.get(client, 'processID')
}

/**
 * A pooler that keeps no sessions takes `listen` and notifies nobody, without a word. What another
 * connection notifies of tells: what we notify of ourselves may come all the same.
 */
async function checkNotices(client: Client, notify: Listener['notify']): Promise<void> {
  const channel = `liveflag_check_${randomBytes(8).toString('hex')}`
  await client.query(`listen ${channel}`)
  const heard = new Promise<void>((resolve) => {
    client.on('notification', (notice) => {
      if (notice.channel === channel) resolve()
    })
  })
  // Who may not notify, as on a standby, cannot know.
  const sent = await notify(channel).then(
    () => true,
    () => false,
  )
  if (sent)
    await withinTime(heard, NOTICE_WITHIN_MS, () => {
      throw new Error(NO_NOTICES)
    })
  await client.query(`unlisten ${channel}`)
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
