import { LiveflagError } from '../core/errors'

/** What a promise of the store gives, if it gives it in time. */
export async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new LiveflagError('LIVEFLAG_STORE_UNAVAILABLE', `the store did not answer within ${ms} ms; see whether it is up, or raise timeoutMs`)), ms)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
