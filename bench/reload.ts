import { entryOf, liveflag } from './contenders/liveflag'
import { median } from './measure'
import { makeFlags, makeWorkloads } from './workloads'
import type { Effort } from './measure'
import type { Flag } from './workloads'

/** One kind of edit, over several reloads. */
export interface Held {
  /** Milliseconds for which the event loop ran nothing else, at worst. */
  readonly longestHoldMs: number
  readonly medianHoldMs: number
  /** Milliseconds from new text to new answers. */
  readonly visibleMs: number
}

export interface Reload {
  readonly characters: number
  /** The probe's own reading when nothing happens: what the machine and its timers add. */
  readonly idleHoldMs: number
  readonly one: Held
  readonly all: Held
}

const ENTRIES = 10_000

/** YAML as a person would lay it out: one entry after the other, lists in one line. */
function yamlOf(flag: Flag): string {
  const entry = entryOf(flag)
  if (typeof entry === 'string') return `feature_${flag.name}: ${entry}\n`
  const lines = Object.entries(entry).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}\n`)
  return `feature_${flag.name}:\n${lines.join('')}`
}

const textOf = (flags: readonly Flag[]): string => flags.map(yamlOf).join('\n')

function edited(flag: Flag): Flag {
  switch (flag.kind) {
    case 'on-off':
      return { ...flag, on: !flag.on }
    case 'list':
      return { ...flag, users: [...flag.users.slice(1), `${flag.name}_newcomer`] }
    case 'rollout':
      return { ...flag, percent: flag.percent === 25 ? 26 : 25 }
    case 'experiment':
      return { ...flag, percentPerVariant: flag.percentPerVariant === 20 ? 21 : 20 }
  }
}

/** A timer that wants to run every millisecond; its longest wait is the longest hold. */
function probe(): { stop(): number } {
  let longest = 0
  let last = performance.now()
  const tick = (): void => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
  }
  const timer = setInterval(tick, 1)
  return {
    stop() {
      clearInterval(timer)
      tick()
      return longest
    },
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function idleHold(ms: number): Promise<number> {
  const probing = probe()
  await pause(ms)
  return probing.stop()
}

/** Replaces 10,000 YAML entries, one of them edited or all, while the probe ticks. */
export async function reload(effort: Effort): Promise<Reload> {
  let flags: readonly Flag[] = makeFlags(ENTRIES, makeWorkloads().visitors)
  const { memory, openFeatures } = liveflag
  const source = memory(textOf(flags), { format: 'yaml' })
  const features = await openFeatures({ source })
  const index = flags.findIndex(({ kind }) => kind === 'on-off')
  const watched = flags[index]?.name ?? ''

  async function times(edit: (flag: Flag, i: number) => Flag): Promise<Held> {
    const holds: number[] = []
    const visible: number[] = []
    for (let i = 0; i < Math.max(3, effort.rounds); i++) {
      flags = flags.map(edit)
      const text = textOf(flags)
      const before = features.isEnabled(watched)
      await pause(20)
      const probing = probe()
      await pause(3)
      const start = performance.now()
      const outcome = await source.set(text)
      visible.push(performance.now() - start)
      if (outcome !== 'installed') throw new Error(`the reload is ${outcome}`)
      if (features.isEnabled(watched) === before) throw new Error('the edit is not visible')
      await pause(3)
      holds.push(probing.stop())
    }
    return {
      longestHoldMs: Math.max(...holds),
      medianHoldMs: median(holds),
      visibleMs: median(visible),
    }
  }

  const idleHoldMs = await idleHold(1000)
  const one = await times((flag, i) => (i === index ? edited(flag) : flag))
  const all = await times(edited)
  await features.close()
  return { characters: textOf(flags).length, idleHoldMs, one, all }
}
