import { Client } from 'pg'
import { postgresMigration } from '../../src/sources/postgres'
import { startEtcd } from '../../test/support/etcd'
import { startNats } from '../../test/support/nats'
import { startPostgres } from '../../test/support/postgres'
import { startRedis } from '../../test/support/redis'
import { programOf } from '../../test/support/server-process'
import { S3_BUCKET, S3_CREDENTIALS, startS3 } from '../../test/support/s3'
import { javaOfZooKeeper, startZooKeeper } from '../../test/support/zookeeper'

/** A server of one's own, for a fleet. */
export interface BenchStore {
  readonly url: string
  stop(): Promise<void>
  start(): Promise<void>
  end(): Promise<void>
}

/** How to start each; undefined where it is not installed. */
export const STORES: Readonly<Record<string, () => Promise<BenchStore | undefined>>> = {
  redis: async () => {
    const program = programOf('redis-server')
    if (program === undefined) return undefined
    const server = await startRedis(program, { appendOnly: true })
    return { url: `${server.url}?key=live`, ...partsOf(server) }
  },
  postgres: async () => {
    const server = await startPostgres({ mostConnections: 260 })
    const url = await server.database()
    const client = new Client({ connectionString: url })
    await client.connect()
    await client.query(postgresMigration())
    await client.end()
    return {
      url,
      stop: () => server.crash(),
      start: () => server.start(),
      end: () => server.end(),
    }
  },
  etcd: async () => {
    const program = programOf('etcd')
    if (program === undefined) return undefined
    const server = await startEtcd(program)
    return { url: `etcd://127.0.0.1:${server.port}/live`, ...partsOf(server) }
  },
  zookeeper: async () => {
    if (javaOfZooKeeper === undefined) return undefined
    const server = await startZooKeeper(javaOfZooKeeper)
    return { url: `zookeeper://127.0.0.1:${server.port}/live`, ...partsOf(server) }
  },
  nats: async () => {
    const program = programOf('nats-server')
    if (program === undefined) return undefined
    const server = await startNats(program)
    return { url: `nats://127.0.0.1:${server.port}/flags/live`, ...partsOf(server) }
  },
  s3: async () => {
    const server = await startS3()
    process.env['AWS_ACCESS_KEY_ID'] = S3_CREDENTIALS.accessKeyId
    process.env['AWS_SECRET_ACCESS_KEY'] = S3_CREDENTIALS.secretAccessKey
    const endpoint = encodeURIComponent(`http://127.0.0.1:${server.port}`)
    return {
      url: `s3://${S3_BUCKET}/live?endpoint=${endpoint}&region=us-east-1`,
      stop: () => server.stop(),
      start: () => server.start(),
      end: () => server.end(),
    }
  },
}

interface Killable {
  kill(): Promise<void>
  start(): Promise<void>
  end(): Promise<void>
}

const partsOf = (server: Killable): Omit<BenchStore, 'url'> => ({
  stop: () => server.kill(),
  start: () => server.start(),
  end: () => server.end(),
})
