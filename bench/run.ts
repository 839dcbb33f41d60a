import { fork } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CONTENDERS } from './contender'
import { FIRST_CONTENDERS, type First } from './first'
import { report } from './report'
import type { Results } from './report'
import type { Reload } from './reload'
import type { Garbage, Load, Speed } from './tasks'

const USAGE = `npm run bench -- [options]
  --quick          short rounds, 40 seconds in all; prints, writes nothing
  --only A,B       these contenders besides the hand-written \`if\`: ${CONTENDERS.join(', ')}
  -h, --help       this text
`

interface Options {
  readonly quick: boolean
  readonly contenders: readonly string[]
}

function optionsFrom(args: readonly string[]): Options {
  const at = args.indexOf('--only')
  const only = at < 0 ? [...CONTENDERS] : (args[at + 1] ?? '').split(',')
  const unknown = [
    ...args.filter((arg, i) => !['--quick', '--only'].includes(arg) && (at < 0 || i !== at + 1)),
    ...only.filter((name) => !CONTENDERS.some((contender) => contender === name)),
  ]
  if (unknown.length > 0) {
    const askedForHelp = args.some((arg) => arg === '-h' || arg === '--help')
    process[askedForHelp ? 'stdout' : 'stderr'].write(
      askedForHelp ? USAGE : `bench: what is "${unknown[0]}"?\n${USAGE}`,
    )
    process.exit(askedForHelp ? 0 : 2)
  }
  return {
    quick: args.includes('--quick'),
    contenders: CONTENDERS.filter((name, i) => i === 0 || only.includes(name)),
  }
}

/**
 * What a task needs of V8: `garbage` a young generation so large that nothing is collected while it
 * counts.
 */
const FLAGS: Readonly<Record<string, readonly string[]>> = {
  garbage: ['--expose-gc', '--min-semi-space-size=128', '--max-semi-space-size=256'],
  load: ['--expose-gc'],
  first: ['--expose-gc', '--min-semi-space-size=16', '--max-semi-space-size=128'],
}

/** Runs one task in a process of its own; the next starts when it is over. */
function inChild<T>(task: string, contender: string, quick: boolean): Promise<T> {
  process.stderr.write(`${task}: ${contender}\n`)
  const child = fork(join(__dirname, 'child.ts'), [task, contender, quick ? 'quick' : 'full'], {
    execArgv: [...process.execArgv, ...(FLAGS[task] ?? [])],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  return new Promise((resolve, reject) => {
    let result: { readonly value: T } | undefined
    child.on('message', (value) => (result = { value: value as T }))
    child.on('error', reject)
    child.on('exit', (code) =>
      result === undefined
        ? reject(new Error(`${task} of ${contender} failed (${code})`))
        : resolve(result.value),
    )
  })
}

async function measureAll({ quick, contenders }: Options): Promise<Results> {
  const started = performance.now()
  const each = async <T>(task: string, names: readonly string[]): Promise<Record<string, T>> => {
    const results: Record<string, T> = {}
    for (const name of names) results[name] = await inChild<T>(task, name, quick)
    return results
  }
  const speed = await each<Speed>('speed', contenders)
  // The 1x again after all the others: shows whether the machine held still.
  const again = await inChild<Speed>('speed', contenders[0] ?? '', quick)
  const garbage = await each<Garbage>('garbage', contenders)
  const load = await each<Load>('load', contenders)
  const first = await each<First>(
    'first',
    FIRST_CONTENDERS.filter((name, i) => i === 0 || contenders.some((other) => other === name)),
  )
  const reload = contenders.includes('liveflag')
    ? await inChild<Reload>('reload', 'liveflag', quick)
    : undefined
  return {
    quick,
    contenders,
    speed,
    again,
    garbage,
    load,
    first,
    reload,
    seconds: (performance.now() - started) / 1000,
  }
}

async function main(): Promise<void> {
  const options = optionsFrom(process.argv.slice(2))
  const text = report(await measureAll(options))
  process.stdout.write(text)
  if (options.quick || options.contenders.length < CONTENDERS.length) return
  writeFileSync(join(__dirname, 'results.md'), text)
  process.stderr.write('written to bench/results.md\n')
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? `bench: ${error.message}` : error)
  process.exit(1)
})
