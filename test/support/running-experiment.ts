import { type Facts, worldOf } from '../../src'
import { experimentsIn } from '../../src/analysis/configured'
import { experimentReport, type ReportQuestion } from '../../src/analysis/experiment-report'
import { exposureRecorder } from '../../src/decide/decide'
import { memoryStore } from '../../src/recording/memory'
import type { Batch } from '../../src/recording/store'
import { openEngine } from './engine'

export const DAY = 86_400_000
export const START = Date.UTC(2026, 10, 1)

/** `feature_size`, an experiment that runs: visitors come on days, and it may be edited between. */
export async function running(first: string) {
  const store = memoryStore()
  const batches: Batch[] = []
  const write = async (): Promise<void> => {
    for (const batch of batches.splice(0)) await store.write(batch)
  }
  const writer = { offer: add, put: async (batch: Batch) => add(batch) }
  function add(batch: Batch): boolean {
    return batches.push(batch) > 0
  }
  let now = START
  let text = first
  const { features, set } = await openEngine(text, {
    onExposure: exposureRecorder(writer as never),
    now: () => now,
  })
  async function comeAs(visitors: readonly Facts[], day: number, days = 1): Promise<void> {
    for (const [i, facts] of visitors.entries()) {
      now = START + Math.floor(day * DAY) + Math.floor((i / visitors.length) * days * DAY)
      features.for(worldOf(facts)).isEnabled('size')
    }
    await write()
  }
  return {
    store,
    set: async (next: string) => set((text = next)),
    /** Each comes once, signed in, spread over the day, or over so many days. */
    come: (ids: readonly string[], day: number, days = 1) =>
      comeAs(
        ids.map((id) => ({ user: { id } })),
        day,
        days,
      ),
    comeAs,
    report: async (also: Partial<ReportQuestion> = {}) => {
      const [experiment] = experimentsIn(text, 'yaml')
      if (!experiment) throw new Error('the text has an experiment')
      return experimentReport(store, { experiment, now: START + 60 * DAY, ...also })
    },
  }
}

export const ids = (count: number, from = 0): readonly string[] =>
  Array.from({ length: count }, (_, i) => `user-${from + i}`)
