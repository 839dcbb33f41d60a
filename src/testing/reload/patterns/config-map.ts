import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Pattern } from '../pattern'
import type { Trial } from '../trial'

/**
 * Changes a file as Kubernetes changes a mounted ConfigMap: `file -> ..data/file`, `..data ->
 * ..<timestamp>`, and the latter link is replaced.
 */
export const configMaps: readonly Pattern[] = [
  {
    id: 'W4',
    title: 'ConfigMap swap',
    run: async (t) => {
      await mount(t)
      for (const version of [2, 3, 4])
        await t.change({ alpha: version, beta: 2 }, (text) => swap(t, version, text))
    },
  },
  {
    id: 'W5',
    title: 'ConfigMap swap with equal content',
    run: async (t) => {
      await mount(t)
      for (const version of [2, 3, 4])
        await t.unchanged(() => swap(t, version, t.text({ alpha: 1, beta: 2 })))
    },
  },
]

async function mount(t: Trial): Promise<void> {
  put(t, 1, t.text({ alpha: 1, beta: 2 }))
  symlinkSync('..ts1', join(t.dir, '..data'))
  symlinkSync(join('..data', basename(t.path)), t.path)
  await t.open({ alpha: 1, beta: 2 }, { written: true })
}

function swap(t: Trial, version: number, text: string): void {
  put(t, version, text)
  symlinkSync(`..ts${version}`, join(t.dir, '..data_tmp'))
  renameSync(join(t.dir, '..data_tmp'), join(t.dir, '..data'))
  rmSync(join(t.dir, `..ts${version - 1}`), { recursive: true })
}

function put(t: Trial, version: number, text: string): void {
  mkdirSync(join(t.dir, `..ts${version}`))
  writeFileSync(join(t.dir, `..ts${version}`, basename(t.path)), text)
}
