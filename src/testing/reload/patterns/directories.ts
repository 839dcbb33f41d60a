import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Pattern } from '../pattern'
import type { Trial } from '../trial'
import { pause } from '../wait'

/** The watched directory itself is removed or replaced. */
export const directories: readonly Pattern[] = [
  {
    id: 'W32',
    title: 'directory renamed away and made anew',
    run: async (t) => {
      const name = await inConf(t, 'conf')
      for (const alpha of [2, 3, 4]) {
        const old = join(t.dir, `old${alpha}`)
        await t.change({ alpha, beta: 2 }, (text) => {
          renameSync(join(t.dir, 'conf'), old)
          mkdirSync(join(t.dir, 'conf'))
          writeFileSync(t.path, text)
        })
        // The old directory must no longer be watched.
        writeFileSync(join(old, name), t.text({ alpha: 99 }))
        await t.change({ alpha, beta: 3 }, (text) => writeFileSync(t.path, text))
      }
    },
  },
  {
    id: 'W32',
    title: 'directory removed and made anew',
    run: async (t) => {
      await inConf(t, 'conf')
      for (const alpha of [2, 3, 4]) {
        await t.change({ alpha, beta: 2 }, async (text) => {
          rmSync(join(t.dir, 'conf'), { recursive: true })
          if (alpha > 2) await pause(30)
          mkdirSync(join(t.dir, 'conf'))
          writeFileSync(t.path, text)
        })
        await t.change({ alpha, beta: 3 }, (text) => writeFileSync(t.path, text))
      }
    },
  },
  {
    id: 'W32',
    title: 'parent directory replaced',
    watching: ['events+poll', 'poll'],
    run: async (t) => {
      await inConf(t, 'parent/conf')
      // Nothing changes in the file's own directory, so changes above it must not matter.
      t.expectNoEvents()
      for (const alpha of [2, 3, 4]) {
        const replace = (text: string): void => {
          renameSync(join(t.dir, 'parent'), join(t.dir, `old${alpha}`))
          mkdirSync(join(t.dir, 'parent/conf'), { recursive: true })
          writeFileSync(t.path, text)
        }
        await t.change({ alpha, beta: 2 }, replace)
        await t.change({ alpha, beta: 3 }, (text) => writeFileSync(t.path, text))
      }
    },
  },
]

async function inConf(t: Trial, folder: string): Promise<string> {
  const name = basename(t.path)
  mkdirSync(join(t.dir, folder), { recursive: true })
  t.path = join(t.dir, folder, name)
  await t.open({ alpha: 1, beta: 2 })
  return name
}
