import { linkSync, renameSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Pattern } from '../pattern'
import { needs, run } from '../shell'
import type { Trial } from '../trial'

type Deploy = (t: Trial, fresh: string) => void | Promise<unknown>

export const tools: readonly Pattern[] = [
  tool('cp', (t, fresh) => run('cp', [fresh, t.path])),
  tool('cp --remove-destination', (t, fresh) => run('cp', ['--remove-destination', fresh, t.path])),
  tool('install', (t, fresh) => run('install', ['-m', '644', fresh, t.path])),
  // By default rsync skips a file with equal size and equal time in whole seconds.
  tool('rsync', (t, fresh) => run('rsync', ['--checksum', fresh, t.path])),
  tool('rsync --inplace', (t, fresh) => run('rsync', ['--checksum', '--inplace', fresh, t.path])),
  tool('tee', (t, fresh) => run('sh', ['-c', 'tee "$1" < "$0" > /dev/null', fresh, t.path])),
  tool('ln and mv', (t, fresh) => {
    linkSync(fresh, `${t.path}.link`)
    renameSync(`${t.path}.link`, t.path)
  }),
  tool('ln -f', (t, fresh) => run('ln', ['-f', fresh, t.path])),
  {
    id: 'W36',
    title: 'git checkout',
    notHere: needs('git'),
    run: async (t) => {
      const git = (...args: string[]): Promise<string> =>
        run('git', ['-c', 'user.name=kit', '-c', 'user.email=kit@localhost', ...args], t.dir)
      await git('init', '-q')
      for (const alpha of [1, 2, 3, 4]) {
        writeFileSync(t.path, t.text({ alpha, beta: 2 }))
        await git('add', basename(t.path))
        await git('commit', '-q', '-m', `v${alpha}`)
        await git('tag', `v${alpha}`)
      }
      await git('checkout', '-q', 'v1')
      await t.open({ alpha: 1, beta: 2 }, { written: true })
      for (const alpha of [2, 4, 3]) {
        await t.change({ alpha, beta: 2 }, async () => {
          await git('checkout', '-q', `v${alpha}`)
        })
      }
    },
  },
]

function tool(title: string, deploy: Deploy, [name = 'sh'] = title.split(' ')): Pattern {
  return {
    id: 'W36',
    title,
    notHere: needs(name),
    run: async (t) => {
      await t.open({ alpha: 1, beta: 2 })
      for (const alpha of [2, 3, 4]) {
        const fresh = join(t.dir, `fresh${alpha}`)
        writeFileSync(fresh, t.text({ alpha, beta: 2 }))
        await t.change({ alpha, beta: 2 }, async () => {
          await deploy(t, fresh)
        })
      }
    },
  }
}
