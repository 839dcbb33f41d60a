import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { eventually } from './eventually'
import { type ServerProcess, startServer } from './server-process'

export interface RedisServer extends ServerProcess {
  readonly url: string
}

/** A Redis server of one's own, which writes everything to its disk when `appendOnly`. */
export async function startRedis(
  program: string,
  {
    appendOnly = false,
    password,
  }: { readonly appendOnly?: boolean; readonly password?: string } = {},
): Promise<RedisServer> {
  const server = await startServer('redis', (port, home) => ({
    program,
    args: [
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', home, '--save', ''],
      ...['--appendonly', appendOnly ? 'yes' : 'no', '--appendfsync', 'no'],
      ...(password === undefined ? [] : ['--requirepass', password]),
    ],
  }))
  const login = password === undefined ? '' : `:${password}@`
  return Object.assign(server, { url: `redis://${login}127.0.0.1:${server.port}/0` })
}

/** A server that has what the master has, after a Sentinel that makes it the master when that ends. */
export interface Failover {
  readonly master: RedisServer
  readonly replica: ServerProcess
  /** The part of a URL that is before the query. */
  readonly url: string
  isOver(): Promise<void>
  end(): Promise<void>
}

export async function startFailover(program: string): Promise<Failover> {
  const master = await startRedis(program)
  const replica = await startServer('redis-replica', (port, home) => ({
    program,
    args: [
      ...['--port', String(port), '--dir', home, '--save', ''],
      ...['--replicaof', '127.0.0.1', String(master.port)],
    ],
  }))
  const sentinel = await startServer('redis-sentinel', (port, home) => {
    const file = join(home, 'sentinel.conf')
    writeFileSync(file, sentinelConfig(port, master.port))
    return { program, args: [file, '--sentinel'] }
  })
  const [asked, other] = [sentinel, replica].map(({ port }) => new Redis(port))
  await eventually('the replica has what the master has', async () =>
    /master_link_status:up/.test(String(await other?.info('replication'))),
  )
  await eventually('the Sentinel knows the replica', async () =>
    String(await asked?.call('SENTINEL', 'MASTER', 'shop')).includes('num-slaves,1'),
  )
  return {
    master,
    replica,
    url: `redis://127.0.0.1:${sentinel.port}/0`,
    isOver: () =>
      eventually(
        'the replica is the master',
        async () => String(await other?.call('ROLE')).startsWith('master'),
        30_000,
      ),
    async end() {
      for (const one of [asked, other]) one?.disconnect()
      await Promise.all([sentinel, replica, master].map((one) => one.end()))
    },
  }
}

/** Of a Sentinel that takes half a second without a word for the end of the master. */
export const sentinelConfig = (port: number, master: number): string => `
port ${port}
sentinel monitor shop 127.0.0.1 ${master} 1
sentinel down-after-milliseconds shop 500
sentinel failover-timeout shop 2000
`
