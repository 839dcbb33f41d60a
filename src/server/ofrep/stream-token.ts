import { createHmac, timingSafeEqual } from 'node:crypto'

export interface StreamTokenOptions {
  /** Shared by all processes that serve the same clients. */
  readonly secret: string | Buffer
  /** How long a token is handed out; it is accepted for as long again. Default an hour. */
  readonly periodMs?: number
  readonly now?: () => number
}

/**
 * Tokens for addresses of streams: a browser's EventSource cannot send a header. A token is the same
 * for a whole period, since the address is part of the entity tag of bulk answers and must not change
 * with each.
 */
export class StreamTokens {
  private readonly secret: string | Buffer
  private readonly periodMs: number
  private readonly now: () => number

  constructor({ secret, periodMs = 3_600_000, now = Date.now }: StreamTokenOptions) {
    this.secret = secret
    this.periodMs = periodMs
    this.now = now
  }

  /** `scope.epoch.mac`; a scope is any text without a dot. */
  mint(scope: string): string {
    return this.of(scope, this.epoch)
  }

  /** The scope of a token of this period or the last one; undefined of any other text. */
  verify(token: string): string | undefined {
    const [scope = '', epochText = '', mac = '', ...more] = token.split('.')
    const epoch = Number(epochText)
    const isRecent = epoch === this.epoch || epoch === this.epoch - 1
    const isSame = isEqual(mac, this.mac(scope, epochText))
    return more.length === 0 && isRecent && isSame ? scope : undefined
  }

  private get epoch(): number {
    return Math.floor(this.now() / this.periodMs)
  }

  private of(scope: string, epoch: number): string {
    return `${scope}.${epoch}.${this.mac(scope, String(epoch))}`
  }

  private mac(scope: string, epoch: string): string {
    const mac = createHmac('sha256', this.secret).update(`${scope}\0${epoch}`).digest()
    return mac.subarray(0, 16).toString('base64url')
  }
}

/** In the same time whatever the texts are, but for their length, which is no secret. */
function isEqual(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
