// `node -r ./scripts/register-typescript.js scripts/crash-server.ts [--rounds 20] [--signal SIGKILL]`
// Ends servers that are under load, by a signal. Every event and decision that was acknowledged must
// be there, and none twice; one that is ended by SIGTERM answers what it has been asked.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import Database from 'better-sqlite3'

/** Clients that send events one after the other. */
const CLIENTS = 8
/** Acknowledged before the server is ended, so that it is in the middle of its work. */
const BEFORE_END = 40
const LIVE_CONFIG = 'feature_a: on\n'

export interface ServerCrashes {
  readonly acknowledged: number
  /** Acknowledged, and not there. */
  readonly lost: readonly string[]
  readonly twice: number
  /** How the servers ended: exit codes, or the signals. */
  readonly ends: ReadonlySet<unknown>
  /** Answers other than 200, by status. */
  readonly refused: ReadonlySet<number>
}

/** Each round starts a server on the same database and ends it under load. */
export async function crashServer(rounds: number, signal: NodeJS.Signals): Promise<ServerCrashes> {
  const dir = mkdtempSync(join(tmpdir(), 'liveflag-crash-server-'))
  writeFileSync(join(dir, 'live.yaml'), LIVE_CONFIG)
  const acknowledged: string[] = []
  const ends = new Set<unknown>()
  const refused = new Set<number>()
  try {
    for (let round = 0; round < rounds; round++) {
      const server = start(dir)
      const url = await urlOf(server)
      const clients = Array.from({ length: CLIENTS }, () => send(url, acknowledged, refused))
      const before = acknowledged.length
      while (acknowledged.length < before + BEFORE_END) await new Promise(setImmediate)
      server.kill(signal)
      const [code, by] = (await once(server, 'close')) as [number | null, string | null]
      ends.add(code ?? by)
      await Promise.all(clients)
    }
    return { acknowledged: acknowledged.length, ...judge(dir, acknowledged), ends, refused }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

const start = (dir: string): ChildProcessWithoutNullStreams =>
  spawn(process.execPath, [
    resolve(__dirname, '..', 'dist', 'cli', 'main.js'),
    ...['serve', join(dir, 'live.yaml'), '--port', '0', '--log-level', 'silent'],
    ...['--db', join(dir, 'records.db')],
  ])

async function urlOf(server: ChildProcessWithoutNullStreams): Promise<string> {
  const [line] = (await once(createInterface(server.stdout), 'line')) as [string]
  return line.replace('liveflag is listening on ', '')
}

/** Sends events until the server is gone. */
async function send(url: string, acknowledged: string[], refused: Set<number>): Promise<void> {
  for (;;) {
    const unit = randomUUID()
    const event = { type: 'exposure', unit, experiment: 'e', variant: 'a' }
    try {
      const answer = await fetch(`${url}/events`, {
        method: 'POST',
        body: JSON.stringify({ events: [event] }),
      })
      if (answer.status === 200) acknowledged.push(unit)
      else refused.add(answer.status)
      await answer.text()
    } catch {
      return
    }
  }
}

function judge(
  dir: string,
  acknowledged: readonly string[],
): Pick<ServerCrashes, 'lost' | 'twice'> {
  const records = new Database(join(dir, 'records.db'), { readonly: true })
  try {
    const rows = records
      .prepare('SELECT unit FROM liveflag_exposures')
      .pluck()
      .all() as readonly string[]
    const stored = new Set(rows)
    return {
      lost: acknowledged.filter((unit) => !stored.has(unit)),
      twice: rows.length - stored.size,
    }
  } finally {
    records.close()
  }
}

if (require.main === module) {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '20' },
      signal: { type: 'string', default: 'SIGKILL' },
    },
  })
  void crashServer(Number(values.rounds), values.signal as NodeJS.Signals).then((found) => {
    console.log({ ...found, lost: found.lost.length })
    process.exitCode = found.lost.length + found.twice === 0 ? 0 : 1
  })
}
