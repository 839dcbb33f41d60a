import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Pattern } from '../pattern'
import type { Trial } from '../trial'

export const several: readonly Pattern[] = [
  {
    id: 'W37',
    title: 'two files changed together',
    run: async (t) => {
      const [first, second] = await openTwo(t)
      for (const n of [3, 4, 5]) {
        await t.change({ alpha: n, beta: n }, () => {
          writeFileSync(first, t.text({ alpha: n }))
          writeFileSync(second, t.text({ beta: n }))
        })
        await t.checkEvents()
      }
    },
  },
  {
    id: 'W37',
    title: 'two files, one bad and one good',
    run: async (t) => {
      const [first, second] = await openTwo(t)
      for (const n of [3, 4, 5]) {
        await t.refused(
          () => writeFileSync(second, t.setting.adapter.dialect.broken(t.format).text),
          { code: 'syntax', reads: 'yes' },
        )
        await t.change(
          { alpha: n, beta: n - 1 },
          () => writeFileSync(first, t.text({ alpha: n })),
          { flawed: true, stale: true },
        )
        await t.change({ alpha: n, beta: n }, () => writeFileSync(second, t.text({ beta: n })))
      }
    },
  },
]

async function openTwo(t: Trial): Promise<[string, string]> {
  const paths: [string, string] = [
    join(t.dir, `first.${t.format}`),
    join(t.dir, `second.${t.format}`),
  ]
  writeFileSync(paths[0], t.text({ alpha: 1 }))
  writeFileSync(paths[1], t.text({ beta: 2 }))
  await t.open({ alpha: 1, beta: 2 }, { paths, written: true })
  return paths
}
