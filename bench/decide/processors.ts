/** Who had the processors meanwhile, as Linux counts it: 1 is one processor, all the time. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'

export interface Processors {
  readonly main: number
  /** Threads of this process besides: the one that writes, the garbage collector's, zlib's. */
  readonly threads: number
  /** Processes that this one started: the database. */
  readonly database: number
}

/** Call it at the start of what is measured; what it returns says what has been had since. */
export function watchProcessors(): () => Processors | undefined {
  if (!existsSync('/proc/self/schedstat')) return () => undefined
  const [begun, before] = [performance.now(), counted()]
  return () => {
    const nanoseconds = (performance.now() - begun) * 1e6
    const after = counted()
    const share = (key: keyof Processors): number => (after[key] - before[key]) / nanoseconds
    return { main: share('main'), threads: share('threads'), database: share('database') }
  }
}

function counted(): Processors {
  const own = nanosecondsOf(process.pid)
  const main = ranFor(`/proc/self/task/${process.pid}/schedstat`)
  const database = childrenOf(process.pid).reduce((sum, pid) => sum + nanosecondsOf(pid), 0)
  return { main, threads: own - main, database }
}

/** Of all threads of a process; 0 when it has ended. */
function nanosecondsOf(pid: number): number {
  const folder = `/proc/${pid}/task`
  if (!existsSync(folder)) return 0
  return readdirSync(folder).reduce((sum, task) => sum + ranFor(`${folder}/${task}/schedstat`), 0)
}

function ranFor(path: string): number {
  try {
    return Number(readFileSync(path, 'utf8').split(' ')[0])
  } catch {
    // The thread has ended since its folder was read.
    return 0
  }
}

function childrenOf(pid: number): readonly number[] {
  const folder = `/proc/${pid}/task`
  if (!existsSync(folder)) return []
  const children = readdirSync(folder).flatMap((task) => {
    try {
      return readFileSync(`${folder}/${task}/children`, 'utf8').trim().split(' ').filter(Boolean)
    } catch {
      return []
    }
  })
  return children.flatMap((child) => [Number(child), ...childrenOf(Number(child))])
}
