/** A pause that belongs to a pattern, such as that of a writer between two halves. Never used to hope for the best. */
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Polls a condition until it holds or the time is up; tells which. */
export async function until(holds: () => boolean, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs
  while (!holds()) {
    if (performance.now() > deadline) return holds()
    await pause(2)
  }
  return true
}
