import { mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Features } from '../adapter'
import type { Pattern } from '../pattern'
import type { Trial } from '../trial'

/** A source that is a directory: its files are merged and may come and go. */
export const directorySources: readonly Pattern[] = [
  {
    id: 'W37',
    title: 'a file added to a directory source, edited and removed again',
    run: async (t) => {
      await openDirectory(t, { first: { alpha: 1 }, second: { beta: 2 } })
      for (const n of [3, 4, 5]) {
        await t.change({ alpha: 1, beta: 2, gamma: n }, () => write(t, 'third', { gamma: n }))
        await t.change({ alpha: n, beta: 2, gamma: n }, () => write(t, 'first', { alpha: n }))
        await t.change({ alpha: n, beta: 2 }, () => unlinkSync(at(t, 'third')))
        await t.change({ alpha: 1, beta: 2 }, () => write(t, 'first', { alpha: 1 }))
        await t.checkEvents()
      }
    },
  },
  {
    id: 'W37',
    title: 'files of a directory source that change together, and one that is renamed',
    run: async (t) => {
      await openDirectory(t, { first: { alpha: 1 }, second: { beta: 2 } })
      for (const n of [3, 4, 5]) {
        await t.change({ alpha: n, beta: n, gamma: n }, () => {
          write(t, 'first', { alpha: n })
          write(t, 'second', { beta: n })
          write(t, 'third', { gamma: n })
        })
        await t.change({ alpha: n + 1, beta: n, gamma: n }, () => {
          renameSync(at(t, 'third'), at(t, 'fourth'))
          write(t, 'first', { alpha: n + 1 })
        })
        renameSync(at(t, 'fourth'), at(t, 'third'))
        await t.checkEvents()
      }
    },
  },
  {
    id: 'W37',
    title: 'the only file of a directory source gets another name, again and again',
    run: async (t) => {
      await openDirectory(t, { first: { alpha: 1 } })
      for (const n of [3, 4, 5]) {
        renameSync(at(t, 'first'), at(t, 'second'))
        await t.change({ alpha: n }, () => write(t, 'second', { alpha: n }))
        await t.change({ alpha: n, beta: 2 }, () => {
          unlinkSync(at(t, 'second'))
          write(t, 'first', { alpha: n, beta: 2 })
        })
        await t.checkEvents()
      }
    },
  },
  {
    id: 'W37',
    title: 'a directory source is a link that is swapped to files of other names',
    run: async (t) => {
      const current = join(t.dir, 'current')
      release(t, 1, { name1: { alpha: 1 } })
      symlinkSync('r1', current)
      await t.open({ alpha: 1 }, { directory: current, written: true })
      for (const n of [2, 3, 4]) {
        await t.change({ alpha: n }, () => {
          release(t, n, { [`name${n}`]: { alpha: n } })
          symlinkSync(`r${n}`, `${current}.new`)
          renameSync(`${current}.new`, current)
        })
        await t.checkEvents()
      }
    },
  },
  {
    id: 'W37',
    title: 'a directory source with a bad file among good ones',
    run: async (t) => {
      await openDirectory(t, { first: { alpha: 1 }, second: { beta: 2 } })
      for (const n of [3, 4, 5]) {
        await t.refused(
          () => writeFileSync(at(t, 'second'), t.setting.adapter.dialect.broken(t.format).text),
          { code: 'syntax', reads: 'yes' },
        )
        await t.change(
          { alpha: n, beta: n - 1, gamma: n },
          () => {
            write(t, 'first', { alpha: n })
            write(t, 'third', { gamma: n })
          },
          { flawed: true, stale: true },
        )
        await t.change({ alpha: n, beta: n, gamma: n }, () => write(t, 'second', { beta: n }))
        await t.change({ alpha: n, beta: n }, () => unlinkSync(at(t, 'third')))
      }
    },
  },
  {
    id: 'W37',
    title: 'a feature in two files of a directory source',
    run: async (t) => {
      await openDirectory(t, { first: { alpha: 1 }, second: { beta: 2 } })
      for (const n of [3, 4, 5]) {
        const before = { alpha: n - 2, beta: n - 1 }
        write(t, 'second', { alpha: 9, beta: n - 1 })
        await t.wait(
          'duplicate-feature',
          () =>
            t
              .status()
              ?.problems.some(
                ({ code, feature }) => code === 'duplicate-feature' && feature === 'alpha',
              ) ?? true,
          t.limitMs,
        )
        t.check(
          t.handle.read()['alpha'] === before.alpha,
          `I3: alpha is ${t.handle.read()['alpha']}`,
        )
        await t.change({ alpha: n - 1, beta: n }, () => {
          write(t, 'first', { alpha: n - 1 })
          write(t, 'second', { beta: n })
        })
      }
    },
  },
  {
    id: 'W37',
    title: 'a ConfigMap of several keys, mounted as a directory source',
    run: async (t) => {
      mount(t, 1, { first: { alpha: 1 }, second: { beta: 2 } })
      symlinkSync('..ts1', join(t.dir, '..data'))
      link(t, 'first')
      link(t, 'second')
      await openDirectory(t, {}, { alpha: 1, beta: 2 })
      for (const n of [3, 6, 9]) {
        await t.change({ alpha: n, beta: n }, () =>
          swap(t, n - 1, { first: { alpha: n }, second: { beta: n } }),
        )
        await t.change({ alpha: n, beta: n, gamma: n }, () => {
          swap(t, n, { first: { alpha: n }, second: { beta: n }, third: { gamma: n } })
          link(t, 'third')
        })
        await t.change({ alpha: n, beta: n + 1 }, () => {
          swap(t, n + 1, { first: { alpha: n }, second: { beta: n + 1 } })
          unlinkSync(at(t, 'third'))
        })
        await t.checkEvents()
      }
    },
  },
]

