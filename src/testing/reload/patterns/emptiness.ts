import { truncateSync, writeFileSync } from 'node:fs'
import type { Pattern } from '../pattern'

export const emptiness: readonly Pattern[] = [
  {
    id: 'W11',
    title: 'empty file',
    run: async (t) => {
      await t.open({ alpha: 1, beta: 2 })
      for (const alpha of [2, 3, 4]) {
        await t.refused(() => truncateSync(t.path), { code: 'empty', reads: 'yes' })
        await t.change({ alpha, beta: 2 }, (text) => writeFileSync(t.path, text))
      }
    },
  },
  {
    id: 'W12',
    title: 'white space only',
    run: async (t) => {
      await t.open({ alpha: 1, beta: 2 })
      for (const blank of [' \n\n', '\n', '   ']) {
        await t.refused(() => writeFileSync(t.path, blank), { code: 'empty', reads: 'yes' })
        await t.change({ alpha: blank.length, beta: 2 }, (text) => writeFileSync(t.path, text))
      }
    },
  },
  {
    id: 'W13',
    title: 'valid without any feature, held',
    run: async (t) => {
      await t.open({ alpha: 1, beta: 2 })
      for (const alpha of [2, 3, 4]) {
        await t.refused(() => writeFileSync(t.path, t.text({})), {
          code: 'would-remove-all',
          reads: 'yes',
        })
        await t.change({ alpha, beta: 2 }, (text) => writeFileSync(t.path, text))
      }
    },
  },
  {
    id: 'W13',
    title: 'valid without any feature, allowed',
    run: async (t) => {
      await t.open({ alpha: 1, beta: 2 }, { allowEmpty: true })
      for (const alpha of [2, 3, 4]) {
        await t.change({}, (text) => writeFileSync(t.path, text))
        await t.change({ alpha, beta: 2 }, (text) => writeFileSync(t.path, text))
      }
    },
  },
]
