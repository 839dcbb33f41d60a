import { writeFileSync } from 'node:fs'
import type { Features } from '../adapter'
import { spell } from '../diff'
import type { Pattern } from '../pattern'
import { pause, stall } from '../wait'
import { performance } from '../../../runtime/timers'

const REWRITES = 1000
const EVERY_MS = 5
/** At least one check a second, with the time that the check itself may take on a busy machine. */
const LOOK_WITHIN_MS = 1500
const GROWTH_BYTES = 64 * 1024 * 1024

const storm = (length: number): Features[] =>
  Array.from({ length }, (_, i) => ({ alpha: 1 + (i % 4000), beta: 2 }))
const FINAL = { alpha: 4090, beta: 3 }

export const storms: readonly Pattern[] = [
  {
    id: 'W27',
    title: 'a thousand rewrites as fast as possible',
    alone: true,
    run: async (t) => {
      await t.open({ alpha: 1, beta: 2 })
      const contents = storm(REWRITES)
      await t.flurry(contents, FINAL, async () => {
        for (const [i, content] of [...contents, FINAL].entries()) {
          writeFileSync(t.path, t.text(content))
          if (i % 10 === 0) await pause(0)
        }
      })
    },
  },
  {
    id: 'W27',
    title: 'a write every 5 ms',
    alone: true,
    run: async (t) => {
      await t.open({ alpha: 1, beta: 2 })
      const seconds = t.setting.scale === 'full' ? 60 : 3
      const contents = storm((seconds * 1000) / EVERY_MS)
      const memory = process.memoryUsage.rss()
      await t.flurry(contents, FINAL, async () => {
        let served = ''
        let since = performance.now()
        let longest = 0
        for (const content of [...contents, FINAL]) {
          writeFileSync(t.path, t.text(content))
          since += await stall(EVERY_MS)
          const now = spell(t.handle.read())
          longest = Math.max(longest, performance.now() - since)
          if (now !== served) since = performance.now()
          served = now
        }
        t.check(
          longest <= t.limitMs - 1000 + LOOK_WITHIN_MS,
          `R9: ${Math.round(longest)} ms without a look under continuous writing`,
        )
      })
      const growth = process.memoryUsage.rss() - memory
      t.check(growth < GROWTH_BYTES, `R43: ${growth} bytes more after the storm`)
    },
  },
]
