import { appendFileSync, truncateSync, writeFileSync } from 'node:fs'
import type { Format } from '../adapter'
import type { Pattern } from '../pattern'
import type { Trial } from '../trial'
import { pause } from '../wait'

const LINE_BASED: readonly Format[] = ['yaml', 'ini']
/** Shorter than the settle time, as a slow writer pauses. */
const HESITATION_MS = 30

export const torn: readonly Pattern[] = [
  {
    id: 'W8',
    title: 'torn write, finished',
    run: async (t) => {
      await t.open({ alpha: 1, beta: 2 })
      for (const alpha of [2, 3, 4]) {
        await t.change({ alpha, beta: alpha * 5 }, async (text) => {
          const half = Math.floor(text.length / 2)
          writeFileSync(t.path, text.slice(0, half))
          await pause(HESITATION_MS)
          appendFileSync(t.path, text.slice(half))
        })
      }
    },
  },
  {
    id: 'W9',
    title: 'torn write, in chunks over two seconds',
    run: async (t) => {
      await t.open({ alpha: 1, beta: 2, gamma: 3 }, marked(t))
      await t.change({ alpha: 7, beta: 7, gamma: 7 }, (text) => inPieces(t, text, 10, 200), {
        passing: true,
      })
      await t.checkEvents()
    },
  },
  {
    id: 'W9',
    title: 'torn write, byte by byte',
    run: async (t) => {
      await t.open({ alpha: 1, beta: 2 }, marked(t))
      for (const alpha of [7, 8, 9]) {
        await t.change({ alpha, beta: alpha }, (text) => inPieces(t, text, text.length, 5), {
          passing: true,
        })
        await t.checkEvents()
      }
    },
  },
  {
    id: 'W10',
    title: 'torn write, the writer crashes; held by the parser or the end mark',
    run: async (t) => {
      await t.open({ alpha: 1, beta: 2 }, marked(t))
      const code = LINE_BASED.includes(t.format) ? ['no-end-marker', 'syntax'] : 'syntax'
      for (const alpha of [2, 3, 4]) {
        const text = t.text({ alpha, beta: 9 })
        const half = text.slice(0, Math.floor(text.length * 0.6))
        const last = half.split('\n').length
        await t.refused(() => writeFileSync(t.path, half), { code, lines: [1, last], reads: 'yes' })
        await t.change({ alpha, beta: 9 }, (whole) => writeFileSync(t.path, whole))
      }
    },
  },
  {
    id: 'W10',
    title: 'torn write, the writer crashes; without an end mark the whole entries count',
    formats: LINE_BASED,
    run: async (t) => {
      await t.open({ alpha: 1, beta: 2, gamma: 3 })
      for (const alpha of [2, 3, 4]) {
        const effective = { alpha, beta: alpha - 1 > 1 ? 9 + alpha - 1 : 2 }
        await t.change(
          { alpha, beta: 9 + alpha, gamma: 7 },
          (text) => writeFileSync(t.path, cutInBeta(text)),
          { effective, flawed: true },
        )
        await t.change({ alpha, beta: 9 + alpha, gamma: 7 }, (text) => writeFileSync(t.path, text))
      }
    },
  },
]

function marked(t: Trial): { endMarker?: string } {
  const endMarker = t.setting.adapter.dialect.endMarker(t.format)
  return endMarker === undefined ? {} : { endMarker }
}

/** Cuts the text in the middle of beta's value, so that the rest is not valid. */
function cutInBeta(text: string): string {
  const value = text.indexOf('users', text.indexOf('feature_beta'))
  return text.slice(0, value + 3)
}

async function inPieces(t: Trial, text: string, pieces: number, everyMs: number): Promise<void> {
  truncateSync(t.path)
  const length = Math.ceil(text.length / pieces)
  for (let i = 0; i < text.length; i += length) {
    appendFileSync(t.path, text.slice(i, i + length))
    await pause(everyMs)
  }
}
