/**
 * The application with which the contract of frameworks is tested: its live config, and its answers
 * without a framework. Each framework adds a server that finds the answer for a request.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate } from 'node:timers/promises'
import {
  type Account,
  type Features,
  memory,
  openFeatures,
  type Problem,
  type Questions,
} from '../../src'

/** Everybody has a variant of `x`, and `?feature=x_as_b` forces one. `s` is drawn by these weights. */
export const liveConfig = (weights: readonly number[] = [1, 0]): string => `
feature_plain: on
feature_forcible: { url: has_it }
feature_x:
  client: true
  url: { x_as_b: b }
  experiment: { experiment_id: 7, loggedin: true, loggedout: true, variants: { a: 25, b: 25, control_1: 25, control_2: 25 } }
feature_s:
  default: "-"
  rules:
    - { key: e, variations: [a, b], weights: ${JSON.stringify(weights)}, meta: [{ key: a }, { key: b }] }
`

/** The keys of signed links. */
export const LINK_KEYS = { qa: 'a secret of at least thirty-two characters' }

export const userNamed = (name: unknown): Account | undefined =>
  typeof name === 'string' && name !== '' ? { id: `t2_${name}`, name } : undefined

/** Who may see the page of decisions at `/decisions`; the one at `/undecided` has no `allow`. */
export const maySeeDecisions = (name: unknown): boolean => name === 'ada'

/** What an answer may know of its request. */
export interface Asked {
  /** What the framework has for `req.features`. */
  readonly request: Questions
  /** The path below where the answers are mounted. */
  readonly path: string
  readonly query: URLSearchParams
  /** The body as JSON. */
  readonly body?: unknown
}

/** JSON, or a stream of text. */
export interface Answer {
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
}

export interface App {
  readonly features: Features
  /** Throws at `/throws` and rejects at `/rejects`; undefined where there is nothing. */
  answer(asked: Asked): Promise<Answer> | Answer | undefined
  /** The JSON with which an error is answered. */
  failed(error: unknown, request: Questions): unknown
  close(): Promise<unknown>
}

/** A callback of a library that has lost the context of the request. */
const outside = AsyncLocalStorage.snapshot()

export async function openApp(): Promise<App> {
  const source = memory(liveConfig())
  const problems: Problem[] = []
  let exposures = 0
  const features = await openFeatures({ source, onExposure: () => (exposures += 1) })
  features.on('problem', (problem) => problems.push(problem))
  const meeting = new Meeting()
  const both = (request: Questions) => ({
    request: request.variant('x'),
    ambient: features.variant('x'),
  })

  const answers: Readonly<Record<string, (asked: Asked) => unknown>> = {
    '/ask': ({ request, body }) => ({ ...both(request), ...(body === undefined ? {} : { body }) }),
    '/meet': async ({ request, query }) => {
      const before = both(request)
      await meeting.arrive(Number(query.get('of')))
      return { before, after: both(request) }
    },
    '/lost': ({ request }) => ({
      ambient: outside(() => [
        features.variant('x'),
        features.isEnabled('plain'),
        features.variant('x'),
      ]),
      request: outside(() => request.variant('x')),
    }),
    '/plain': ({ request }) => [request.isEnabled('plain'), features.isEnabled('plain')],
    '/forced': ({ request }) => request.decide('x').forced === true,
    '/taken': ({ request: { variant, bootstrap, links } }) => ({
      variant: variant('x'),
      bootstrap: bootstrap(['x']).features,
      links,
    }),
    '/sticky': ({ request }) => request.getStringValue('s', '?'),
    '/weights': async ({ query }) =>
      source.set(liveConfig(JSON.parse(query.get('set') ?? '') as number[])),
    '/seen': () => ({
      problems: problems.map(({ code, message }) => `${code}: ${message}`),
      exposures,
    }),
  }
  return {
    features,
    answer(asked) {
      const { path, request } = asked
      if (path === '/throws') throw new Error('boom')
      if (path === '/rejects') return setImmediate().then(() => Promise.reject(new Error('boom')))
      if (path === '/stream') return { body: lines(() => both(request)) }
      if (path === '/public')
        return {
          headers: { 'Cache-Control': 'public, max-age=60, s-maxage=600', Vary: 'Accept' },
          body: both(request),
        }
      if (!Object.hasOwn(answers, path)) return undefined
      return Promise.resolve(answers[path]?.(asked)).then((body) => ({ body: body ?? null }))
    },
    failed: (error, request) => ({
      error: error instanceof Error ? error.message : '',
      ...both(request),
    }),
    close: () => features.close(),
  }
}

/** Three lines, each asked for while the stream is under way. */
async function* lines(ask: () => unknown): AsyncGenerator<string> {
  for (let line = 0; line < 3; line += 1) {
    await setImmediate()
    yield `${JSON.stringify(ask())}\n`
  }
}

/** Requests that wait for each other, so that all of them are under way at once. */
class Meeting {
  private waiting: (() => void)[] = []

  arrive(of: number): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve)
      if (this.waiting.length < of) return
      for (const go of this.waiting.splice(0)) go()
    })
  }
}

export const isStream = (body: unknown): body is AsyncIterable<string> =>
  typeof body === 'object' && body !== null && Symbol.asyncIterator in body

/** Where the answers are mounted: at the top, and in a router within a router or a sub-application. */
export const MOUNTED = ['', '/outer/inner'] as const
