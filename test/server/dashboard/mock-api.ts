import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FeatureList, FeatureRow, Session } from '../../../src/server/admin/contract'
import { ROWS } from './mock-rows'

/** What the API answers to one request; undefined is 404. */
export type Route = (body: unknown, url: URL) => { status?: number; json?: unknown } | undefined

/** By method and path below `api/v1`, without the query: `GET features`. */
export type Routes = Readonly<Record<string, Route>>

export const SIGNED_IN: Session = {
  user: { name: 'gary', roles: ['viewer', 'editor', 'approver'] },
  csrf: 'csrf-token',
  canSignOut: true,
  server: {
    environment: 'production',
    needsApproval: true,
    hasDatabase: true,
    canEdit: true,
    hasStore: true,
  },
}

export const listOf = (features: readonly FeatureRow[]): FeatureList => ({
  generation: 7,
  population: { name: 'simulated', size: 1000 },
  isComputing: false,
  features,
})

/**
 * The API with answers that a test chooses, typed by the contract: for states that a real server is
 * seldom in, and for long lists.
 */
export class MockApi {
  readonly asked: string[] = []
  private readonly streams = new Set<ServerResponse>()

  constructor(private routes: Routes = {}) {}

  answer(routes: Routes): void {
    this.routes = { ...this.routes, ...routes }
  }

  emit(event: string, data: unknown): void {
    for (const stream of this.streams)
      stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://mock')
    const path = url.pathname.replace(/^.*\/api\/v1\//, '')
    const key = `${request.method} ${path}`
    this.asked.push(key)
    if (key === 'GET stream') return this.open(response)
    const answer = (this.routes[key] ?? DEFAULTS[key])?.(await bodyOf(request), url)
    const { status = 200, json } = answer ?? {
      status: 404,
      json: { error: { code: 'not_found', message: `there is no ${path}` } },
    }
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(json === undefined ? '' : JSON.stringify(json))
  }

  close(): void {
    for (const stream of this.streams) stream.end()
  }

  private open(response: ServerResponse): void {
    this.streams.add(response)
    response.once('close', () => this.streams.delete(response))
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const status = { status: 'READY', generation: 7, staleSince: null }
    response.write(`event: status\ndata: ${JSON.stringify(status)}\n\n`)
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  return text === '' ? undefined : JSON.parse(text)
}

const DEFAULTS: Routes = {
  'GET session': () => ({ json: SIGNED_IN }),
  'GET features': () => ({ json: listOf(ROWS) }),
}
