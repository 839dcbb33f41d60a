import { mkdirSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Pattern } from '../pattern'
import { replaceFile } from '../files'
import { pause } from '../wait'

export const renames: readonly Pattern[] = [
  {
    id: 'W2',
    title: 'rename into place',
    run: async (t) => {
      await t.open({ alpha: 1, beta: 2 })
      for (const alpha of [2, 3, 4])
        await t.change({ alpha, beta: 2 }, (text) => replaceFile(t.path, text))
    },
  },
  {
    id: 'W3',
    title: 'rename from another directory of the same file system',
    run: async (t) => {
      const staging = join(t.dir, 'staging')
      mkdirSync(staging)
      await t.open({ alpha: 1, beta: 2 })
      for (const alpha of [2, 3, 4]) {
        await t.change({ alpha, beta: 2 }, (text) => {
          writeFileSync(join(staging, 'new'), text)
          renameSync(join(staging, 'new'), t.path)
        })
      }
    },
  },
  {
    id: 'W6',
    title: 'delete, then restore within the grace time',
    run: async (t) => {
      await t.open({ alpha: 1, beta: 2 })
      for (const alpha of [2, 3, 4]) {
        await t.change({ alpha, beta: 2 }, async (text) => {
          unlinkSync(t.path)
          await pause(50)
          writeFileSync(t.path, text)
        })
      }
    },
  },
  {
    id: 'W7',
    title: 'delete, restore after the grace time',
    run: async (t) => {
      await t.open({ alpha: 1, beta: 2 })
      for (const alpha of [2, 2, 3]) {
        await t.refused(() => unlinkSync(t.path), {
          code: 'missing',
          reads: 'no',
          withinMs: t.limitMs + 1500,
        })
        const { ageMs } = t.status() ?? { ageMs: 0 }
        // Longer than the poll interval: a check must not make a missing file any fresher.
        const grown = ageMs + t.setting.pollMs + 100
        await t.wait(
          'I6: the age grows while the file is missing',
          () => (t.status()?.ageMs ?? grown) >= grown,
          grown + 1000,
        )
        await t.change({ alpha, beta: 2 }, (text) => writeFileSync(t.path, text))
      }
    },
  },
]
