/** The store in ZooKeeper, and the source over it, against a real one. */
import { zooKeeperKeyStore } from '../../src/sources/zookeeper'
import type { KeyStore } from '../../src/sources/key-store'
import { keyStoreContract } from '../contracts/key-store'
import { storeSourceContract } from '../contracts/store-source'
import type { ServerProcess } from '../support/server-process'
import { sceneBehind, storesAt } from '../support/store-scene'
import { TcpProxy } from '../support/tcp-proxy'
import { describeWith } from '../support/with-program'
import { javaOfZooKeeper, startZooKeeper } from '../support/zookeeper'

describeWith('zookeeper', 'ZooKeeper', withZooKeeper, javaOfZooKeeper)

function withZooKeeper(program: string): void {
  let server: ServerProcess
  let network: TcpProxy
  beforeAll(async () => {
    server = await startZooKeeper(program)
    network = await TcpProxy.start(server.port)
  }, 40_000)
  afterAll(async () => {
    await network.close()
    await server.end()
  })

  const openAt = (port: number, login = 'app:app'): KeyStore =>
    zooKeeperKeyStore(`zookeeper://${login}@127.0.0.1:${port}/config/live`)

  keyStoreContract(
    'the store',
    storesAt(() => openAt(server.port)),
  )

  storeSourceContract('the source', {
    ...sceneBehind(
      (port) => openAt(port),
      () => server.port,
      () => network,
    ),
    crash: () => server.kill(),
    start: () => server.start(),
    openRefused: () => openAt(server.port, 'app:wrong'),
    refusal: /the user lacks the right to the node; put user:password/,
  })
}
