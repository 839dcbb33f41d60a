import { messageOf, shown } from '../../core/errors'
import {
  badOption,
  checkOptions,
  FEATURES,
  FUNCTION,
  type OptionKind,
  type OptionKinds,
} from '../../core/options'
import { Engine } from '../../engine/features'
import type { Features } from '../../engine/features-type'
import { Request } from '../../engine/request'
import { PAGE_HEADERS, pageOf } from './render'
import { namesFound, rowOf } from './rows'
import { visitorFacts } from './visitor'

/** Who may see the page of decisions. */
export interface DecisionsPageOptions<Req> {
  /**
   * Whether this request may see the page. Only `true`, or a promise of it, lets it; anything else
   * is answered with 404. Without this option the page is there while `NODE_ENV` is `development`.
   *
   * @example allow: (req) => req.user?.isAdmin === true
   */
  allow?(request: Req): boolean | Promise<boolean>
}

const KINDS: OptionKinds<DecisionsPageOptions<unknown>> = { allow: FUNCTION }

/** @throws {LiveflagError} LIVEFLAG_BAD_OPTION on an unknown option or one of the wrong type */
export const checkPageOptions = (
  options: object,
  further: Readonly<Record<string, OptionKind>> = {},
): void => checkOptions<object>('decisionsPage', options, { ...KINDS, ...further })

/** What the page reads of a request. */
export interface PageRequest {
  readonly method: string | undefined
  /** With its query. */
  readonly url: string | undefined
  /** What the middleware put on the request; else the one in whose context this runs is asked. */
  readonly questions: unknown
}

export interface PageAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Rows on one page; whoever has more features searches. */
const MOST_ROWS = 200
/** No name is longer, and no search needs to be. */
const LONGEST_TEXT = 200

/**
 * What the page of decisions answers, for every framework: each feature as the visitor of the
 * request gets it, and why. It records nothing.
 *
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION on an unknown option or one of the wrong type
 */
export function decisionsPageFor<Req>(
  features: Features,
  options: DecisionsPageOptions<Req>,
  read: (req: Req) => PageRequest,
): (req: Req) => Promise<PageAnswer> {
  if (!(features instanceof Engine))
    throw badOption('decisionsPage', 'the first argument', features, FEATURES.wanted)
  checkPageOptions(options)
  return async (req) => {
    if (!(await isAllowed(req, options, features))) return plain(404, 'Not Found')
    const { method, url = '', questions } = read(req)
    if (method !== 'GET' && method !== 'HEAD')
      return plain(405, 'Method Not Allowed', { Allow: 'GET, HEAD' })
    const request = questions instanceof Request ? questions : features.current
    return { status: 200, headers: PAGE_HEADERS, body: write(features, request, url) }
  }
}

const plain = (
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): PageAnswer => ({
  status,
  headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store', ...headers },
  body: `${body}\n`,
})

/** Whatever goes wrong here, nobody sees the page. */
async function isAllowed<Req>(
  req: Req,
  options: DecisionsPageOptions<Req>,
  features: Engine,
): Promise<boolean> {
  if (options.allow === undefined) {
    if (process.env['NODE_ENV'] === 'development') return true
    report(features, 'it has no option allow and NODE_ENV is not development')
    return false
  }
  try {
    const answer: unknown = await options.allow(req)
    if (answer === true) return true
    if (answer) report(features, `allow returned ${shown(answer)}, which is not true`)
  } catch (error) {
    report(features, `allow threw: ${messageOf(error)}`)
  }
  return false
}

const TO_DO = 'give it allow, a function that returns true for requests that may see it'

const report = (features: Engine, why: string): void =>
  features.report({
    code: 'page-not-allowed',
    severity: 'warning',
    message: `decisionsPage was asked for and answered 404, because ${why}; ${TO_DO}`,
  })

function write(features: Engine, request: Request, url: string): string {
  const query = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '')
  const { snapshot } = features
  // Those in force, and those that were refused and never had a good version.
  const names: readonly string[] = [...new Set([...snapshot.names, ...snapshot.rejected])].sort()
  const search = (query.get('q') ?? '').slice(0, LONGEST_TEXT)
  const opened = query.get('why') ?? ''
  const found = namesFound(names, request, search)
  const listed = [...new Set([...names.filter((name) => name === opened), ...found])]
  return pageOf({
    visitor: visitorFacts(request.visitor),
    isOfRequest: request.log.isOfOneVisitor,
    snapshot,
    rows: listed
      .slice(0, MOST_ROWS)
      .sort()
      .map((name) => rowOf(name, request)),
    found: found.length,
    all: names.length,
    search,
    opened,
    forced: (query.get('feature') ?? '').slice(0, LONGEST_TEXT),
  })
}
