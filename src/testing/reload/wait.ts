import { performance, setTimeout } from '../../runtime/timers'

/**
 * A pause that belongs to a pattern, such as that of a writer between two halves. Never used to
 * hope for the best.
 */
export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms))

const EVERY_MS = 2
const STALL_MS = 20
/** However slow the machine is, there is an end. */
const AT_MOST = 5

/** Pauses, and tells for how much longer than that the machine let nobody run. */
export async function stall(ms: number): Promise<number> {
  const start = performance.now()
  await pause(ms)
  const late = performance.now() - start - ms
  return late > STALL_MS ? late : 0
}

/**
 * Polls a condition until it holds or the time is up; tells which. Time in which the machine let
 * nobody run does not count, so that a limit of a second means the same on a busy machine as on an
 * idle one.
 */
export async function until(holds: () => boolean, withinMs: number): Promise<boolean> {
  const start = performance.now()
  let stalled = 0
  for (let now = start; !holds();) {
    if (now - start - Math.min(stalled, AT_MOST * withinMs) > withinMs) return holds()
    stalled += await stall(EVERY_MS)
    now = performance.now()
  }
  return true
}
