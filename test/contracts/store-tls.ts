/** What every store does whose server speaks TLS. */
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import type { KeyStore } from '../../src/sources/key-store'
import { openedSource } from '../../src/sources/keyed/source'
import { Authority, type Certificate } from '../support/authority'
import { eventually } from '../support/eventually'
import { RecordingSink } from '../support/recording-sink'
import { passSteps, stopSystemClock } from '../support/system-clock'
import { tempDir } from '../support/temp-dir'

export interface TlsServer {
  readonly port: number
  end(): Promise<void>
}

/** PEM texts. */
export interface Pems {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

export interface TlsScene {
  /** A server that shows this certificate, and asks clients for one that the authority has signed. */
  start(certificate: Certificate, authority: Authority): Promise<TlsServer>
  /** `query`: of the URL. */
  open(host: string, port: number, tls?: Pems, query?: string): KeyStore
  /** Its URLs name no certificate of the client. */
  readonly hasNoPaths?: boolean
  /** What a server that has TLS says to a client that has none. */
  readonly plain: RegExp
  /** Of a server that has none, where the protocol begins without. */
  readonly noTls?: RegExp
}

const A = 'feature_a: on\n'
const B = 'feature_a: on\nfeature_b: on\n'
const NEVER = 2 ** 31 - 1

export function storeTlsContract(name: string, scene: TlsScene): void {
  describe(name, () => {
    let trusted: Authority
    let other: Authority
    let server: TlsServer
    let expired: TlsServer
    let client: Certificate
    let good: Pems
    const closing: { close(): Promise<void> }[] = []
    const store = (...at: Parameters<TlsScene['open']>): KeyStore => {
      const opened = scene.open(...at)
      closing.push(opened)
      return opened
    }

    beforeAll(async () => {
      const dir = tempDir()
      trusted = Authority.in(dir)
      other = Authority.in(dir, 'another')
      client = trusted.sign()
      good = { ca: trusted.text, ...textsOf(client) }
      server = await scene.start(trusted.sign({ names: 'DNS:localhost' }), trusted)
      expired = await scene.start(trusted.sign({ days: -1 }), trusted)
      await store('localhost', server.port, good).write([{ key: '', bytes: Buffer.from(A) }])
    }, 60_000)
    afterEach(async () => {
      jest.restoreAllMocks()
      await Promise.all(closing.splice(0).map((one) => one.close()))
    })
    afterAll(() => Promise.all([server.end(), expired.end()]))

    it('is read and notified with the authority and the certificate of the client', async () => {
      const sink = new RecordingSink()
      const source = openedSource('source', () => scene.open('localhost', server.port, good), {
        pollMs: NEVER,
        unwatchedPollMs: 100,
      })
      closing.push(source)
      await source.open(sink)
      const { notifies } = store('localhost', server.port, good)
      if (notifies) await eventually('it listens', () => source.watch.mode === 'events+poll')
      const text = sink.texts[0] === A ? B : A
      const writer = store('localhost', server.port, good)
      await writer.write([{ key: '', bytes: Buffer.from(text) }])
      await eventually('it is read', () => sink.texts.at(-1) === text)
      expect(sink.failures).toEqual([])
    })

    const unlessPathless = scene.hasNoPaths === true ? it.skip : it
    unlessPathless('may be given by the paths of the URL', async () => {
      const query = `ca=${trusted.cert}&cert=${client.cert}&key=${client.key}`
      expect(await store('localhost', server.port, undefined, query).get('')).toBeDefined()
    })

    const isTold = async (open: () => KeyStore, message: RegExp): Promise<readonly string[]> => {
      const clock = stopSystemClock()
      const sink = new RecordingSink()
      const source = openedSource('source', open, {
        unwatchedPollMs: 10_000,
        startup: 'defaults',
        readTimeoutMs: 3_600_000,
      })
      closing.push(source)
      await source.open(sink)
      await passSteps(clock, 120_000, 5000)
      const said = sink.tellings.flatMap((one) =>
        one.kind === 'failed' || (one.kind === 'warn' && one.problem.code === 'watch-failed')
          ? [one.problem.message]
          : [],
      )
      expect(said).toEqual(said.map(() => expect.stringMatching(message) as string))
      expect(said.length).toBeGreaterThan(0)
      return said
    }
    const isToldOnce = async (open: () => KeyStore, message: RegExp): Promise<void> =>
      expect(await isTold(open, message)).toHaveLength(1)

    it.each<[string, () => Pems]>([
      ['an authority that Node does not know', () => textsOf(client)],
      ['another authority than that of the options', () => ({ ...good, ca: other.text })],
    ])('of %s is reported once, with what to do', (_, tls) =>
      isToldOnce(() => scene.open('localhost', server.port, tls()), UNKNOWN),
    )

    it('for another host is reported once, with what to do', () =>
      isToldOnce(
        () => scene.open('127.0.0.1', server.port, good),
        /certificate is for another host.*; correct the URL or the certificate/,
      ))

    it('that has expired is reported once, with what to do', () =>
      isToldOnce(
        () => scene.open('localhost', expired.port, good),
        /certificate has expired.*; renew it/,
      ))

    // What a server says then differs, and its hanging up may come first.
    it.each<[string, () => Pems]>([
      ['that asks for a certificate of the client', () => ({ ca: trusted.text })],
      ['that does not trust that of the client', () => ({ ...good, ...textsOf(other.sign()) })],
    ])('%s is reported, with what to do, and once when it said so', async (_, tls) => {
      const said = await isTold(() => scene.open('localhost', server.port, tls()), REJECTED)
      const [exact, ...after] = said.slice(said.findIndex((one) => ASKS.test(one)))
      expect(after).toEqual([])
      expect(said.length).toBeLessThanOrEqual(ASKS.test(exact ?? '') ? 2 : 1)
    })

    it('is reported once when it is not asked for', () =>
      isToldOnce(() => scene.open('localhost', server.port), scene.plain))

    it('is reported once when what answers speaks none', async () => {
      const plain = createServer((socket) => {
        socket.on('error', () => undefined)
        socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
      })
      await new Promise<void>((listening) => plain.listen(0, '127.0.0.1', listening))
      const { port } = plain.address() as AddressInfo
      closing.push({ close: async () => void plain.close() })
      await isToldOnce(() => scene.open('localhost', port, good), scene.noTls ?? NO_TLS)
    })
  })
}

const NO_TLS = /what answers there speaks no TLS.*; leave TLS out, or correct the port/
const ASKS = /asks for a certificate of this client.*; give cert and key/
const REJECTED = new RegExp(`${ASKS.source}|cut|ECONNRESET|EPIPE|hang up`)
const UNKNOWN = /certificate is of an authority that is not trusted.*; name its certificate/

const textsOf = ({ cert, key }: Certificate): Required<Pick<Pems, 'cert' | 'key'>> => ({
  cert: readFileSync(cert, 'utf8'),
  key: readFileSync(key, 'utf8'),
})
