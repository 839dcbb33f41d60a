import {
  createServer as createSecureServer,
  Agent as SecureAgent,
  type Server as SecureServer,
} from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { serving } from '../support/flag-server'
import { selfSigned } from '../support/self-signed'
import { A, opened, problem, sink } from '../support/http-scene'

const listening = (listener: Server): Promise<Server> =>
  new Promise((resolve) => {
    listener.listen(0, '127.0.0.1', () => resolve(listener))
  })

describe('over TLS', () => {
  const certificate = selfSigned()
  const possible = certificate === undefined ? it.skip : it
  let secure: SecureServer

  beforeEach(async () => {
    secure = createSecureServer(certificate ?? {}, (request, response) =>
      serving(A)(request, response),
    )
    await listening(secure)
  })

  afterEach(() => {
    secure.closeAllConnections()
    secure.close()
  })

  const url = (): string => `https://localhost:${(secure.address() as AddressInfo).port}/live.json`

  possible('a certificate that the agent trusts is good', async () => {
    await opened({ agent: new SecureAgent({ ca: certificate?.cert ?? '' }) }, url())
    expect([sink.texts, sink.failures]).toEqual([[A], []])
  })

  possible('a certificate that nobody trusts is a problem', async () => {
    await opened({}, url())
    expect(problem()?.message).toMatch(
      /certificate is self-signed \(DEPTH_ZERO_SELF_SIGNED_CERT\); trust it/,
    )
  })
})
