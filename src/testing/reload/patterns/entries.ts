import { writeFileSync } from 'node:fs'
import type { BadEntry, Features } from '../adapter'
import type { Pattern } from '../pattern'
import { placeViolations } from '../steps'
import type { Trial } from '../trial'

export const entries: readonly Pattern[] = [
  {
    id: 'W14',
    title: 'bad syntax, then fixed',
    run: async (t) => {
      await t.open({ alpha: 1, beta: 2 })
      const { text, line } = t.setting.adapter.dialect.broken(t.format)
      for (const alpha of [2, 3, 4]) {
        const lines = [line, text.split('\n').length] as const
        await t.refused(() => writeFileSync(t.path, text), { code: 'syntax', lines, reads: 'yes' })
        await t.change({ alpha, beta: 2 }, (good) => writeFileSync(t.path, good))
      }
    },
  },
  {
    id: 'W15',
    title: 'one bad entry among good changes',
    run: async (t) => {
      await t.open({ alpha: 1, beta: 2 })
      for (const alpha of [2, 3, 4]) {
        const bad = badText(t, { alpha, beta: 9 })
        await t.change({ alpha, beta: 9 }, () => writeFileSync(t.path, bad.text), {
          effective: { alpha, beta: alpha },
          flawed: true,
        })
        checkPlace(t, 'beta', bad)
        checkStanding(t, 'beta', 'held back')
        await t.change({ alpha, beta: alpha + 1 }, (text) => writeFileSync(t.path, text))
      }
    },
  },
  {
    id: 'W16',
    title: 'a bad entry for a new feature',
    run: async (t) => {
      await t.open({ alpha: 1, delta: 2 })
      for (const alpha of [2, 3, 4]) {
        const bad = badText(t, { alpha, beta: 9, delta: 2 })
        await t.change({ alpha, delta: 2 }, () => writeFileSync(t.path, bad.text), { flawed: true })
        checkPlace(t, 'beta', bad)
        checkStanding(t, 'beta', 'rejected')
        checkStanding(t, 'nobody', 'absent')
        await t.change({ alpha, beta: 4, delta: 2 }, (text) => writeFileSync(t.path, text))
        await t.change({ alpha, delta: 2 }, (text) => writeFileSync(t.path, text))
      }
    },
  },
  {
    id: 'W17',
    title: 'a bad entry removed again',
    run: async (t) => {
      await t.open({ alpha: 1, beta: 2 })
      for (const alpha of [2, 3, 4]) {
        const bad = badText(t, { alpha, beta: 9 })
        await t.change({ alpha, beta: 9 }, () => writeFileSync(t.path, bad.text), {
          effective: { alpha, beta: 2 },
          flawed: true,
        })
        await t.change({ alpha }, (text) => writeFileSync(t.path, text))
        checkStanding(t, 'beta', 'absent')
        await t.change({ alpha, beta: 2 }, (text) => writeFileSync(t.path, text))
      }
    },
  },
]

function badText(t: Trial, features: Features): BadEntry {
  return t.setting.adapter.dialect.badEntry(features, 'beta', t.format)
}

function checkPlace(t: Trial, feature: string, { line, columns }: BadEntry): void {
  const status = t.status()
  if (status === undefined) return
  t.check(status.status === 'READY', `one bad entry turns the status to ${status.status}`)
  const problem = status.problems.find((one) => one.feature === feature)
  if (problem === undefined) return t.violation(`I7: no problem names ${feature}`)
  t.violations.push(...placeViolations(problem, { lines: [line, line], columns }))
}

function checkStanding(t: Trial, feature: string, wanted: string): void {
  const standing = t.handle.standing?.(feature) ?? wanted
  t.check(standing === wanted, `I3: ${feature} is ${standing}, wanted ${wanted}`)
}
