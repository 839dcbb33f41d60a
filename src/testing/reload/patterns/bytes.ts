import { appendFileSync, writeFileSync } from 'node:fs'
import type { Pattern } from '../pattern'
import type { Trial } from '../trial'
import { pause } from '../wait'

const LIMITS = { softLimitBytes: 2000, hardLimitBytes: 8000 }
const inPlace = (t: Trial) => (text: string) => writeFileSync(t.path, text)

/** Sizes and encodings. */
export const bytes: readonly Pattern[] = [
  {
    id: 'W26',
    title: 'over the soft limit',
    run: async (t) => {
      await t.open({ alpha: 1, beta: 2 }, LIMITS)
      for (const alpha of [2, 3, 4]) {
        await t.change({ alpha, beta: 2 }, (text) => writeFileSync(t.path, text.padEnd(3000, '\n')))
        checkWarning(t, true)
        await t.change({ alpha, beta: 3 }, inPlace(t))
        checkWarning(t, false)
      }
    },
  },
  {
    id: 'W26',
    title: 'over the hard limit',
    run: async (t) => {
      await t.open({ alpha: 1, beta: 2 }, LIMITS)
      for (const alpha of [2, 3, 4]) {
        const tooMuch = t.text({ alpha: 9 }).padEnd(9000, '\n')
        await t.refused(() => writeFileSync(t.path, tooMuch), { code: 'too-large', reads: 'no' })
        await t.change({ alpha, beta: 2 }, inPlace(t))
      }
    },
  },
  {
    id: 'W26',
    title: 'growing while it is read',
    run: async (t) => {
      await t.open({ alpha: 1, beta: 2 }, LIMITS)
      const grow = async (): Promise<void> => {
        for (let i = 0; i < 200; i++) {
          appendFileSync(t.path, '\n'.repeat(50))
          await pause(3)
        }
      }
      await t.refused(grow, { code: 'too-large', reads: 'maybe' })
      await t.change({ alpha: 2, beta: 2 }, inPlace(t))
    },
  },
  badBytes('binary rubbish', [0xff, 0xfe, 0x00, 0xc3, 0x28]),
  badBytes('a lone continuation byte', [0x80]),
  {
    id: 'W35',
    title: 'a byte-order mark at the start',
    run: async (t) => {
      await t.open({ alpha: 1, beta: 2 })
      for (const alpha of [2, 3, 4])
        await t.change({ alpha, beta: 2 }, (text) => writeFileSync(t.path, `\ufeff${text}`))
    },
  },
  {
    id: 'W35',
    title: 'CRLF line ends',
    run: async (t) => {
      await t.open({ alpha: 1, beta: 2 })
      for (const alpha of [2, 3, 4])
        await t.change({ alpha, beta: 2 }, (text) =>
          writeFileSync(t.path, text.replaceAll('\n', '\r\n')),
        )
    },
  },
]

function checkWarning(t: Trial, wanted: boolean): void {
  const status = t.status()
  const found = status?.problems.some(
    ({ code, severity }) => code === 'too-large' && severity === 'warning',
  )
  if (status !== undefined)
    t.check(found === wanted, `I7: ${wanted ? 'no' : 'a stale'} warning of the size`)
}

/** The bad bytes follow two characters, the first of three bytes, because columns are not bytes. */
function badBytes(title: string, rubbish: readonly number[]): Pattern {
  return {
    id: 'W35',
    title: `bad encoding: ${title}`,
    run: async (t) => {
      await t.open({ alpha: 1, beta: 2 })
      for (const alpha of [2, 3, 4]) {
        const good = t.text({ alpha, beta: 2 })
        const line = good.split('\n').length
        const bad = Buffer.concat([Buffer.from(`${good}\u20ac#`), Buffer.from(rubbish)])
        await t.refused(() => writeFileSync(t.path, bad), {
          code: 'bad-encoding',
          lines: [line, line],
          columns: [3],
          reads: 'yes',
        })
        await t.change({ alpha, beta: 2 }, inPlace(t))
      }
    },
  }
}
