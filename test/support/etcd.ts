import { Etcd3, Range } from 'etcd3'
import { freePort, type ServerProcess, startServer } from './server-process'

const TEN_MB_AND_MORE = 32 * 1024 * 1024

/** An etcd of one's own. */
export function startEtcd(program: string, more: readonly string[] = []): Promise<ServerProcess> {
  return startServer('etcd', async (port, home, anotherPort) => {
    const peer = `http://127.0.0.1:${await anotherPort()}`
    const scheme = more.includes('--cert-file') ? 'https' : 'http'
    const url = `${scheme}://127.0.0.1:${port}`
    const args = [
      ['--data-dir', `${home}/data`, '--log-level', 'error', '--bcrypt-cost', '4'],
      ['--listen-client-urls', url, '--advertise-client-urls', url],
      ['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer],
      ['--initial-cluster', `default=${peer}`, '--unsafe-no-fsync'],
      ['--max-request-bytes', String(TEN_MB_AND_MORE)],
    ]
    return { program, args: [...args.flat(), ...more] }
  })
}

/** Three that keep one store. */
export async function startEtcdCluster(program: string): Promise<readonly ServerProcess[]> {
  const peers = await Promise.all([1, 2, 3].map(async () => `http://127.0.0.1:${await freePort()}`))
  const all = peers.map((peer, i) => `n${i}=${peer}`).join(',')
  return Promise.all(
    peers.map((peer, i) =>
      startServer('etcd', (port, home) => {
        const url = `http://127.0.0.1:${port}`
        const args = [
          ['--name', `n${i}`, '--data-dir', `${home}/data`, '--log-level', 'error'],
          ['--listen-client-urls', url, '--advertise-client-urls', url],
          ['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer],
          ['--initial-cluster', all, '--initial-cluster-token', 'test', '--unsafe-no-fsync'],
          ['--heartbeat-interval', '50', '--election-timeout', '500'],
        ]
        return { program, args: args.flat() }
      }),
    ),
  )
}

const asRoot = (port: number): Etcd3 =>
  new Etcd3({ hosts: `127.0.0.1:${port}`, auth: { username: 'root', password: 'root' } })

/** Takes the rights of `app` away, or gives them again. */
export async function setRights(port: number, how: 'grant' | 'revoke'): Promise<void> {
  const client = asRoot(port)
  const role = client.role('app')
  const range = Range.prefix('live')
  if (how === 'grant') await role.grant({ permission: 'Readwrite', range })
  else await role.revoke({ permission: 'Readwrite', range })
  client.close()
}

/** Forgets what was before the present, for good; `root` may. */
export async function compact(port: number): Promise<void> {
  const client = asRoot(port)
  const { header } = await client.kv.range({ key: Buffer.from('any') })
  await client.kv.compact({ revision: header.revision, physical: true })
  client.close()
}

/**
 * Turns logins on: `root` with the password `root`, and `app`, with the password `app`, who may do
 * all with what begins with `live`.
 */
export async function askForLogins(port: number): Promise<void> {
  const client = new Etcd3({ hosts: `127.0.0.1:${port}` })
  await client.role('root').create()
  const root = await client.user('root').create('root')
  await root.addRole('root')
  const role = await client.role('app').create()
  await role.grant({ permission: 'Readwrite', range: Range.prefix('live') })
  const app = await client.user('app').create('app')
  await app.addRole('app')
  await client.auth.authEnable()
  client.close()
}

/** Adds `web`, with the password `web`, who may read all and write what processes acknowledge. */
export async function addMember(port: number): Promise<void> {
  const client = asRoot(port)
  const role = await client.role('web').create()
  await role.grant({ permission: 'Read', range: new Range('live') })
  await role.grant({ permission: 'Read', range: Range.prefix('live/') })
  await role.grant({ permission: 'Readwrite', range: Range.prefix('live/acks/') })
  const user = await client.user('web').create('web')
  await user.addRole('web')
  client.close()
}
