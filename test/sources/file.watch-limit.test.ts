import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { typeScript } from '../support/type-script'

const KIT = resolve(__dirname, '../../scripts/reload-kit.ts')
/**
 * A user namespace of its own has limits of its own, so that nobody else on the machine loses a
 * watch.
 */
const inNamespace = (limit: string, ...command: string[]): [string, string[]] => [
  'unshare',
  ['-Ur', 'sh', '-c', `echo 0 > /proc/sys/user/${limit} && exec "$@"`, 'sh', ...command],
]

const run = (limit: string, ...command: string[]): ReturnType<typeof spawnSync> => {
  const [tool, args] = inNamespace(limit, ...command)
  return spawnSync(tool, args, {
    encoding: 'utf8',
    cwd: join(__dirname, '../..'),
  })
}

const possible = run('max_inotify_watches', 'true').status === 0

describe('a watched file where the system has no watches left (W34)', () => {
  for (const limit of ['max_inotify_watches', 'max_inotify_instances']) {
    const name = `goes on by looking again and again, with one warning: ${limit} 0`
    if (!possible) it.skip(`${name} (not run: no user namespace to be had)`, () => undefined)
    else {
      it(name, () => {
        const { stdout } = run(
          limit,
          process.execPath,
          ...typeScript,
          KIT,
          '--short',
          '--only',
          'W34',
          '--formats',
          'yaml',
        )
        expect(String(stdout)).toMatch(/: 2 passed, 0 failed, 0 not run\n$/)
      })
    }
  }
})
