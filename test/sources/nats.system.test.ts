/** The store in a bucket of NATS, and the source over it, against a real server. */
import { natsKeyStore } from '../../src/sources/nats'
import type { KeyStore } from '../../src/sources/key-store'
import { keyStoreContract } from '../contracts/key-store'
import { storeSourceContract } from '../contracts/store-source'
import { startNats } from '../support/nats'
import type { ServerProcess } from '../support/server-process'
import { sceneBehind, storesAt } from '../support/store-scene'
import { TcpProxy } from '../support/tcp-proxy'
import { describeWith } from '../support/with-program'

describeWith('nats-server', 'NATS', (program) => {
  let server: ServerProcess
  let network: TcpProxy
  beforeAll(async () => {
    server = await startNats(program, 'authorization { user: app, password: app }')
    network = await TcpProxy.start(server.port)
  })
  afterAll(async () => {
    await network.close()
    await server.end()
  })

  const openAt = (port: number): KeyStore =>
    natsKeyStore(`nats://app:app@127.0.0.1:${port}/flags/live`)

  keyStoreContract(
    'the store',
    storesAt(() => openAt(server.port)),
  )

  storeSourceContract('the source', {
    ...sceneBehind(
      openAt,
      () => server.port,
      () => network,
    ),
    crash: () => server.kill(),
    start: () => server.start(),
    openRefused: () => natsKeyStore(`nats://app:wrong@127.0.0.1:${server.port}/flags/live`),
    refusal: /user, password, token or credentials are wrong; correct them/,
  })
})
