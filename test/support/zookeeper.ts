import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Authority, Certificate } from './authority'
import { freePort, programOf, type ServerProcess, startServer } from './server-process'

/** Where Debian's package `zookeeper` has it. */
const JARS = '/usr/share/java'
const JAR = `${JARS}/zookeeper.jar`
/** It speaks TLS by these alone, which its package depends on. */
const NETTY = [
  ...['buffer', 'codec', 'common', 'handler', 'resolver', 'transport'],
  ...['transport-native-unix-common', 'transport-native-epoll'],
].map((name) => `${JARS}/netty-${name}.jar`)

/** The path of Java where there is a ZooKeeper, too. */
export const javaOfZooKeeper = existsSync(JAR) ? programOf('java') : undefined

export interface ZooKeeperServerOptions {
  /** In bytes; larger requests close the connection. */
  readonly maxBuffer?: number
  readonly settings?: Readonly<Record<string, string | number>>
  readonly properties?: readonly string[]
}

/** A ZooKeeper of one's own. */
export function startZooKeeper(
  program: string,
  { maxBuffer = 20_000_000, settings = {}, properties = [] }: ZooKeeperServerOptions = {},
): Promise<ServerProcess> {
  return startServer(
    'zookeeper',
    (port, home) => {
      mkdirSync(join(home, 'data'))
      const lines = {
        tickTime: 200,
        dataDir: join(home, 'data'),
        clientPort: port,
        clientPortAddress: '127.0.0.1',
        maxSessionTimeout: 60_000,
        maxClientCnxns: 0,
        'admin.enableServer': 'false',
        '4lw.commands.whitelist': 'srvr',
        ...settings,
      }
      const text = Object.entries(lines).map(([name, value]) => `${name}=${value}\n`)
      writeFileSync(join(home, 'zoo.cfg'), text.join(''))
      const java = ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']
      const own = [`-Djute.maxbuffer=${maxBuffer}`, '-Dzookeeper.forceSync=no', ...properties]
      const main = 'org.apache.zookeeper.server.ZooKeeperServerMain'
      return {
        program,
        args: [...java, ...own, '-cp', [JAR, ...NETTY].join(':'), main, 'zoo.cfg'],
        // It listens before it is ready.
        asked: { text: 'srvr', answer: 'Mode:' },
      }
    },
    30_000,
  )
}

/** One that speaks TLS on its `port`, with clients whose certificates the authority has signed. */
export async function startSecureZooKeeper(
  program: string,
  certificate: Certificate,
  authority: Authority,
): Promise<Pick<ServerProcess, 'port' | 'end'>> {
  const port = await freePort()
  const both = `${certificate.cert}.both`
  const texts = [certificate.key, certificate.cert].map((path) => readFileSync(path, 'utf8'))
  writeFileSync(both, texts.join(''))
  const server = await startZooKeeper(program, {
    settings: {
      secureClientPort: port,
      secureClientPortAddress: '127.0.0.1',
      'ssl.keyStore.location': both,
      'ssl.keyStore.type': 'PEM',
      'ssl.trustStore.location': authority.cert,
      'ssl.trustStore.type': 'PEM',
    },
    properties: [
      '-Dzookeeper.serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory',
    ],
  })
  return { port, end: () => server.end() }
}
