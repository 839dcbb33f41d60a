import { FULL, median, QUICK, timeRound, timeWork, type Work } from '../measure'
import { isSide, type Side, SIDES, type SideName } from './contenders'
import { asked, nameOf, page, payloadOf, people, WORKLOADS } from './workloads'

/** What one side told of itself. */
export interface Told {
  /** Nanoseconds for one question, or for one page; one number a round. */
  readonly rounds: Readonly<Record<string, readonly number[]>>
  /** Milliseconds from text to ready, warm. */
  readonly loadMs: number
  /** The same, and every feature asked once. */
  readonly allAskedMs: number
  /** Of all answers to the same questions: equal for two sides that answer alike. */
  readonly answers: string
}

const REQUESTS = 50
const LOADS = 15
/** Features of each kind in the payload that loading is timed with: 10,000 in all. */
const LOADED_EACH = Math.ceil(10_000 / WORKLOADS.length)

/** New requests, each asked each of its features for the first time. */
function workOf(
  side: Side<unknown>,
  names: readonly string[],
  perPage: boolean,
): Work<readonly unknown[]> {
  let at = 0
  const some = (): readonly (typeof people)[number][] => {
    const from = at
    at = (at + REQUESTS) % people.length
    return people.slice(from, from + REQUESTS)
  }
  const ask = (request: unknown): number => {
    let sum = 0
    for (const name of names) if (side.value(request, name)) sum++
    return sum
  }
  if (perPage)
    return {
      questions: REQUESTS,
      prepare: some,
      run: (them) =>
        (them as typeof people).reduce((sum, person) => sum + ask(side.request(person)), 0),
    }
  return {
    questions: REQUESTS * names.length,
    prepare: () => some().map((person) => side.request(person)),
    run: (requests) => requests.reduce<number>((sum, request) => sum + ask(request), 0),
  }
}

/** Every kind of feature, of a few hundred people, as one text. */
function answersOf(side: Side<unknown>): string {
  const names = WORKLOADS.flatMap((kind) => [0, 1, 2, 3].map((i) => nameOf(kind, i)))
  return JSON.stringify(
    people.slice(0, 500).map((person) => {
      const request = side.request(person)
      return names.map((name) => side.value(request, name))
    }),
  )
}

async function timeLoads(name: SideName): Promise<Pick<Told, 'loadMs' | 'allAskedMs'>> {
  const payload = payloadOf(LOADED_EACH)
  const text = JSON.stringify(payload)
  const names = Object.keys(payload['features'] as object)
  const times: { loadMs: number; allAskedMs: number }[] = []
  for (let i = 0; i < LOADS; i++) {
    globalThis.gc?.()
    const start = performance.now()
    const side = await SIDES[name](text)
    const loadMs = performance.now() - start
    const request = side.request(people[0] ?? { id: 'u', attributes: {} })
    for (const feature of names) side.value(request, feature)
    times.push({ loadMs, allAskedMs: performance.now() - start })
    await side.close()
  }
  return {
    loadMs: median(times.map(({ loadMs }) => loadMs)),
    allAskedMs: median(times.map(({ allAskedMs }) => allAskedMs)),
  }
}

async function main([name, size]: readonly (string | undefined)[]): Promise<Told> {
  if (!isSide(name)) throw new Error(`no side is called ${name}`)
  const effort = size === 'quick' ? QUICK : FULL
  const side = await SIDES[name](JSON.stringify(payloadOf()))
  const answers = answersOf(side)
  const works = new Map<string, Work<never>>([
    ...WORKLOADS.map((kind): [string, Work<never>] => [
      kind,
      workOf(side, asked(kind), false) as Work<never>,
    ]),
    ['page of 50', workOf(side, page, true) as Work<never>],
  ])
  const checksum = { total: 0 }
  // All of it is warmed up before any is measured, so that no code is shaped by a single workload.
  for (let pass = 0; pass < 2; pass++)
    for (const work of works.values()) timeRound(work, effort.warmUpMs, checksum)
  const rounds = Object.fromEntries(
    [...works].map(([kind, work]) => [kind, timeWork(work, effort, checksum)]),
  )
  await side.close()
  return { rounds, ...(await timeLoads(name)), answers }
}

main(process.argv.slice(2)).then(
  (told) => process.send?.(told, () => process.exit(0)),
  (error: unknown) => {
    console.error(error)
    process.exit(1)
  },
)
