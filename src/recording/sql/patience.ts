import { setTimeout } from 'node:timers/promises'

/** Tries again after a random pause that grows from `firstMs` to `longestMs`, as long as `worthwhile` says so, until the deadline. */
export async function patiently<T>(
  work: () => T | Promise<T>,
  worthwhile: (error: unknown) => boolean,
  { deadline, firstMs, longestMs }: Patience,
): Promise<T> {
  for (let pause = firstMs; ; pause = Math.min(2 * pause, longestMs)) {
    try {
      return await work()
    } catch (error) {
      if (!worthwhile(error) || performance.now() >= deadline) throw error
    }
    await setTimeout(pause * (0.5 + Math.random() / 2))
  }
}

export interface Patience {
  /** In the time of `performance.now()`. */
  readonly deadline: number
  readonly firstMs: number
  readonly longestMs: number
}
