import hooks from 'node:perf_hooks'
import promises from 'node:timers/promises'

const { performance } = hooks
const { setTimeout } = promises

/**
 * Waits for a condition, and says what it was waiting for when the time is up. No test sleeps and
 * hopes. Fake timers do not stop it.
 */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 10_000,
): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`)
    await setTimeout(3)
  }
}
