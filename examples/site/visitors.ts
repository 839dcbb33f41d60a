/**
 * Who can visit. A real site has accounts and sessions; here a cookie says who you would like to
 * be.
 */
import { randomInt } from 'node:crypto'
import type { Request, RequestHandler, Response } from 'express'
import type { AccountFacts } from 'liveflag'

export interface Member extends AccountFacts {
  readonly id: string
  readonly name: string
  /** What the bar says of them. */
  readonly about: string
}

export interface Visitor {
  /** Undefined: not signed in. */
  readonly member: Member | undefined
  /** The logged-out id. A member keeps it: it is in the browser. */
  readonly loid: string
}

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace Express {
    interface Request {
      visitor: Visitor
    }
  }
}

export const members: readonly Member[] = [
  { id: 't2_1im', name: 'walter', about: 'a member' },
  { id: 't2_18c', name: 'gary', about: 'named in the config' },
  { id: 't2_1bf', name: 'goldie', about: 'gold', gold: true },
  { id: 't2_1tx', name: 'ben', about: 'beta', beta: true },
  { id: 't2_137', name: 'emma', about: 'employee', employee: true },
  { id: 't2_16a', name: 'ada', about: 'admin and employee', admin: true, employee: true },
]

/** Finds out who is there, before the features ask. */
export function recogniseVisitor(): RequestHandler {
  return function recognise(req, res, next) {
    const cookies = readCookies(req)
    const member = members.find(({ name }) => name === cookies.get('visitor'))
    req.visitor = { member, loid: knownLoid(cookies.get('loid')) ?? giveLoid(res) }
    next()
  }
}

/**
 * Becomes a member, or with any other name nobody; `anew` comes back as somebody who was never
 * here.
 */
export function becomeVisitor(res: Response, name: unknown, anew: boolean): void {
  const member = members.find((one) => one.name === name)
  if (member) res.cookie('visitor', member.name, cookieOptions)
  else res.clearCookie('visitor', cookieOptions)
  if (anew) giveLoid(res)
}

const cookieOptions = { httpOnly: true, sameSite: 'lax', path: '/' } as const
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

function giveLoid(res: Response): string {
  const loid = Array.from({ length: 18 }, () => letters[randomInt(letters.length)]).join('')
  res.cookie('loid', loid, { ...cookieOptions, maxAge: 2 * 365 * 24 * 3600 * 1000 })
  return loid
}

const knownLoid = (text: string | undefined): string | undefined =>
  /^[A-Za-z0-9]{18}$/.exec(text ?? '')?.[0]

function readCookies(req: Request): ReadonlyMap<string, string> {
  const pairs = (req.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='))
  return new Map(pairs.map(([name = '', value = '']) => [name, value]))
}
