/** The calls of the client as promises, and its codes. */
import { asError } from '../../core/errors'
import { isObject } from '../../core/options'
import type {
  ZooKeeperClient,
  ZooKeeperResult,
  ZooKeeperStat,
  ZooKeeperTransaction,
} from './zookeeper-client'

export const CONNECTION_LOSS = -4
export const NO_NODE = -101
export const NO_AUTH = -102
export const BAD_VERSION = -103
export const NODE_EXISTS = -110
export const AUTH_FAILED = -115

/** The code of an error of the client; undefined where it has none. */
export function codeOfZooKeeper(error: unknown): number | undefined {
  const code: unknown = isObject(error) ? Reflect.get(error, 'code') : undefined
  return typeof code === 'number' ? code : undefined
}

/** `watcher` is called at the next change of the node, also when it is not there yet. */
export const exists = (
  client: ZooKeeperClient,
  path: string,
  watcher?: () => void,
): Promise<ZooKeeperStat | undefined> =>
  new Promise((resolve, reject) => {
    client.exists(path, watcher, (error, stat) => {
      if (error) reject(asError(error))
      else resolve(stat ?? undefined)
    })
  })

export const getData = (
  client: ZooKeeperClient,
  path: string,
): Promise<{ bytes: Buffer; stat: ZooKeeperStat } | undefined> =>
  new Promise((resolve, reject) => {
    client.getData(path, (error, bytes, stat) => {
      if (!error) resolve({ bytes: bytes ?? Buffer.alloc(0), stat })
      else if (codeOfZooKeeper(error) === NO_NODE) resolve(undefined)
      else reject(asError(error))
    })
  })

/** None of a node that is not there. */
export const childrenOf = (client: ZooKeeperClient, path: string): Promise<readonly string[]> =>
  new Promise((resolve, reject) => {
    client.getChildren(path, (error, names) => {
      if (!error) resolve(names)
      else if (codeOfZooKeeper(error) === NO_NODE) resolve([])
      else reject(asError(error))
    })
  })

/** Makes a node and those above it. Who may not make a node that is there already is not refused. */
export async function makeNode(
  client: ZooKeeperClient,
  path: string,
  acls: readonly object[],
): Promise<void> {
  if (path === '' || (await exists(client, path)) !== undefined) return
  await makeNode(client, path.slice(0, path.lastIndexOf('/')), acls)
  await new Promise<void>((resolve, reject) => {
    client.create(path, Buffer.alloc(0), acls, (error) => {
      if (error && codeOfZooKeeper(error) !== NODE_EXISTS) reject(asError(error))
      else resolve()
    })
  })
}

/** What came of each operation, and the first error. Rejects when there was no answer. */
export const commit = (
  transaction: ZooKeeperTransaction,
): Promise<{ error: unknown; results: readonly ZooKeeperResult[] }> =>
  new Promise((resolve, reject) => {
    transaction.commit((error, results) => {
      if (results) resolve({ error, results })
      else reject(asError(error))
    })
  })
