import type { Request, Response } from 'express'
import { LiveflagError } from '../core/errors'
import type { StickyService } from '../core/sticky'
import { type CookieStickyOptions, cookieStickyService } from '../sticky/cookie'

export type { CookieStickyOptions } from '../sticky/cookie'

/** Stores a visitor's sticky documents in cookies of an Express response, for one request. */
export function expressStickyService(
  req: Request,
  res: Response,
  options: CookieStickyOptions = {},
): StickyService {
  const exchange = {
    cookies: req.headers.cookie,
    setCookie(name: string, line: string): void {
      if (res.headersSent)
        throw new LiveflagError(
          'LIVEFLAG_CLOSED',
          `the cookie ${name} cannot be set: the response is on its way; ask for features before sending it`,
        )
      const before = [res.getHeader('Set-Cookie') ?? []].flat().map(String)
      res.setHeader('Set-Cookie', [
        ...before.filter((other) => !other.startsWith(`${name}=`)),
        line,
      ])
    },
  }
  return cookieStickyService(exchange, { secure: req.secure, ...options })
}
