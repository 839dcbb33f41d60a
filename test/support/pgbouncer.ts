import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ServerProcess, startServer } from './server-process'

/** PgBouncer in front of a PostgreSQL of this machine, which trusts everybody. */
export function startPgbouncer(
  program: string,
  postgres: string,
  mode: 'session' | 'transaction',
  settings: Readonly<Record<string, string>> = {
    ignore_startup_parameters: 'statement_timeout,idle_in_transaction_session_timeout',
  },
): Promise<ServerProcess> {
  const { port: behind } = new URL(postgres)
  return startServer('pgbouncer', (port, home) => {
    const lines = {
      listen_addr: '127.0.0.1',
      listen_port: port,
      unix_socket_dir: '',
      auth_type: 'any',
      pool_mode: mode,
      ...settings,
    }
    const text = Object.entries(lines).map(([name, value]) => `${name} = ${value}\n`)
    const databases = `[databases]\n* = host=127.0.0.1 port=${behind} user=postgres\n`
    writeFileSync(join(home, 'pgbouncer.ini'), `${databases}[pgbouncer]\n${text.join('')}`)
    // It refuses to run as root.
    const account = process.getuid?.() === 0 ? ['-u', 'nobody'] : []
    return { program, args: [...account, 'pgbouncer.ini'] }
  })
}
