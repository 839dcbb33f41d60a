import hooks from 'node:perf_hooks'
import promises from 'node:timers/promises'

const { performance } = hooks
const { setTimeout } = promises

/**
 * Over real servers a source that nothing notifies looks every ten seconds, so that a test which waits as
 * long would fail by bad luck.
 */
const PATIENCE_MS = process.env.LIVEFLAG_TESTS === 'suite' ? 10_000 : 30_000

/**
 * Waits for a condition, and says what it was waiting for when the time is up. No test sleeps and
 * hopes. Fake timers do not stop it.
 */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = PATIENCE_MS,
): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`)
    await setTimeout(3)
  }
}
