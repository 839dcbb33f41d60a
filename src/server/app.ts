import { randomBytes } from 'node:crypto'
import { messageOf } from '../core/errors'
import { badOption } from '../core/options'
import { createDecider, type Decider } from '../decide/decider'
import { ExposureSeal } from '../engine/exposure-seal'
import type { Features } from '../engine/features'
import { withinTime } from '../runtime/wait'
import { Authenticator } from './auth/authenticator'
import { ProxyUsers } from './auth/proxy-user'
import { SignIn } from './auth/sign-in'
import { TokenStore } from './token-store'
import { isAtPath } from './database'
import { describeServed } from './describe'
import { EvaluationHistory } from './evaluation-history'
import { Evaluations } from './evaluations'
import { Cors } from './http/cors'
import { Dispatcher } from './http/dispatcher'
import { HttpHandler } from './http/handler'
import { OpenStreams } from './http/open-streams'
import { RateLimit } from './http/rate-limit'
import { Router, type Served } from './http/router'
import type { Settled } from './options'
import { Readiness } from './readiness'
import { recordsIn } from './records'
import type { ServerContext, ServerLog } from './route'
import { protocolsOf } from './routes'
import { ServerMetrics } from './server-metrics'

/** What answers requests, in a server of its own as in one of an application. */
export class App {
  readonly handler: HttpHandler
  readonly authenticator: Authenticator
  private readonly tokens: TokenStore | undefined
  private readonly secret: Uint8Array
  private readonly signIn: SignIn
  private readonly asked: EvaluationHistory
  private readonly decider: Decider
  private readonly readiness: Readiness
  private readonly metrics: ServerMetrics | undefined
  private readonly streams: OpenStreams
  private readonly served: readonly Served[]
  private readonly closers: (() => void | Promise<void>)[] = []
  private ending: Promise<unknown> = Promise.resolve()
  private isClosing = false
  private isLossLogged = false

  /**
   * Opens everything that the options name.
   *
   * @throws {LiveflagError} LIVEFLAG_BAD_OPTION
   */
  constructor(
    call: string,
    private readonly features: Features,
    private readonly settled: Settled,
    private readonly log: ServerLog,
  ) {
    const protocols = chosen(call, settled)
    this.tokens = settled.db === ':memory:' ? undefined : new TokenStore(settled.db, call)
    this.metrics = settled.registry ? undefined : new ServerMetrics()
    this.decider = settled.decider ?? openDecider(features, settled, this.metrics, log)
    this.metrics?.watch(features, this.decider)
    this.readiness = new Readiness(features, settled.staleGraceMs, settled.now, this.hasDatabase)
    this.streams = openStreams(settled, log)
    this.secret = settled.secret === '' ? randomBytes(32) : Buffer.from(settled.secret)
    this.signIn = new SignIn({
      database: this.tokens?.database,
      sessionIdleMs: settled.sessionIdleMs,
      now: settled.now,
      personOf: (token) => this.authenticator.personOf(token),
    })
    this.authenticator = new Authenticator({
      ...settled,
      tokens: this.tokens,
      sessions: this.signIn.sessions,
      proxyUsers: new ProxyUsers(settled),
      secret: this.secret,
    })
    this.asked = new EvaluationHistory({
      evaluations: settled.evaluations ?? new Evaluations(settled.now),
      database: this.tokens?.database,
      now: settled.now,
      onError: (error) =>
        log.error({ problem: messageOf(error) }, 'evaluations could not be stored'),
    })
    const context = this.context()
    this.served = protocols.flatMap((protocol) =>
      protocol.routes(context).map((route) => ({ protocol, route })),
    )
    this.handler = this.newHandler()
  }

  /** False once the file of the database is lost, which is logged once. */
  private readonly hasDatabase = (): boolean => {
    if (isAtPath(this.tokens?.database)) return true
    if (!this.isLossLogged)
      this.log.error(
        { db: this.settled.db },
        'the database was deleted, moved or replaced while it was open; put the right file there, and start the server anew',
      )
    this.isLossLogged = true
    return false
  }

  onClose(callback: () => void | Promise<void>): void {
    this.closers.push(callback)
  }

