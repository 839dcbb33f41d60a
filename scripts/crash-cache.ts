// `node -r ./scripts/register-typescript.js scripts/crash-cache.ts [--kills 200] [--at-once 2]`
// Kills processes that write one last good, at random moments, and reads it after every kill: it
// must always be whole.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { CacheFile } from '../src/sources/remote/cache-file'

const URL_OF_ALL = 'https://flags.example.com/live.json'

/** Of sizes from one block to many, so that a kill finds a write at every stage. */
const textOf = (n: number): string =>
  JSON.stringify({
    [`feature_${n}`]: 'on',
    'x-filler': String(n % 10).repeat((n % 7) ** 2 * 20_000),
  })

const lastGoodAt = (path: string): CacheFile =>
  new CacheFile(path, new URL(URL_OF_ALL).href, URL_OF_ALL)

export interface Crashes {
  readonly kills: number
  /** Reads of a whole last good after a kill. */
  readonly whole: number
  /** What was wrong with the others. */
  readonly broken: readonly string[]
  /** Different texts that were found: kills did happen between writes of different contents. */
  readonly texts: number
}

/**
 * `atOnce` processes write the same file all the time; whenever one has written, it is killed soon
 * after and replaced.
 */
export async function crash(kills: number, atOnce: number): Promise<Crashes> {
  const dir = mkdtempSync(join(tmpdir(), 'liveflag-crash-'))
  const path = join(dir, 'flags.json')
  const broken: string[] = []
  const texts = new Set<string>()
  let left = kills
  const writeAndKill = async (): Promise<void> => {
    while (left-- > 0) {
      const writer = start(path)
      await hasWritten(writer)
      await dead(writer, Math.random() * 20)
      const found = await lastGoodAt(path).read()
      if (
        found.kind === 'good' &&
        Object.keys(JSON.parse(found.lastGood.text) as object).length === 2
      )
        texts.add(found.lastGood.text)
      else broken.push(found.kind === 'bad' ? found.reason : found.kind)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, writeAndKill))
  rmSync(dir, { recursive: true, force: true })
  return { kills, whole: kills - broken.length, broken, texts: texts.size }
}

function start(path: string): ChildProcess {
  const root = resolve(__dirname, '..')
  const compilerOptions = JSON.stringify({
    module: 'commonjs',
    moduleResolution: 'node10',
    ignoreDeprecations: '5.0',
  })
  return spawn(
    process.execPath,
    ['-r', './scripts/register-typescript.js', __filename, '--write', path],
    {
      cwd: root,
      env: {
        ...process.env,
        TS_NODE_PROJECT: 'tsconfig.json',
        TS_NODE_COMPILER_OPTIONS: compilerOptions,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
}

const hasWritten = (writer: ChildProcess): Promise<void> =>
  new Promise((wrote, failed) => {
    writer.stdout?.once('data', () => wrote())
    writer.once('exit', (code) => failed(new Error(`the writer ended by itself with ${code}`)))
  })

const dead = (writer: ChildProcess, afterMs: number): Promise<void> =>
  new Promise((done) => {
    writer.removeAllListeners('exit')
    writer.once('exit', () => done())
    setTimeout(() => writer.kill('SIGKILL'), afterMs)
  })

async function writeForEver(path: string): Promise<void> {
  const lastGood = lastGoodAt(path)
  for (let n = process.pid; ; n++) {
    await lastGood.write(textOf(n), `"${n}"`, Date.now())
    if (n === process.pid) process.stdout.write('written\n')
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      write: { type: 'string' },
      kills: { type: 'string', default: '200' },
      'at-once': { type: 'string', default: '2' },
    },
  })
  if (values.write !== undefined) return writeForEver(values.write)
  const { kills, whole, broken, texts } = await crash(
    Number(values.kills),
    Number(values['at-once']),
  )
  console.log(
    `${kills} kills: ${whole} times whole, ${broken.length} times broken; ${texts} different contents were found`,
  )
  for (const reason of broken) console.error(reason)
  if (broken.length > 0) process.exitCode = 1
}

if (require.main === module) void main()
