import { resolve } from 'node:path'
import { messageOf } from '../../core/errors'
import { isObject } from '../../core/options'
import { defaultHost } from '../../runtime/default-host'
import type { FleetOptions } from '../../sources/key-source'
import { shownUrl } from '../sources'
import type { Follower } from './follower'

/** How a file takes part in the stages of a fleet. */
export interface MemberFlags {
  /** Its name; true: one for the machine and the file. */
  readonly fleet?: string | true
  /** What says whether the program that reads the file is well. */
  readonly healthUrl?: string
}

/** Where the answer has to be sooner than a publisher would miss it. */
const WITHIN_MS = 1200

/** What the source needs to know. `follower` is asked when there is one. */
export const memberOf = (
  path: string,
  { fleet, healthUrl }: MemberFlags,
  follower: () => Follower | undefined,
): FleetOptions => ({
  host: typeof fleet === 'string' ? fleet : defaultHost(process.env, resolve(path)),
  onStaged: (generation, published) => follower()?.try(generation, published),
  health: async () => {
    const { state, problem } = follower()?.status ?? {}
    if (state === 'unwritable') return ill(problem?.message ?? 'the file cannot be written')
    return healthUrl === undefined ? { isHealthy: true } : healthAt(healthUrl)
  },
})

const ill = (message: string) => ({ isHealthy: false, message })

/** Any answer of 2xx is that of a program that is well. */
async function healthAt(url: string): Promise<{ isHealthy: boolean; message?: string }> {
  const name = shownUrl(url)
  try {
    const response = await fetch(url, {
      redirect: 'manual',
      signal: AbortSignal.timeout(WITHIN_MS),
    })
    await response.body?.cancel()
    return response.ok ? { isHealthy: true } : ill(`${name} answered ${response.status}`)
  } catch (error) {
    return ill(`${name} did not answer: ${reasonOf(error)}`)
  }
}

/** What the system says is the cause; fetch itself says that it failed. */
const reasonOf = (error: unknown): string =>
  messageOf(isObject(error) && 'cause' in error && isObject(error.cause) ? error.cause : error)