type Files = Readonly<Record<string, Features>>

const at = (t: Trial, name: string): string => join(t.dir, `${name}.${t.format}`)
const write = (t: Trial, name: string, features: Features): void =>
  writeFileSync(at(t, name), t.text(features))

async function openDirectory(
  t: Trial,
  files: Files,
  served: Features = Object.assign({}, ...Object.values(files)) as Features,
): Promise<void> {
  for (const [name, features] of Object.entries(files)) write(t, name, features)
  // Files that are no live config are in the directory from the beginning.
  for (const name of [
    `.hidden.${t.format}`,
    `.#first.${t.format}`,
    `first.${t.format}~`,
    `.first.${t.format}.swp`,
    '4913',
    'README',
  ])
    writeFileSync(join(t.dir, name), '{')
  mkdirSync(join(t.dir, 'below'))
  writeFileSync(join(t.dir, 'below', `deep.${t.format}`), t.text({ deep: 1 }))
  await t.open(served, { directory: t.dir, written: true })
}

function release(t: Trial, version: number, files: Files): void {
  const dir = join(t.dir, `r${version}`)
  mkdirSync(dir)
  for (const [name, features] of Object.entries(files))
    writeFileSync(join(dir, `${name}.${t.format}`), t.text(features))
}

/**
 * As Kubernetes does: the files are in a directory of their own, and links lead to it through
 * `..data`.
 */
function mount(t: Trial, version: number, files: Files): void {
  mkdirSync(join(t.dir, `..ts${version}`))
  for (const [name, features] of Object.entries(files))
    writeFileSync(join(t.dir, `..ts${version}`, `${name}.${t.format}`), t.text(features))
}

const link = (t: Trial, name: string): void =>
  symlinkSync(join('..data', `${name}.${t.format}`), at(t, name))

function swap(t: Trial, version: number, files: Files): void {
  mount(t, version, files)
  symlinkSync(`..ts${version}`, join(t.dir, '..data_tmp'))
  renameSync(join(t.dir, '..data_tmp'), join(t.dir, '..data'))
  for (const old of [version - 1, version - 2])
    rmSync(join(t.dir, `..ts${old}`), { recursive: true, force: true })
}
