import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Adapter, Format, Watching } from './adapter'
import type { Pattern } from './pattern'
import { patterns as all } from './patterns'
import { randomFrom, shuffled } from './random'
import { NotRun, Trial, type Setting } from './trial'
import { until } from './wait'

export interface RunOptions {
  readonly adapter: Adapter
  readonly scale?: 'short' | 'full'
  readonly seed?: number
  readonly formats?: readonly Format[]
  readonly watching?: readonly Watching[]
  /** How often the system looks by itself. */
  readonly pollMs?: number
  /** Only the patterns with these numbers. */
  readonly only?: readonly string[]
  readonly patterns?: readonly Pattern[]
  readonly atOnce?: number
  readonly onResult?: (result: Result) => void
}

export interface Result {
  readonly id: string
  readonly title: string
  readonly format: Format
  readonly watching: Watching
  readonly verdict: 'passed' | 'failed' | 'not run'
  /** What failed, or why it was not run. */
  readonly reasons: readonly string[]
  /** Invariants that the adapter cannot show. */
  readonly notObservable: readonly string[]
  readonly latencies: readonly number[]
}

export interface Report {
  readonly seed: number
  readonly results: readonly Result[]
  /** Faults of the run as a whole: what was left behind. */
  readonly leaks: readonly string[]
}

interface Job {
  readonly pattern: Pattern
  readonly setting: Setting
}

/** Runs every pattern in random order, each in a directory of its own, several at once where they do not disturb each other. */
export async function runKit(options: RunOptions): Promise<Report> {
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 31)
  const random = randomFrom(seed)
  const jobs = shuffled(plan(options, random), random)
  const before = resources()
  const results: Result[] = []
  const work = async (queue: Job[]): Promise<void> => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
      const result = await runJob(job)
      results.push(result)
      options.onResult?.(result)
    }
  }
  const together = jobs.filter(({ pattern }) => !pattern.alone)
  await Promise.all(Array.from({ length: options.atOnce ?? 8 }, () => work(together)))
  await work(jobs.filter(({ pattern }) => pattern.alone))
  return { seed, results, leaks: await leftBehind(before) }
}

function plan(options: RunOptions, random: () => number): Job[] {
  const { adapter, scale = 'short', pollMs = 1000, only } = options
  const wanted = (options.patterns ?? all).filter(({ id }) => only === undefined || only.includes(id))
  return wanted.flatMap((pattern) => {
    const formats = (options.formats ?? ['yaml', 'json', 'ini']).filter((format) => pattern.formats?.includes(format) ?? true)
    const ways = (options.watching ?? ['events+poll']).filter((way) => pattern.watching?.includes(way) ?? true)
    return formats.flatMap((format) => ways.map((watching) => ({ pattern, setting: { adapter, format, watching, pollMs, scale, random } })))
  })
}

async function runJob({ pattern, setting }: Job): Promise<Result> {
  const { id, title } = pattern
  const { format, watching } = setting
  const dir = mkdtempSync(join(tmpdir(), `reload-${id}-`))
  const trial = new Trial(dir, setting)
  let reason: string | undefined
  try {
    await pattern.run(trial)
    await trial.finish()
  } catch (error) {
    if (error instanceof NotRun) reason = error.message
    else trial.fault(error instanceof Error ? error.message : String(error))
  }
  await trial.close().catch((error: unknown) => trial.fault(`I10: close failed: ${String(error)}`))
  rmSync(dir, { recursive: true, force: true })
  const verdict = reason !== undefined ? 'not run' : trial.faults.length > 0 ? 'failed' : 'passed'
  const reasons = reason !== undefined ? [reason] : trial.faults
  return { id, title, format, watching, verdict, reasons, notObservable: trial.notObservable, latencies: trial.latencies }
}

const WATCHED = ['FSEventWrap', 'StatWatcher', 'Timeout', 'FSReqPromise', 'FILEHANDLE']

function resources(): Map<string, number> {
  const counts = new Map(WATCHED.map((kind) => [kind, 0]))
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return counts
}

/** I10: handles and timers are back to what they were. */
async function leftBehind(before: Map<string, number>): Promise<string[]> {
  const more = (): string[] => WATCHED.filter((kind) => (resources().get(kind) ?? 0) > (before.get(kind) ?? 0))
  // The wait itself holds one timer while it looks.
  await until(() => more().every((kind) => kind === 'Timeout'), 3000)
  return more().flatMap((kind) => {
    const count = (resources().get(kind) ?? 0) - (before.get(kind) ?? 0)
    return count > 0 ? [`I10: ${count} more ${kind} than before`] : []
  })
}
