import { type Facts, type World, worldOf } from '../../src/index'

/** A World that counts how often each question is put to it. */
export interface CountingWorld extends World {
  readonly asked: Readonly<Record<string, number>>
}

export function countingWorld(facts: Facts = {}): CountingWorld {
  const asked: Record<string, number> = {}
  const world = worldOf(facts)
  const counted = Object.entries(
    world as unknown as Record<string, (...parameters: unknown[]) => unknown>,
  ).map(([question, answer]): [string, (...parameters: unknown[]) => unknown] => [
    question,
    (...parameters) => {
      asked[question] = (asked[question] ?? 0) + 1
      return answer(...parameters)
    },
  ])
  return { ...(Object.fromEntries(counted) as unknown as World), asked }
}

/** A World that answers like `worldOf`, but for some questions. */
export const worldWith = (answers: object, facts: Facts = {}): World => ({
  ...worldOf(facts),
  ...answers,
})
