import { mkdirSync, watch, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Pattern } from '../pattern'
import { run } from '../shell'
import { NotRun, replaceFile } from '../trial'

export const environment: readonly Pattern[] = [
  {
    id: 'W33',
    title: 'read-only file system, changed from outside',
    alone: true,
    run: async (t) => {
      if (t.setting.scale === 'short') throw new NotRun('it mounts a file system, which is left to a full run')
      if (process.getuid?.() !== 0) throw new NotRun('mounting a file system takes the superuser')
      const [outside, inside] = [join(t.dir, 'outside'), join(t.dir, 'inside')]
      const source = join(outside, basename(t.path))
      mkdirSync(outside)
      mkdirSync(inside)
      writeFileSync(source, t.text({ alpha: 1, beta: 2 }))
      await run('mount', ['--bind', outside, inside]).catch((error: unknown) => { throw new NotRun(String(error)) })
      try {
        await run('mount', ['-o', 'remount,ro,bind', inside])
        t.path = join(inside, basename(t.path))
        await t.open({ alpha: 1, beta: 2 }, { written: true })
        for (const alpha of [2, 3, 4]) {
          await t.change({ alpha, beta: 2 }, (text) => writeFileSync(source, text))
          await t.change({ alpha, beta: 3 }, (text) => replaceFile(source, text))
        }
        await t.checkEvents()
      } finally {
        await t.close()
        await run('umount', [inside])
      }
    },
  },
  {
    id: 'W34',
    title: 'no watches left',
    watching: ['events+poll', 'events'],
    run: async (t) => {
      if (!watchesAreExhausted(t.dir)) throw new NotRun('this system has watches left; run the kit where user.max_inotify_watches is 0')
      await t.open({ alpha: 1, beta: 2 })
      const codes = t.status()?.problems.map(({ code }) => code)
      t.check(codes === undefined || codes.join() === 'watch-limit', `I7: wanted one watch-limit, saw ${codes?.join()}`)
      for (const alpha of [2, 3, 4]) {
        await t.change({ alpha, beta: 2 }, (text) => writeFileSync(t.path, text), { withinMs: 2000 + t.setting.pollMs })
      }
    },
  },
]

function watchesAreExhausted(dir: string): boolean {
  try {
    watch(dir).close()
    return false
  } catch {
    return true
  }
}
