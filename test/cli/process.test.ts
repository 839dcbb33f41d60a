/** The command as a process: exit codes, pipes and signals, which need a real one. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { scratch } from './captured-terminal'
import { ended, endChildren, firstLine, liveflag, main, result, shell, start } from './spawned'

afterEach(endChildren)

const write = scratch()
const path = write('live.yaml', 'feature_a: on\n')

test('the package has been built, which npm test does first', () => {
  expect(existsSync(main)).toBe(true)
})

describe('exit codes', () => {
  test.each([
    ['a good file', ['check', path], 0],
    ['problems', ['check', '-'], 1],
    ['wrong use', ['check'], 2],
    ['an unknown feature', ['explain', path, 'b'], 1],
    ['a World that does not fit', ['eval', path, '--world', '[]'], 2],
    ['help', ['--help'], 0],
  ])('%s', async (_, args, code) => {
    expect((await liveflag(args, 'feature_a: 5\n')).code).toBe(code)
  })
})

test('on a Node that is too old it says so, before it loads anything else', async () => {
  const old = write(
    'old-node.cjs',
    "Object.defineProperty(process.versions, 'node', { value: '18.20.4' })\nrequire('node:module').prototype.require = ((load) => function (name) {\n  if (name === './program') throw new Error('loaded')\n  return load.call(this, name)\n})(require('node:module').prototype.require)\n",
  )
  expect(await result(start(['check', path], process.execPath, ['--require', old, main]))).toEqual({
    code: 70,
    out: '',
    err: 'liveflag: liveflag needs Node 20 or newer, and this is Node 18.20.4; install a newer one\n',
  })
})

describe('output that cannot be written', () => {
  const onLinux = existsSync('/dev/full') ? test : test.skip

  onLinux.each([
    [`check ${path}`],
    [`check ${path} --json`],
    [`eval ${path} --json`],
    [`explain ${path} a`],
    [`simulate ${path} a`],
    ['schema'],
    ['--help'],
  ])('of %s is lost, so it exits 70 and says so', async (command) => {
    const { code, err } = await shell(`liveflag ${command} > /dev/full`)
    expect({ code, err }).toEqual({
      code: 70,
      err: expect.stringMatching(/^liveflag: the output cannot be written: .*ENOSPC/) as string,
    })
  })
})

describe('a file that cannot be read is a problem without a line', () => {
  test.each([
    ['missing', join(path, '..', 'nowhere.yaml'), 'missing'],
    ['below something that is no directory', join(path, 'inside.yaml'), 'missing'],
  ])('%s', async (_, given, code) => {
    const { code: exit, out, err } = await liveflag(['check', given, '--json'])
    expect({ exit, printed: JSON.parse(out), err }).toEqual({
      exit: 1,
      printed: {
        features: 0,
        problems: [
          {
            feature: null,
            line: null,
            column: null,
            severity: 'error',
            code,
            message: expect.stringContaining(given),
          },
        ],
      },
      err: expect.stringMatching(/^liveflag: .*\n$/),
    })
  })

  test.each([['check'], ['explain', 'a'], ['eval'], ['watch']])(
    '%s says so in one line on stderr',
    async (command, ...more) => {
      expect(await liveflag([command, 'nowhere.yaml', ...more])).toEqual({
        code: 1,
        out: '',
        err: 'liveflag: nowhere.yaml is missing; restore it, or correct the path\n',
      })
    },
  )

  test.each([
    ['the World', ['eval', path, '--world', '@nowhere.json']],
    ['the batch', ['eval', path, '--batch', 'nowhere.ndjson']],
  ])('but %s that cannot be read is wrong use', async (_, args) => {
    expect(await liveflag(args)).toEqual({
      code: 2,
      out: '',
      err: expect.stringMatching(/^liveflag: --\w+: nowhere\.\w+ is missing; .*\n$/),
    })
  })
})

test('a large output is whole, though a pipe takes it piece by piece', async () => {
  const many = Array.from({ length: 5000 }, (_, i) => `feature_n${i}: 5\n`).join('')
  const { code, out } = await liveflag(['check', '-', '--json'], many)
  expect({ code, problems: JSON.parse(out).problems.length }).toEqual({ code: 1, problems: 5000 })
})

describe('a batch', () => {
  test('answers a line while the next is still to come', async () => {
    const child = start(['eval', path, '--batch', '-'])
    child.stdin.write('{"feature": "a"}\n')
    expect(JSON.parse(await firstLine(child))).toEqual(
      expect.objectContaining({ feature: 'a', enabled: true }),
    )
    child.stdin.end()
    expect(await ended(child)).toBe(0)
  })

  test('ends quietly when nobody reads its answers any more', async () => {
    const child = start(['eval', path, '--batch', '-'])
    child.stdin.write('{"feature": "a"}\n')
    await firstLine(child)
    child.stdout.destroy()
    child.stdin.end('{"feature": "a"}\n'.repeat(100_000))
    expect({ err: await text(child.stderr), code: await ended(child) }).toEqual({
      err: '',
      code: 0,
    })
  })
})

describe('watch', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('ends with exit code 0 on %s', async (signal) => {
    const child = start(['watch', path])
    await firstLine(child)
    child.kill(signal)
    expect({ err: await text(child.stderr), code: await ended(child) }).toEqual({
      err: '',
      code: 0,
    })
  })

  test('waits for a file that is not there yet, and can be interrupted meanwhile', async () => {
    const child = start(['watch', 'nowhere.yaml', '--wait'])
    expect(await firstLine(child)).toMatch(/ WAITING {2}nowhere\.yaml is missing; /)
    child.kill('SIGTERM')
    expect(await ended(child)).toBe(0)
  })

  test('ends with exit code 0 when nobody reads its output any more', async () => {
    const live = write('watched.yaml', 'feature_a: on\n')
    const child = start(['watch', live, '--json'])
    await firstLine(child)
    child.stdout.destroy()
    write('watched.yaml', 'feature_a: off\n')
    expect({ err: await text(child.stderr), code: await ended(child) }).toEqual({
      err: '',
      code: 0,
    })
  })
})

test('check comes to its exit code though nobody reads its output', async () => {
  const child = start(['check', '-'])
  child.stdout.destroy()
  child.stdin.end('feature_a: 5\n'.repeat(5000))
  expect({ err: await text(child.stderr), code: await ended(child) }).toEqual({ err: '', code: 1 })
})

test('an output that cannot be written is an error', async () => {
  if (!existsSync('/dev/full')) return
  const child = spawn('sh', ['-c', `"${process.execPath}" "${main}" schema > /dev/full`])
  expect({ err: await text(child.stderr), code: await ended(child) }).toEqual({
    err: expect.stringMatching(/^liveflag: the output cannot be written: /),
    code: 70,
  })
})
