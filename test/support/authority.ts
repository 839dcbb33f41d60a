/** An authority of a test's own, and the certificates that it signs. Needs the program openssl. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Paths of PEM files. */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

export interface Signing {
  /** As openssl writes subjectAltName. Default: this machine by its name and by its address. */
  readonly names?: string
  /** From now on; below 0 it has expired. Default 2. */
  readonly days?: number
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

export class Authority {
  private signed = 0

  private constructor(
    private readonly dir: string,
    /** Of its own certificate, which is to be trusted. */
    readonly cert: string,
    private readonly key: string,
  ) {}

  static in(dir: string, name = 'liveflag-test'): Authority {
    const [cert, key] = [join(dir, `${name}.pem`), join(dir, `${name}.key`)]
    openssl('req', '-x509', ...KEY, '-keyout', key, '-out', cert, '-subj', `/CN=${name}`)
    return new Authority(dir, cert, key)
  }

  get text(): string {
    return readFileSync(this.cert, 'utf8')
  }

  /** Signs a certificate for a server or a client. */
  sign({ names = 'DNS:localhost,IP:127.0.0.1', days = 2 }: Signing = {}): Certificate {
    const path = join(this.dir, `signed-${++this.signed}`)
    const [cert, key, request] = [`${path}.pem`, `${path}.key`, `${path}.csr`]
    const extensions = ['basicConstraints=CA:FALSE', `subjectAltName=${names}`].flatMap((one) => [
      '-addext',
      one,
    ])
    openssl(
      'req',
      '-new',
      ...KEY,
      '-keyout',
      key,
      '-out',
      request,
      '-subj',
      '/CN=one',
      ...extensions,
    )
    openssl(
      ...['x509', '-req', '-in', request, '-out', cert, '-days', String(days)],
      ...['-CA', this.cert, '-CAkey', this.key, '-CAcreateserial', '-copy_extensions', 'copyall'],
    )
    return { cert, key }
  }
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: 'pipe' })
}
