import { mkdirSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Pattern } from '../pattern'
import { needs, run } from '../shell'
import { replaceFile } from '../files'
import type { Trial } from '../trial'

export const links: readonly Pattern[] = [
  retarget(
    'ln -sfn',
    (t) => join(t.dir, 'target'),
    async (t, target) => {
      await run('ln', ['-sfn', target, t.path])
    },
  ),
  retarget(
    'unlinked, linked again',
    (t) => join(t.dir, 'target'),
    (t, target) => {
      unlinkSync(t.path)
      symlinkSync(target, t.path)
    },
  ),
  retarget(
    'renamed over, to another directory',
    (t) => join(t.dir, 'elsewhere', 'target'),
    (t, target) => {
      symlinkSync(target, `${t.path}.new`)
      renameSync(`${t.path}.new`, t.path)
    },
  ),
  {
    id: 'W29',
    title: 'symlink retarget: the middle one of a chain of three',
    run: async (t) => {
      const at = (name: string): string => join(t.dir, name)
      mkdirSync(at('middle'))
      writeFileSync(at('end1'), t.text({ alpha: 1, beta: 2 }))
      symlinkSync(join('middle', 'first'), t.path)
      symlinkSync(join('..', 'second'), at('middle/first'))
      symlinkSync('end1', at('second'))
      await t.open({ alpha: 1, beta: 2 }, { written: true })
      for (const alpha of [2, 3, 4]) {
        await t.change({ alpha, beta: 2 }, (text) => {
          writeFileSync(at(`end${alpha}`), text)
          symlinkSync(join('..', `end${alpha}`), at('middle/new'))
          renameSync(at('middle/new'), at('middle/first'))
        })
      }
    },
  },
  {
    id: 'W30',
    title: 'change behind a symlink: rewritten and renamed in the target’s directory',
    run: async (t) => {
      const target = join(t.dir, 'far', 'away')
      mkdirSync(join(t.dir, 'far'))
      writeFileSync(target, t.text({ alpha: 1, beta: 2 }))
      symlinkSync(target, t.path)
      await t.open({ alpha: 1, beta: 2 }, { written: true })
      for (const alpha of [2, 3, 4]) {
        await t.change({ alpha, beta: 2 }, (text) => writeFileSync(target, text))
        await t.change({ alpha, beta: 3 }, (text) => replaceFile(target, text))
      }
    },
  },
  {
    id: 'W31',
    title: 'directory link retarget, then a write behind it',
    run: async (t) => {
      const release = (n: number): string => join(t.dir, `rel${n}`)
      const name = basename(t.path)
      mkdirSync(release(1))
      writeFileSync(join(release(1), name), t.text({ alpha: 1, beta: 2 }))
      symlinkSync('rel1', join(t.dir, 'current'))
      t.path = join(t.dir, 'current', name)
      await t.open({ alpha: 1, beta: 2 }, { written: true })
      for (const n of [2, 3, 4]) {
        await t.change({ alpha: n, beta: 2 }, (text) => {
          mkdirSync(release(n))
          writeFileSync(join(release(n), name), text)
          symlinkSync(`rel${n}`, join(t.dir, 'next'))
          renameSync(join(t.dir, 'next'), join(t.dir, 'current'))
        })
        await t.change({ alpha: n, beta: 3 }, (text) => writeFileSync(join(release(n), name), text))
      }
    },
  },
]

function retarget(
  title: string,
  targetOf: (t: Trial) => string,
  point: (t: Trial, target: string) => void | Promise<void>,
): Pattern {
  return {
    id: 'W29',
    title: `symlink retarget: ${title}`,
    notHere: needs('ln'),
    run: async (t) => {
      mkdirSync(join(t.dir, 'elsewhere'))
      const target = (n: number): string => `${targetOf(t)}${n}`
      writeFileSync(target(1), t.text({ alpha: 1, beta: 2 }))
      symlinkSync(target(1), t.path)
      await t.open({ alpha: 1, beta: 2 }, { written: true })
      for (const alpha of [2, 3, 4]) {
        await t.change({ alpha, beta: 2 }, (text) => {
          writeFileSync(target(alpha), text)
          return point(t, target(alpha))
        })
      }
    },
  }
}
