import {
  chmodSync,
  copyFileSync,
  cpSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import type { Pattern } from '../pattern'
import type { Trial } from '../trial'

const rewrite = (t: Trial) => (text: string) => writeFileSync(t.path, text)
const LONG_AGO = new Date('2001-02-03T04:05:06Z')

/** Both texts have the same length, so only times and bytes tell them apart. */
const SIZE = 400

export const rewrites: readonly Pattern[] = [
  {
    id: 'W1',
    title: 'in-place rewrite: longer, shorter, same length',
    run: async (t) => {
      await t.open({ alpha: 1, beta: 2 })
      await t.change({ alpha: 1, beta: 2, gamma: 4095 }, rewrite(t))
      await t.change({ alpha: 1 }, rewrite(t))
      await t.change({ alpha: 2 }, rewrite(t))
    },
  },
  {
    id: 'W18',
    title: 'same size, same mtime',
    run: async (t) => {
      t.padTo(SIZE)
      await t.open({ alpha: 1, beta: 2 })
      for (const alpha of [2, 4, 8]) {
        await t.change({ alpha, beta: 2 }, (text) => {
          const { atime, mtime } = statSync(t.path)
          writeFileSync(t.path, text)
          utimesSync(t.path, atime, mtime)
        })
      }
    },
  },
  {
    id: 'W19',
    title: 'an older backup copied over it with its times (cp -p)',
    run: async (t) => {
      t.padTo(SIZE)
      await t.open({ alpha: 1, beta: 2 })
      for (const alpha of [2, 4, 8]) {
        await t.change({ alpha, beta: 2 }, (text) => {
          backup(t, text)
          cpSync(`${t.path}.bak`, t.path, { preserveTimestamps: true })
        })
      }
    },
  },
  {
    id: 'W19',
    title: 'an older backup moved over it (mv)',
    run: async (t) => {
      t.padTo(SIZE)
      await t.open({ alpha: 1, beta: 2 })
      for (const alpha of [2, 4, 8]) {
        await t.change({ alpha, beta: 2 }, (text) => {
          backup(t, text)
          renameSync(`${t.path}.bak`, t.path)
        })
      }
    },
  },
  {
    id: 'W20',
    title: 'two writes within one clock tick, right after a read',
    run: async (t) => {
      t.padTo(SIZE)
      await t.open({ alpha: 1, beta: 2 })
      for (const alpha of [2, 8, 32]) {
        await t.change({ alpha, beta: 2 }, rewrite(t))
        const first = { alpha: alpha * 2, beta: 2 }
        const second = { alpha: alpha * 2, beta: 4 }
        // A file system with a coarse clock (2 s) shows the second write only to a second reading.
        await t.flurry(
          [first],
          second,
          () => {
            writeFileSync(t.path, t.text(first))
            writeFileSync(t.path, t.text(second))
          },
          2000 + t.limitMs,
        )
        await t.change({ alpha: 1, beta: 2 }, rewrite(t))
      }
    },
  },
  {
    id: 'W21',
    title: 'touch and chmod only',
    run: async (t) => {
      await t.open({ alpha: 1, beta: 2 })
      await t.unchanged(() => utimesSync(t.path, new Date(), new Date()))
      await t.unchanged(() => utimesSync(t.path, LONG_AGO, LONG_AGO))
      await t.unchanged(() => chmodSync(t.path, statSync(t.path).mode))
    },
  },
  {
    id: 'W22',
    title: 'a fix with the same mtime as the failure',
    run: async (t) => {
      t.padTo(SIZE)
      await t.open({ alpha: 1, beta: 2 })
      const { text } = t.setting.adapter.dialect.broken(t.format)
      for (const alpha of [2, 4, 8]) {
        await t.refused(() => stamped(t, text.padEnd(SIZE, '\n')), { code: 'syntax', reads: 'yes' })
        await t.change({ alpha, beta: 2 }, (good) => stamped(t, good))
      }
    },
  },
]

function backup(t: Trial, text: string): void {
  copyFileSync(t.path, `${t.path}.bak`)
  writeFileSync(`${t.path}.bak`, text)
  utimesSync(`${t.path}.bak`, LONG_AGO, LONG_AGO)
}

function stamped(t: Trial, text: string): void {
  writeFileSync(t.path, text)
  utimesSync(t.path, LONG_AGO, LONG_AGO)
}
