import { asError } from '../../core/errors'
import type { KeyWrite, WriteResult } from '../key-store'
import {
  BAD_VERSION,
  codeOfZooKeeper,
  commit,
  exists,
  makeNode,
  NO_NODE,
  NODE_EXISTS,
} from './zookeeper-calls'
import type { ZooKeeperClient, ZooKeeperResult, ZooKeeperStat } from './zookeeper-client'

/** Where keys are, and what nodes need that are made. */
export interface ZooKeeperPlaces {
  pathOf(key: string): string
  /** Nodes that are there before any key is. */
  readonly parents: readonly string[]
  /** Of the package's own kind. */
  readonly acls: readonly object[]
}

/** One write with the state of its node, as it was before. */
interface Step {
  readonly write: KeyWrite
  readonly stat: ZooKeeperStat | undefined
}

/** Others wrote the same keys each time. */
const MOST_TRIES = 5
/** A check of the version that fails for no version. */
const ANY_VERSION = -1

/** The transaction that wrote a node, and the count of its writes. */
export const versionOf = ({ mzxid, version }: ZooKeeperStat): string =>
  `${Buffer.from(mzxid).toString('hex')}:${version}`

/**
 * Makes all writes in one transaction. A write that is based on nothing is made whatever is there,
 * so where a node came or went since it was looked at, it is tried again.
 */
export async function writeKeys(
  client: ZooKeeperClient,
  writes: readonly KeyWrite[],
  places: ZooKeeperPlaces,
): Promise<WriteResult> {
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    const result = await tryToWrite(client, writes, places)
    if (result !== undefined) return result
  }
  throw new Error('others keep making and removing the same nodes')
}

/** Undefined: what was there has changed meanwhile. */
async function tryToWrite(
  client: ZooKeeperClient,
  writes: readonly KeyWrite[],
  places: ZooKeeperPlaces,
): Promise<WriteResult | undefined> {
  const steps = await Promise.all(
    writes.map(async (write) => ({ write, stat: await exists(client, places.pathOf(write.key)) })),
  )
  const stale = steps.find(isStale)
  if (stale) return { written: false, conflict: stale.write.key }
  if (writes.some(({ bytes }) => bytes !== undefined))
    for (const parent of places.parents) await makeNode(client, parent, places.acls)
  const { owners, transaction } = transactionOf(client, steps, places)
  if (owners.length === 0) return { written: true, versions: new Map() }
  const { error, results } = await commit(transaction)
  if (!error) return { written: true, versions: versionsOf(owners, results) }
  const failed = owners[results.findIndex(hasFailed)]
  if (failed === undefined || !isConflict(error)) throw asError(error)
  // The parent of a node that is made may have gone, which is no conflict.
  const isSure = failed.write.basedOn !== undefined && codeOfZooKeeper(error) !== NO_NODE
  return isSure ? { written: false, conflict: failed.write.key } : undefined
}

const isStale = ({ write: { basedOn }, stat }: Step): boolean =>
  basedOn !== undefined && (stat ? versionOf(stat) : null) !== basedOn

/** `owners`: the step of each operation. */
function transactionOf(client: ZooKeeperClient, steps: readonly Step[], places: ZooKeeperPlaces) {
  const owners: Step[] = []
  const transaction = client.transaction()
  const add = (step: Step, version: number): void => {
    owners.push(step)
    // The client takes version 0, that of a node which was written once, for any version.
    const operation = transaction.ops.at(-1)
    if (operation) operation.version = version
  }
  for (const step of steps) {
    const { write, stat } = step
    const path = places.pathOf(write.key)
    const version = write.basedOn === undefined ? ANY_VERSION : (stat?.version ?? 0)
    if (write.bytes === undefined) {
      if (stat) {
        transaction.remove(path, version)
        add(step, version)
      }
      continue
    }
    const bytes = Buffer.from(write.bytes)
    if (!stat) {
      // The answer to a creation lacks the state of the node; that to a write has it.
      transaction.create(path, Buffer.alloc(0), places.acls)
      owners.push(step)
    }
    transaction.setData(path, bytes, version)
    add(step, version)
  }
  return { owners, transaction }
}

function versionsOf(
  owners: readonly Step[],
  results: readonly ZooKeeperResult[],
): ReadonlyMap<string, string> {
  const versions = new Map<string, string>()
  for (const [i, { write }] of owners.entries()) {
    const stat = results[i]?.stat
    if (stat && write.bytes !== undefined) versions.set(write.key, versionOf(stat))
  }
  return versions
}

/** -2: another one failed. */
const hasFailed = ({ err = 0 }: ZooKeeperResult): boolean => err !== 0 && err !== -2

const isConflict = (error: unknown): boolean =>
  [BAD_VERSION, NODE_EXISTS, NO_NODE].some((code) => code === codeOfZooKeeper(error))
