import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Adapter, Format, Watching } from './adapter'
import { NotObservable, type Setting } from './observation'
import type { Pattern } from './pattern'
import { patterns as all } from './patterns/all'
import { randomFrom, shuffled } from './random'
import type { Scale } from './steps'
import { Trial } from './trial'
import { until } from './wait'

export interface RunOptions {
  readonly adapter: Adapter
  readonly scale?: Scale
  readonly seed?: number
  /**
   * The ways in which each pattern runs, as far as it allows. Default: every format, with events
   * and polling.
   */
  readonly ways?: readonly Way[] | ((pattern: Pattern) => readonly Way[])
  /** Only the patterns with these numbers. */
  readonly only?: readonly string[]
  readonly patterns?: readonly Pattern[]
  readonly atOnce?: number
  readonly onResult?: (result: Result) => void
}

/** One way to run a pattern. */
export interface Way {
  readonly format: Format
  readonly watching: Watching
  /** How often the system polls. Default 1000. */
  readonly pollMs?: number
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
  /** What the run as a whole left behind: open handles and timers. */
  readonly leaks: readonly string[]
}

interface Job {
  readonly pattern: Pattern
  readonly setting: Setting
}

/**
 * Runs every pattern in random order, each in a directory of its own, several at once when they do
 * not disturb each other.
 */
export async function runKit(options: RunOptions): Promise<Report> {
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 31)
  const random = randomFrom(seed)
  const jobs = shuffled(plan(options), random)
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

const EVERY_FORMAT: readonly Way[] = (['yaml', 'json', 'ini'] as const).map((format) => ({
  format,
  watching: 'events+poll',
}))

function plan({
  adapter,
  scale = 'short',
  only,
  patterns = all,
  ways = EVERY_FORMAT,
}: RunOptions): Job[] {
  const wanted = patterns.filter(({ id }) => only === undefined || only.includes(id))
  return wanted.flatMap((pattern) => {
    const given = typeof ways === 'function' ? ways(pattern) : ways
    const possible = given.filter(
      ({ format, watching }) =>
        (pattern.formats?.includes(format) ?? true) &&
        (pattern.watching?.includes(watching) ?? true),
    )
    return possible.map((way) => ({ pattern, setting: { pollMs: 1000, ...way, adapter, scale } }))
  })
}

async function runJob({ pattern, setting }: Job): Promise<Result> {
  const { id, title } = pattern
  const { format, watching } = setting
  const common = { id, title, format, watching }
  const notHere = pattern.notHere?.(setting.scale)
  if (notHere !== undefined)
    return { ...common, verdict: 'not run', reasons: [notHere], notObservable: [], latencies: [] }
  const dir = mkdtempSync(join(tmpdir(), `reload-${id}-`))
  const trial = new Trial(dir, setting)
  const unseen = await runTrial(pattern, trial)
  clear(dir, trial)
  const { violations, latencies, notObservable } = trial
  if (violations.length > 0)
    return { ...common, verdict: 'failed', reasons: violations, notObservable, latencies }
  const reasons = unseen === undefined ? [] : [`not observable: ${unseen}`]
  return {
    ...common,
    verdict: unseen === undefined ? 'passed' : 'not run',
    reasons,
    notObservable,
    latencies,
  }
}

/**
 * A directory that cannot be removed, such as a busy mount, is a violation of this trial and does
 * not stop the others.
 */
function clear(dir: string, trial: Trial): void {
  try {
    rmSync(dir, { recursive: true, force: true })
  } catch (error) {
    trial.violation(`its directory could not be removed: ${String(error)}`)
  }
}

/** Runs a pattern; returns what the adapter cannot show, when that is what the pattern is about. */
async function runTrial(pattern: Pattern, trial: Trial): Promise<string | undefined> {
  let unseen: string | undefined
  try {
    await pattern.run(trial)
    await trial.finish()
  } catch (error) {
    if (error instanceof NotObservable) unseen = error.message
    else trial.violation(error instanceof Error ? error.message : String(error))
  }
  await trial
    .close()
    .catch((error: unknown) => trial.violation(`I10: close failed: ${String(error)}`))
  return unseen
}

const WATCHED = ['FSEventWrap', 'StatWatcher', 'Timeout', 'FSReqPromise', 'FILEHANDLE']

function resources(): Map<string, number> {
  const counts = new Map(WATCHED.map((kind) => [kind, 0]))
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return counts
}

/** I10: handles and timers are back to what they were. */
async function leftBehind(before: Map<string, number>): Promise<string[]> {
  const more = (): string[] =>
    WATCHED.filter((kind) => (resources().get(kind) ?? 0) > (before.get(kind) ?? 0))
  // The wait itself has one timer.
  await until(() => more().every((kind) => kind === 'Timeout'), 3000)
  return more().flatMap((kind) => {
    const count = (resources().get(kind) ?? 0) - (before.get(kind) ?? 0)
    return count > 0 ? [`I10: ${count} more ${kind} than before`] : []
  })
}
