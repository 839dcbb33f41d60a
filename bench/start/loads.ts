/** What a process pays for each way into the package, once. */
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const root = join(__dirname, '../..')
const run = promisify(execFile)

export interface Load {
  /** Milliseconds by the clock, and of the processor. */
  readonly ms: number
  readonly processorMs: number
  /** Kilobytes of the heap after a collection, and of the whole process. */
  readonly heapKb: number
  readonly residentKb: number
  readonly files: number
}

export const WAYS = ['require', 'import'] as const
export type Way = (typeof WAYS)[number]

/** What `exports` of package.json lets users load, patterns written out. */
export function subpaths(): readonly string[] {
  const text = readFileSync(join(root, 'package.json'), 'utf8')
  const { exports } = JSON.parse(text) as { exports: Record<string, unknown> }
  const closed = Object.keys(exports).filter((key) => exports[key] === null)
  const isClosed = (key: string): boolean =>
    closed.some((one) => (one.endsWith('*') ? key.startsWith(one.slice(0, -1)) : key === one))
  return Object.entries(exports)
    .flatMap(([key, target]) => {
      const code: unknown = Reflect.get(Object(target) as object, 'default')
      // Vitest's setup file runs within Vitest alone.
      if (typeof code !== 'string' || !code.endsWith('.js')) return []
      return key.includes('*') ? namesIn(code).map((name) => key.replace('*', name)) : [key]
    })
    .filter((key) => !isClosed(key))
    .map((key) => `liveflag${key.slice(1)}`)
}

function namesIn(pattern: string): readonly string[] {
  const folder = join(root, pattern.slice(0, pattern.indexOf('*')))
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.js'))
    .map((name) => name.slice(0, -'.js'.length))
}

/** Runs in a process of its own. Node's own start is not counted. */
const script = (load: string): string => `
  const { createRequire } = await import('node:module')
  const load = createRequire(process.argv[1])
  const memory = () => (gc(), process.memoryUsage())
  const before = memory()
  const processor = process.cpuUsage()
  const start = performance.now()
  ${load}
  const ms = performance.now() - start
  const used = process.cpuUsage(processor)
  const after = memory()
  console.log(JSON.stringify({
    ms,
    processorMs: (used.user + used.system) / 1000,
    heapKb: (after.heapUsed - before.heapUsed) / 1024,
    residentKb: (after.rss - before.rss) / 1024,
    files: Object.keys(load.cache).length,
  }))`

const LOADS: Readonly<Record<Way, (name: string) => string>> = {
  require: (name) => `load(${JSON.stringify(name)})`,
  import: (name) => `await import(${JSON.stringify(name)})`,
}

/** One load in a new process. */
export async function loaded(way: Way, name: string): Promise<Load> {
  const code = script(LOADS[way](name))
  const args = ['--expose-gc', '--input-type=module', '-e', code, join(root, 'package.json')]
  const { stdout } = await run(process.execPath, args, { cwd: root })
  return JSON.parse(stdout) as Load
}
