/** PostgreSQL over TLS: a server that the test starts, which asks for certificates. */
import { postgresKeyStore } from '../../src/sources/postgres'
import { storeTlsContract } from '../contracts/store-tls'
import { Authority, type Certificate } from '../support/authority'
import { type PostgresServer, startPostgres } from '../support/postgres'
import { tempDir } from '../support/temp-dir'

const startSecure = ({ cert, key }: Certificate, authority: Authority): Promise<PostgresServer> =>
  startPostgres({ tls: { cert, key, ca: authority.cert } })

storeTlsContract('PostgreSQL by the option ssl', {
  start: async (certificate, authority) => {
    const server = await startSecure(certificate, authority)
    return { port: Number(new URL(server.adminUrl).port), end: () => server.end() }
  },
  open: (host, port, tls) =>
    postgresKeyStore(`postgres://postgres@${host}:${port}/postgres`, { ...(tls && { ssl: tls }) }),
  hasNoPaths: true,
  plain: /no pg_hba\.conf entry for .*no encryption.*; correct the user and the password/,
  noTls: /error establishing an SSL connection/,
})

describe('PostgreSQL by sslmode', () => {
  let trusted: Authority
  let other: Authority
  let server: PostgresServer
  let client: Certificate
  let port: string

  beforeAll(async () => {
    trusted = Authority.in(tempDir())
    other = Authority.in(tempDir())
    client = trusted.sign()
    server = await startSecure(trusted.sign({ names: 'DNS:localhost' }), trusted)
    port = new URL(server.adminUrl).port
  }, 60_000)
  afterAll(() => server.end())

  async function read(host: string, query: Readonly<Record<string, string>>): Promise<string> {
    const { cert, key } = client
    const all = new URLSearchParams({ sslcert: cert, sslkey: key, ...query })
    const store = postgresKeyStore(`postgres://postgres@${host}:${port}/postgres?${all.toString()}`)
    try {
      await store.write([{ key: '', bytes: Buffer.from('feature_a: on\n') }])
      return 'read'
    } catch (error) {
      return (error as Error).message
    } finally {
      await store.close()
    }
  }

  const UNKNOWN = /certificate is of an authority that is not trusted/
  it.each<[string, string, () => Readonly<Record<string, string>>, RegExp]>([
    ['verify-full', 'localhost', () => ({ sslrootcert: trusted.cert }), /^read$/],
    ['verify-full', '127.0.0.1', () => ({ sslrootcert: trusted.cert }), /is for another host/],
    ['verify-full', 'localhost', () => ({ sslrootcert: other.cert }), UNKNOWN],
    ['verify-full', 'localhost', () => ({}), UNKNOWN],
    ['no-verify', '127.0.0.1', () => ({}), /^read$/],
    [
      ...(['verify-full', 'localhost'] as const),
      () => {
        const { cert: sslcert, key: sslkey } = other.sign()
        return { sslrootcert: trusted.cert, sslcert, sslkey }
      },
      /asks for a certificate of this client, or does not take/,
    ],
  ])('%s at %s', async (sslmode, host, query, outcome) => {
    expect(await read(host, { sslmode, ...query() })).toMatch(outcome)
  })

  it('shows none of the paths in its name', () => {
    const { cert, key } = client
    const { name } = postgresKeyStore(
      `postgres://localhost/shop?sslmode=verify-full&sslcert=${cert}&sslkey=${key}`,
    )
    expect(name).toBe('postgres://localhost/shop?sslmode=…&sslcert=…&sslkey=…&key=live')
  })
})
