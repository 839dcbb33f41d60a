import { candidateNamed } from './contender'
import { median, timeRound, timeWork } from './measure'
import { Questions } from './questions'
import { verify } from './verify'
import { KINDS, makeFlags, makeWorkloads } from './workloads'
import type { AnyCandidate, Contender } from './contender'
import type { Checksum, Effort, Work } from './measure'
import type { Flag, Visitor, Workloads } from './workloads'

/** Nanoseconds per question for each workload, one number per round. */
export interface Speed {
  readonly rounds: Readonly<Record<string, readonly number[]>>
  readonly checksum: number
  /** Resident memory of the process when all is measured. */
  readonly megabytes: number
}

/** Bytes allocated per repeated question. */
export type Garbage = Readonly<Record<string, number>>

export interface Load {
  readonly characters: number
  /** Milliseconds from text to ready, in a process that has never done it. */
  readonly firstMs: number
  /** The same once the code is warm. */
  readonly medianMs: number
  /** Text to ready, and then every flag asked once: what laziness only puts off. */
  readonly allAskedMs: number
}

async function open(
  name: string,
): Promise<{ contender: Contender<unknown>; workloads: Workloads; questions: Questions<unknown> }> {
  const candidate = candidateNamed(name)
  const workloads = makeWorkloads()
  const contender = await candidate.load(candidate.write(workloads.flags))
  return { contender, workloads, questions: new Questions(contender, workloads) }
}

/**
 * Everything is warmed up before anything is measured, so no code is shaped by a single workload.
 */
export async function speed(name: string, effort: Effort): Promise<Speed> {
  const { contender, workloads, questions } = await open(name)
  verify(contender, workloads)
  const works = Object.entries(questions.all())
  const checksum: Checksum = { total: 0 }
  for (let pass = 0; pass < 2; pass++) {
    for (const [, work] of works) timeRound(work, effort.warmUpMs, checksum)
  }
  const rounds = Object.fromEntries(
    works.map(([title, work]) => [title, timeWork(work, effort, checksum)]),
  )
  return { rounds, checksum: checksum.total, megabytes: process.memoryUsage().rss / 1e6 }
}

/** Wants `--expose-gc` and a young generation that holds what a sample allocates. */
export async function garbage(name: string, effort: Effort): Promise<Garbage> {
  const { questions } = await open(name)
  const bytes: Record<string, number> = {}
  for (const kind of KINDS) {
    const work = questions.repeated(kind)
    timeRound(work, effort.warmUpMs * 2, { total: 0 })
    bytes[kind] = bytesPerQuestion(work)
  }
  return bytes
}

const SAMPLE_BYTES = 32 * 2 ** 20
const MOST_RUNS = 100

function bytesPerQuestion<Prepared>(work: Work<Prepared>): number {
  const prepared = work.prepare()
  const sample = (runs: number): number => {
    globalThis.gc?.()
    const before = process.memoryUsage().heapUsed
    for (let run = 0; run < runs; run++) work.run(prepared)
    return process.memoryUsage().heapUsed - before
  }
  const several = (runs: number): number => median(Array.from({ length: 5 }, () => sample(runs)))
  const runs = Math.min(MOST_RUNS, Math.max(1, Math.floor(SAMPLE_BYTES / Math.max(1, several(1)))))
  return Math.max(0, several(runs) - several(0)) / (runs * work.questions)
}

const LOADED_FLAGS = 10_000
const LOADS = 7
const LOAD_BUDGET_MS: Readonly<Record<Effort['size'], number>> = { full: 5000, quick: 300 }

/** Wants `--expose-gc`, so that no load pays for the one before. */
export async function load(name: string, effort: Effort): Promise<Load> {
  const candidate = candidateNamed(name)
  const { visitors } = makeWorkloads()
  const flags = makeFlags(LOADED_FLAGS, visitors)
  const text = candidate.write(flags)
  const visitor = visitors.find(({ user }) => user !== null) ?? { user: null, loid: '' }
  const first = await timeLoad(candidate, text, flags, visitor)
  const later: (typeof first)[] = []
  const end = performance.now() + LOAD_BUDGET_MS[effort.size]
  while (
    later.length === 0 ||
    (later.length < Math.min(LOADS, effort.rounds * 2) && performance.now() < end)
  ) {
    later.push(await timeLoad(candidate, text, flags, visitor))
  }
  return {
    characters: text.length,
    firstMs: first.readyMs,
    medianMs: median(later.map(({ readyMs }) => readyMs)),
    allAskedMs: median(later.map(({ allAskedMs }) => allAskedMs)),
  }
}

async function timeLoad(
  candidate: AnyCandidate,
  text: string,
  flags: readonly Flag[],
  visitor: Visitor,
): Promise<{ readyMs: number; allAskedMs: number }> {
  globalThis.gc?.()
  const start = performance.now()
  const contender = await candidate.load(text)
  const readyMs = performance.now() - start
  const answered = askAll(contender, flags, visitor)
  const allAskedMs = performance.now() - start
  await contender.close()
  // About four in ten on/off flags, a quarter of the rollouts and most experiments answer with
  // something.
  if (answered < flags.length / 5)
    throw new Error(`only ${answered} of ${flags.length} loaded flags answered`)
  return { readyMs, allAskedMs }
}

function askAll<Context>(
  contender: Contender<Context>,
  flags: readonly Flag[],
  visitor: Visitor,
): number {
  const context = contender.request(visitor)
  let answered = 0
  for (const { kind, name } of flags) {
    const answer =
      kind === 'experiment' ? contender.variant(context, name) : contender.isEnabled(context, name)
    if (answer) answered++
  }
  return answered
}
