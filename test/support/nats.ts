import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, type ServerProcess, startServer } from './server-process'

/** A NATS server of one's own. `settings`: more lines of its configuration. */
export function startNats(program: string, settings = ''): Promise<ServerProcess> {
  return startServer('nats', (port, home) => {
    const lines = [
      `listen: 127.0.0.1:${port}`,
      'max_payload: 16MB',
      `jetstream { store_dir: "${home}" }`,
      settings,
    ]
    writeFileSync(join(home, 'nats.conf'), lines.join('\n'))
    return { program, args: ['-c', 'nats.conf'] }
  })
}

/** Three that keep one store. */
export async function startNatsCluster(program: string): Promise<readonly ServerProcess[]> {
  const ports = await Promise.all([1, 2, 3].map(() => freePort()))
  const routes = ports.map((port) => `"nats://127.0.0.1:${port}"`).join(', ')
  return Promise.all(
    ports.map((port, i) =>
      startNats(
        program,
        `server_name: n${i}, cluster { name: test, listen: "127.0.0.1:${port}", routes: [${routes}] }`,
      ),
    ),
  )
}
