import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ServerProcess, startServer } from './server-process'

/** HAProxy in front of replicas, as docs/deploy.md configures it. `ports`: of the replicas. */
export function startHaproxy(
  program: string,
  configuration: string,
  ports: readonly number[],
): Promise<ServerProcess> {
  return startServer('haproxy', (port, home) => {
    const replicas = ports.map(
      (replica, i) => `  server replica-${i} 127.0.0.1:${replica} check inter 200ms fall 1 rise 1`,
    )
    const text = configuration
      // A test may not open so many files.
      .replace(/^ *maxconn .*$/m, '  maxconn 200')
      .replace(/^ *bind .*$/m, `  bind 127.0.0.1:${port}`)
      .replace(/(?:^ *server .*\n?)+/m, `${replicas.join('\n')}\n`)
    writeFileSync(join(home, 'haproxy.cfg'), text)
    return { program, args: ['-db', '-f', 'haproxy.cfg'] }
  })
}
