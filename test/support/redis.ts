import { type ServerProcess, startServer } from './server-process'

export interface RedisServer extends ServerProcess {
  readonly url: string
}

/** A Redis server of one's own, which writes everything to its disk when `appendOnly`. */
export async function startRedis(
  program: string,
  {
    appendOnly = false,
    password,
  }: { readonly appendOnly?: boolean; readonly password?: string } = {},
): Promise<RedisServer> {
  const server = await startServer('redis', (port, home) => ({
    program,
    args: [
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', home, '--save', ''],
      ...['--appendonly', appendOnly ? 'yes' : 'no', '--appendfsync', 'no'],
      ...(password === undefined ? [] : ['--requirepass', password]),
    ],
  }))
  const login = password === undefined ? '' : `:${password}@`
  return Object.assign(server, { url: `redis://${login}127.0.0.1:${server.port}/0` })
}
