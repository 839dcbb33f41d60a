import { isIPv6 } from 'node:net'
import { boundedCache } from '../../runtime/bounded-cache'

/** Wrong tokens that one address may send before it must wait. */
const MOST_WRONG = 5
const FIRST_WAIT_MS = 60_000
/** Each further wrong one doubles the wait, up to this. */
const LONGEST_WAIT_MS = 15 * 60_000
/** Forgotten when this time has passed since the last wrong one. */
const MEMORY_MS = 15 * 60_000
/** Some 4,000 addresses; those that asked longest ago are forgotten. */
const MOST_BYTES = 1 << 20

interface Wrong {
  readonly times: number
  readonly lastAt: number
}

/** How often an address has sent a wrong token, so that guessing is slow. */
export class SignInThrottle {
  private readonly byAddress = boundedCache<Wrong>(MOST_BYTES)

  constructor(private readonly now: () => number) {}

  /** The whole seconds that the address must wait; 0 when it may try. */
  waitSeconds(address: string): number {
    const wrong = this.wrongOf(address)
    if (wrong === undefined || wrong.times < MOST_WRONG) return 0
    const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (wrong.times - MOST_WRONG))
    return Math.max(0, Math.ceil((wrong.lastAt + waitMs - this.now()) / 1000))
  }

  wrong(address: string): void {
    const times = (this.wrongOf(address)?.times ?? 0) + 1
    this.byAddress.set(networkOf(address), { times, lastAt: this.now() })
  }

  right(address: string): void {
    this.byAddress.delete(networkOf(address))
  }

  private wrongOf(address: string): Wrong | undefined {
    const network = networkOf(address)
    const wrong = this.byAddress.get(network)
    const now = this.now()
    if (wrong === undefined || now - wrong.lastAt >= 2 * MEMORY_MS) return undefined
    if (wrong.lastAt <= now) return wrong
    // The clock was set back: the wait begins anew, and does not last until it has caught up.
    const anew = { ...wrong, lastAt: now }
    this.byAddress.set(network, anew)
    return anew
  }
}

/** Who has one address of version 6 has its whole /64. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address
  const [before = '', after] = address.split('::')
  const head = before.split(':').filter((group) => group !== '')
  const tail = after?.split(':').filter((group) => group !== '') ?? []
  const zeros = after === undefined ? 0 : 8 - head.length - tail.length
  const groups = [...head, ...Array.from({ length: zeros }, () => '0'), ...tail]
  return groups
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':')
}
