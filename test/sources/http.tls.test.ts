import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import {
  createServer as createSecureServer,
  Agent as SecureAgent,
  type Server as SecureServer,
} from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { join } from 'node:path'
import { serving } from '../support/flag-server'
import { tempDir } from '../support/temp-dir'
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

/** A key and a certificate for localhost, if there is a tool to make them. */
function selfSigned(): { key: string; cert: string } | undefined {
  const dir = tempDir()
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const { status: code } = spawnSync('openssl', [
    'req',
    '-x509',
    ...curve,
    '-keyout',
    key,
    '-out',
    cert,
    '-days',
    '2',
    '-subj',
    '/CN=localhost',
    '-addext',
    'subjectAltName=DNS:localhost',
  ])
  return code === 0
    ? { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
    : undefined
}
