/**
 * What a path may lead to: whatever it is, the command comes to an end by itself, with one line
 * that says why.
 */
import { execFileSync } from 'node:child_process'
import { symlinkSync, truncateSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { scratch } from './captured-terminal'
import { ended, endChildren, firstLine, liveflag, shell, start } from './spawned'

const isPosix = process.platform !== 'win32'
if (!isPosix)
  console.warn(
    'cli input: named pipes and devices are not tested on Windows, which has no such paths',
  )
const onPosix = isPosix ? describe : describe.skip

const write = scratch()
const path = write('live.yaml', 'feature_a: on\n')
const inFolder = (name: string): string => join(dirname(path), name)

afterEach(endChildren)

onPosix('what is no regular file', () => {
  const pipe = inFolder('pipe.yaml')
  const link = inFolder('link.yaml')
  const loop = inFolder('loop.yaml')
  const huge = write('huge.yaml', '')

  beforeAll(() => {
    execFileSync('mkfifo', [pipe])
    symlinkSync(pipe, link)
    symlinkSync(loop, loop)
    // Takes no room on the disk.
    truncateSync(huge, 200 * 1024 * 1024)
  })

  const OTHERS: readonly [what: string, path: string, why: string][] = [
    ['a named pipe', pipe, 'is a named pipe, not a regular file'],
    ['a link to a named pipe', link, 'is a named pipe, not a regular file'],
    ['a device without an end', '/dev/zero', 'is a device, not a regular file'],
    ['a link to itself', loop, 'its symbolic links form a loop (ELOOP)'],
    ['nothing', inFolder('nowhere.yaml'), 'is missing'],
  ]
  /**
   * Where a live config is asked for, a directory of them may stand as well; see
   * test/cli/directory.test.ts.
   */
  const DIRECTORY: (typeof OTHERS)[number] = [
    'a directory',
    dirname(path),
    'is a directory, not a regular file',
  ]
  const TOO_MUCH: (typeof OTHERS)[number] = [
    'a file without measure',
    huge,
    'the hard limit, so it was not read',
  ]

  test.each([...OTHERS, TOO_MUCH])(
    '%s is said to be that, by check and by eval',
    async (_, given, why) => {
      const line = { code: 1, out: '', err: expect.stringMatching(/^liveflag: [^\n]*\n$/) }
      const found = [await liveflag(['check', given]), await liveflag(['eval', given])]
      expect(found).toEqual([line, line])
      for (const { err } of found) expect(err).toContain(why)
    },
  )

  test.each([...OTHERS, DIRECTORY, TOO_MUCH])('%s is no World', async (_, given, why) => {
    const { code, out, err } = await liveflag(['eval', path, '--world', `@${given}`])
    expect({ code, out, err }).toEqual({
      code: 2,
      out: '',
      err: expect.stringMatching(/^liveflag: --world: [^\n]*\n$/),
    })
    expect(err).toContain(why)
  })

  test.each([...OTHERS, DIRECTORY])('%s is no batch', async (_, given, why) => {
    const { code, out, err } = await liveflag(['eval', path, '--batch', given])
    expect({ code, out, err }).toEqual({
      code: 2,
      out: '',
      err: expect.stringMatching(/^liveflag: --batch: [^\n]*\n$/),
    })
    expect(err).toContain(why)
  })

  test('check --json prints its problem, and the line on stderr all the same', async () => {
    const { code, out, err } = await liveflag(['check', pipe, '--json'])
    expect({ code, problems: JSON.parse(out).problems, err }).toEqual({
      code: 1,
      problems: [expect.objectContaining({ code: 'not-a-file', severity: 'error', line: null })],
      err: expect.stringMatching(/^liveflag: .*is a named pipe.*\n$/),
    })
  })

  test('a named pipe cannot be watched', async () => {
    expect(await liveflag(['watch', pipe])).toEqual({
      code: 1,
      out: '',
      err: expect.stringContaining('is a named pipe'),
    })
  })

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'a watch that waits for a named pipe to be replaced ends on %s',
    async (signal) => {
      const child = start(['watch', pipe, '--wait'])
      expect(await firstLine(child)).toMatch(/ WAITING {2}.* is a named pipe, /)
      child.kill(signal)
      expect(await ended(child)).toBe(0)
    },
  )

  test('a stdin without an end is refused once it is larger than any live config', async () => {
    expect(await shell('liveflag check - < /dev/zero')).toEqual({
      code: 1,
      out: '',
      err: expect.stringMatching(/^liveflag: stdin has more than 100 MiB, .*\n$/),
    })
  })

  test('a file that cannot be read, though it is there, is said to be that', async () => {
    if (process.platform !== 'linux') return
    expect(await liveflag(['check', '/proc/self/mem'])).toEqual({
      code: 1,
      out: '',
      err: expect.stringMatching(/^liveflag: \/proc\/self\/mem cannot be read: .*\n$/),
    })
  })
})

onPosix('what the shell has opened is read', () => {
  test.each([
    ['a live config', `liveflag eval <(echo 'feature_a: on') a --json`],
    ['a World', `liveflag eval "${path}" a --json --world @<(echo '{}')`],
    ['a batch', `liveflag eval "${path}" --batch <(echo '{"feature": "a"}')`],
    ['/dev/stdin', `echo 'feature_a: on' | liveflag eval /dev/stdin a --json`],
  ])('%s', async (_, line) => {
    const { code, out, err } = await shell(line)
    expect({ code, err, isOn: out.includes('true') }).toEqual({ code: 0, err: '', isOn: true })
  })
})
