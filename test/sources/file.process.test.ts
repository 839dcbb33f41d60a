import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { eventually } from '../support/eventually'
import { tempDir } from '../support/temp-dir'
import { typeScript } from '../support/type-script'

const PROGRAM = resolve(__dirname, '../support/file-process.ts')

function fileWith(text: string): string {
  const path = join(tempDir(), 'flags.yaml')
  writeFileSync(path, text)
  return path
}

function start(...args: string[]): {
  child: ChildProcess
  said: () => string
  ended: () => number | null
} {
  const child = spawn(process.execPath, [...typeScript, PROGRAM, ...args], {})
  let said = ''
  child.stdout.on('data', (chunk) => (said += String(chunk)))
  child.stderr.on('data', (chunk) => (said += String(chunk)))
  return { child, said: () => said, ended: () => child.exitCode }
}

describe('a watched file and the life of its process', () => {
  it('keeps no process alive, and lets it end well', async () => {
    const { said, ended } = start(fileWith('one'))
    await eventually('the end', () => ended() !== null, 15_000)
    expect([said(), ended()]).toEqual(['one\n', 0])
  })

  it('keeps it alive when asked to', async () => {
    const path = fileWith('one')
    const { child, said, ended } = start(path, 'keep')
    await eventually('the first content', () => said() === 'one\n', 15_000)
    writeFileSync(path, 'two')
    await eventually('the second content', () => said() === 'one\ntwo\n')
    expect(ended()).toBeNull()
    child.kill()
  })

  it('is watched by a worker thread on its own', async () => {
    const path = fileWith('one')
    const worker = new Worker(
      `require(${JSON.stringify(typeScript[1])}); require(${JSON.stringify(PROGRAM)})`,
      {
        eval: true,
        argv: [path, 'keep'],
      },
    )
    const said: unknown[] = []
    worker.on('message', (text) => said.push(text))
    await eventually('the first content', () => said.includes('one'), 15_000)
    writeFileSync(path, 'two')
    await eventually('the second content', () => said.includes('two'))
    await worker.terminate()
  })

  it.each([
    ['the file', ''],
    ['its directory', '/..'],
  ])('is read where the process may read %s and nothing above it', (_what, from) => {
    const path = fileWith('feature_a: on\n')
    const flag = ['--permission', '--experimental-permission'].find((name) =>
      process.allowedNodeEnvironmentFlags.has(name),
    )
    const code = `const { openFeatures, file } = require(${JSON.stringify(resolve('dist'))})
      openFeatures({ source: file(${JSON.stringify(path)}) }).then(async (features) => {
        console.log(features.isEnabled('a'), features.snapshot.problems.length)
        await features.close()
      })`
    const allowed = [resolve('dist', '*'), resolve('node_modules', '*'), resolve('package.json')]
    const readable = [...allowed, from === '' ? path : join(path, from, '*')]
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [flag ?? '', '--no-warnings', ...readable.map((one) => `--allow-fs-read=${one}`), '-e', code],
      { encoding: 'utf8' },
    )
    expect([stderr, stdout]).toEqual(['', 'true 0\n'])
  })
})
