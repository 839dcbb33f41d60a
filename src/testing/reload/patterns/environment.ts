import { mkdirSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Pattern } from '../pattern'
import { run } from '../shell'
import { replaceFile } from '../files'

export const environment: readonly Pattern[] = [
  {
    id: 'W33',
    title: 'read-only file system, changed from outside',
    notHere: (scale) => {
      if (scale === 'short') return 'it mounts a file system, which is left to a full run'
      return process.getuid?.() === 0 ? undefined : 'mounting a file system takes the superuser'
    },
    alone: true,
    run: async (t) => {
      const [outside, inside] = [join(t.dir, 'outside'), join(t.dir, 'inside')]
      const source = join(outside, basename(t.path))
      mkdirSync(outside)
      mkdirSync(inside)
      writeFileSync(source, t.text({ alpha: 1, beta: 2 }))
      await run('mount', ['--bind', outside, inside])
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
        // A read that was running at close may keep its file open for a moment, and so keep a mount
        // busy.
        await run('umount', ['-l', inside])
      }
    },
  },
  {
    id: 'W34',
    title: 'no watches left',
    notHere: () =>
      watchesAreExhausted()
        ? undefined
        : 'this system has watches left; test/sources/file.watch-limit.test.ts takes them away',
    watching: ['events+poll', 'events'],
    run: async (t) => {
      t.expectNoEvents()
      await t.open({ alpha: 1, beta: 2 })
      const codes = t.status()?.problems.map(({ code }) => code)
      t.check(
        codes === undefined || codes.join() === 'watch-limit',
        `I7: wanted one watch-limit, saw ${codes?.join()}`,
      )
      for (const alpha of [2, 3, 4]) {
        await t.change({ alpha, beta: 2 }, (text) => writeFileSync(t.path, text))
      }
    },
  },
]

function watchesAreExhausted(): boolean {
  try {
    watch(tmpdir()).close()
    return false
  } catch {
    return true
  }
}
