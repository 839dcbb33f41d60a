/** Calls, and rejects where the call throws. */
export async function attempt<T>(call: () => T | PromiseLike<T>): Promise<T> {
  return call()
}

/** What a promise gives, if it gives it in time. Only a `patient` caller keeps the process alive meanwhile. */
export async function inTime<T>(answer: Promise<T>, ms: number, what: string, patient: boolean): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the sticky service did not ${what} within ${ms} ms`)), ms)
    if (!patient) timer.unref()
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
