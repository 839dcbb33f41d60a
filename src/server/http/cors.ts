import type { IncomingHttpHeaders } from 'node:http'

export type Headers = Readonly<Record<string, string>>

const NONE: Headers = {}

/** Which pages of browsers may ask. With no origin it is off: no header is sent. */
export class Cors {
  private readonly origins: ReadonlySet<string>
  private readonly preflightHeaders: Headers

  constructor(origins: readonly string[], furtherHeaders: readonly string[]) {
    this.origins = new Set(origins)
    const names = [
      'Content-Type',
      'If-None-Match',
      'Authorization',
      'X-API-Key',
      'Last-Event-ID',
      'Cache-Control',
      ...furtherHeaders,
    ]
    this.preflightHeaders = {
      'access-control-allow-methods': 'GET, POST, OPTIONS',
      'access-control-allow-headers': names.join(', '),
      'access-control-max-age': '7200',
    }
  }

  get isOn(): boolean {
    return this.origins.size > 0
  }

  /** For every answer, also errors, 304 and streams. Credentials are never allowed. */
  headers({ origin }: IncomingHttpHeaders): Headers {
    if (!this.isOn) return NONE
    const allowed = this.allowed(origin)
    return {
      vary: 'Origin',
      ...(allowed !== undefined && {
        'access-control-allow-origin': allowed,
        'access-control-expose-headers': 'ETag, Retry-After, X-SSE-Support',
      }),
    }
  }

  preflight(headers: IncomingHttpHeaders): Headers {
    const own = this.headers(headers)
    return 'access-control-allow-origin' in own ? { ...own, ...this.preflightHeaders } : own
  }

  private allowed(origin: string | undefined): string | undefined {
    if (this.origins.has('*')) return '*'
    return origin !== undefined && this.origins.has(origin) ? origin : undefined
  }
}
