import { type FeaturesOptions, memory, openFeatures } from '../../../src/index'
import { Evaluations } from '../../../src/server/evaluations'
import type { JsonValue } from '../../../src/core/json'
import { ofrep } from '../../../src/server/ofrep/ofrep'
import type { OfrepOptions } from '../../../src/server/ofrep/options'
import type { Answer, AnswerStream, Route, ServerRequest } from '../../../src/server/route'
import type { Principal } from '../../../src/server/principal'

export const ANYONE: Principal = {
  name: undefined,
  scopes: new Set(['none', 'evaluate']),
  clientOnly: false,
  environment: undefined,
}
export const NOBODY: Principal = { ...ANYONE, scopes: new Set() }
export const BROWSER: Principal = { ...ANYONE, name: 'web', clientOnly: true }

export interface Ask {
  readonly key?: string
  readonly malformed?: readonly string[]
  readonly body?: JsonValue
  readonly invalidBody?: true
  readonly headers?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly principal?: Principal
  readonly mount?: string
}

/** The protocol over a live config, asked without a server. */
export interface Protocol {
  readonly set: (text: string) => Promise<string | undefined>
  readonly single: (ask: Ask) => Promise<Answer>
  readonly bulk: (ask?: Ask) => Promise<Answer>
  readonly stream: (ask?: Ask) => Promise<Answer>
  readonly clock: { now: number }
}

const closing: (() => unknown)[] = []

export async function closeProtocols(): Promise<void> {
  for (const close of closing.splice(0)) await close()
}

export async function protocol(
  text: string,
  options: OfrepOptions = {},
  engine: Partial<FeaturesOptions> = {},
): Promise<Protocol> {
  const source = memory(text)
  const features = await openFeatures({ source, ...engine })
  features.on('problem', () => undefined)
  closing.push(() => features.close())
  const clock = { now: Date.parse('2026-05-01T00:00:00Z') }
  const routes = ofrep(options).routes({
    features,
    // OFREP asks for none of these.
    decider: undefined as never,
    openExposure: () => undefined,
    readiness: { isReady: true, staleSince: undefined },
    registry: undefined,
    describe: () => ({}),
    database: undefined,
    asked: undefined as never,
    signIn: undefined as never,
    settings: undefined as never,
    evaluations: new Evaluations(() => clock.now),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    limits: { depth: 32, contextKeys: 1000, batch: 1000 },
    secret: Buffer.from('secret'),
    now: () => clock.now,
    onClose: (callback) => closing.push(callback),
  })
  const at =
    (path: string) =>
    (ask: Ask = {}) =>
      handle(routes, path, ask)
  return {
    set: (next) => source.set(next),
    single: at('/ofrep/v1/evaluate/flags/:key'),
    bulk: at('/ofrep/v1/evaluate/flags'),
    stream: at('/ofrep/v1/sse'),
    clock,
  }
}

async function handle(routes: readonly Route[], path: string, ask: Ask): Promise<Answer> {
  const route = routes.find((one) => one.path === path)
  if (route === undefined) throw new Error(`there is no route ${path}`)
  return route.handle(requestOf(ask))
}

const requestOf = ({
  key = '',
  malformed = [],
  body,
  invalidBody,
  headers = {},
  query = {},
  principal = ANYONE,
  mount = '',
}: Ask): ServerRequest => ({
  method: 'POST',
  path: '',
  mount,
  params: { key },
  malformed,
  query: new URLSearchParams(query),
  headers,
  body: invalidBody
    ? { kind: 'invalid', message: 'no JSON' }
    : body === undefined
      ? { kind: 'none' }
      : { kind: 'json', value: body },
  principal,
  knownBy: undefined,
  csrf: undefined,
  address: '127.0.0.1',
  isSecure: false,
  signal: new AbortController().signal,
})

/** What an answer sends, as its client would parse it. */
export const bodyOf = ({ json, text }: Answer): unknown =>
  text === undefined ? json : (JSON.parse(String(text)) as unknown)

export const tagOf = ({ headers = {} }: Answer): string => String(headers['etag'])

/** An open stream, and what its client received. */
export class ReadStream implements AnswerStream {
  readonly received: string[] = []
  bufferedBytes = 0
  isClosed = false
  private readonly callbacks: (() => void)[] = []

  static of(answer: Answer): ReadStream {
    if (answer.stream === undefined) throw new Error(`no stream: ${answer.status}`)
    const stream = new ReadStream()
    answer.stream(stream)
    return stream
  }

  write(text: string): void {
    this.received.push(text)
  }

  close(): void {
    this.isClosed = true
    for (const callback of this.callbacks.splice(0)) callback()
  }

  onClose(callback: () => void): void {
    this.callbacks.push(callback)
  }

  /** The data of every event, parsed. */
  get events(): readonly { readonly type: string; readonly etag?: string }[] {
    return this.received.flatMap((text) =>
      [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => JSON.parse(data) as never),
    )
  }
}
