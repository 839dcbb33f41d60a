import { performance, setTimeout } from '../../runtime/timers'

/**
 * A pause that is part of a pattern, such as that of a writer between two halves. Never used to
 * wait for a result.
 */
export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms))

const EVERY_MS = 2
const STALL_MS = 20
/** The longest wait, however slow the machine is. */
const AT_MOST = 5

/** Pauses; returns for how much longer than asked the machine let nobody run. */
export async function stall(ms: number): Promise<number> {
  const start = performance.now()
  await pause(ms)
  const late = performance.now() - start - ms
  return late > STALL_MS ? late : 0
}

/**
 * Polls a condition until it holds or the time is up; returns which. Time in which the machine let
 * nobody run does not count, so a limit of a second means the same on a busy machine as on an idle
 * one.
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
