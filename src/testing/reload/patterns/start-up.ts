import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sameFeatures, spell } from '../diff'
import type { Pattern } from '../pattern'
import { replaceFile } from '../files'
import type { Trial } from '../trial'
import { pause, until } from '../wait'
import { performance } from '../../../runtime/timers'

const AT_ONCE = 10
const WINDOW_MS = 20
const BEFORE = { alpha: 1, beta: 2 }
const AFTER = { alpha: 4, beta: 2 }

type Write = (path: string, text: string) => void

/** The moment between reading the file and watching it. */
export const startUp: readonly Pattern[] = [
  {
    id: 'W25',
    title: 'change in the start-up window, in place',
    alone: true,
    run: (t) => window(t, writeFileSync),
  },
  {
    id: 'W25',
    title: 'change in the start-up window, renamed into place',
    alone: true,
    run: (t) => window(t, replaceFile),
  },
]

async function window(t: Trial, write: Write): Promise<void> {
  const runs = t.setting.scale === 'full' ? 200 : 20
  for (let first = 0; first < runs; first += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => one(t, first + i, write)))
  }
}

async function one(t: Trial, index: number, write: Write): Promise<void> {
  const { adapter, format, watching, pollMs } = t.setting
  const dir = join(t.dir, String(index))
  const path = join(dir, `flags.${format}`)
  const delay = ((index * WINDOW_MS) / 19) % (WINDOW_MS + 1)
  mkdirSync(dir)
  writeFileSync(path, t.text(BEFORE))
  const starting = adapter.start([path], { format, watching, pollMs })
  await pause(delay)
  write(path, t.text(AFTER))
  const written = performance.now()
  const handle = await starting
  const seen = await until(() => sameFeatures(handle.read(), AFTER), t.limitMs)
  if (seen) t.latencies.push(performance.now() - written)
  else
    t.violation(
      `I1: a write ${delay.toFixed(1)} ms after the start was lost: serves ${spell(handle.read())}`,
    )
  await handle.close()
}
