import type { Request, Response } from 'express'
import type { StickyService } from '../core/sticky'
import { type CookieStickyOptions, cookieStickyService } from '../sticky/cookie'
import { cookiesOfResponse } from './request/node-response'

export type { CookieStickyOptions } from '../sticky/cookie'

/** Stores a visitor's sticky documents in cookies of an Express response, for one request. */
export function expressStickyService(
  req: Request,
  res: Response,
  options: CookieStickyOptions = {},
): StickyService {
  return cookieStickyService(cookiesOfResponse(req, res), { secure: req.secure, ...options })
}
