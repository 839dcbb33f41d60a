import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** The paths of a key and of a certificate for this machine that it has signed itself. */
export function certificateFor(dir: string): { readonly key: string; readonly cert: string } {
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')]
  const { status, stderr } = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    ...['-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=localhost'],
    ...['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
  ])
  if (status !== 0) throw new Error(`openssl made no certificate: ${String(stderr)}`)
  return { key, cert }
}