  /** Streams end, `/readyz` falls, and every answer closes its connection. Idempotent. */
  beginClosing(): void {
    if (this.isClosing) return
    this.isClosing = true
    this.readiness.close()
    this.ending = Promise.allSettled(this.closers.map((close) => Promise.resolve(close())))
    this.streams.closeAll()
  }

  /** After the last answer: writes what waits, and closes what was opened here. */
  async close(): Promise<void> {
    this.beginClosing()
    await withinTime<unknown>(this.ending, this.settled.shutdownMs, () => undefined, {
      keepAlive: true,
    })
    if (this.settled.decider === undefined) await this.decider.close()
    this.asked.close()
    this.tokens?.close()
  }

  private context(): ServerContext {
    const { features, decider, readiness, log, settled, secret, signIn, asked } = this
    return {
      features,
      decider,
      openExposure: exposuresOf(features, settled),
      readiness,
      log,
      limits: settled,
      secret,
      database: this.tokens?.database,
      signIn,
      settings: settled,
      evaluations: asked.evaluations,
      asked,
      now: settled.now,
      onClose: (callback) => this.onClose(callback),
      registry: settled.registry ?? this.metrics?.registry,
      describe: () => describeServed(this.served, settled.prefix),
    }
  }

  private newHandler(): HttpHandler {
    const { settled, served, authenticator, streams, log, metrics } = this
    const cors = new Cors(settled.cors, settled.corsHeaders)
    return new HttpHandler({
      ...settled,
      dispatcher: dispatcherOf(settled, served, authenticator, cors, log),
      cors,
      streams,
      log,
      isClosing: () => this.isClosing,
      onAnswer: settled.onAnswer ?? metrics?.answered ?? (() => undefined),
    })
  }
}

function chosen(call: string, settled: Settled): ReturnType<typeof protocolsOf> {
  const { protocols: names, flagSetId, spreadMs, encryptionKey, ofrep } = settled
  const all = protocolsOf({
    ofrep: { flagSetId, spreadMs, ...ofrep },
    growthbook: { encryptionKey, spreadMs },
  })
  const unknown = names?.find((name) => !all.some((protocol) => protocol.name === name))
  if (unknown !== undefined)
    throw badOption(call, 'protocols', unknown, `some of ${all.map(({ name }) => name).join(', ')}`)
  return names ? all.filter(({ name }) => names.includes(name)) : all
}

/** By a secret of the server's own, else by that of the features. */
function exposuresOf(
  features: Features,
  { exposureSecret, now }: Settled,
): Features['openExposure'] {
  if (exposureSecret === '') return (token) => features.openExposure(token)
  const seal = new ExposureSeal(exposureSecret, now)
  return (token) => seal.open(token)
}

const openStreams = ({ streams, streamsPerToken }: Settled, log: ServerLog): OpenStreams =>
  new OpenStreams(streams, streamsPerToken, (caller) =>
    log.warn(
      { caller, streamsPerToken },
      'its oldest streams are closed for new ones; raise streamsPerToken if these are clients of yours',
    ),
  )

const openDecider = (
  features: Features,
  { db, records, now }: Settled,
  metrics: ServerMetrics | undefined,
  log: ServerLog,
): Decider =>
  createDecider({
    features,
    store: recordsIn(db, records),
    now,
    onError: (error) => log.error({ problem: error.message }, 'records failed'),
    ...metrics?.forDecider,
  })

/** A context is within a body, and what is in it is the visitor's: hence two levels more. */
const LEVELS_ABOVE_CONTEXT = 2

const dispatcherOf = (
  settled: Settled,
  served: readonly Served[],
  authenticator: Authenticator,
  cors: Cors,
  log: ServerLog,
): Dispatcher =>
  new Dispatcher({
    router: new Router(served),
    cors,
    rateLimit: new RateLimit(settled.rateLimit, settled.rateBurst, settled.now),
    authenticator,
    log,
    environment: settled.environment === '' ? undefined : settled.environment,
    bodyBytes: settled.bodyBytes,
    bodyDepth: settled.depth + LEVELS_ABOVE_CONTEXT,
  })
