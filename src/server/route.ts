/**
 * The shape of every protocol of the server. A protocol knows nothing of Fastify or node:http: it
 * receives a request that has been authenticated and read, and returns an answer.
 */
import type { IncomingHttpHeaders } from 'node:http'
import type { Registry } from 'prom-client'
import type { JsonObject, JsonValue } from '../core/json'
import type { Decider } from '../decide/decider'
import type { Features } from '../engine/features'
import type { SealedExposure } from '../engine/exposure-seal'
import type { ServerDatabase } from './database'
import type { EvaluationHistory } from './evaluation-history'
import type { Evaluations } from './evaluations'
import type { SignIn } from './auth/sign-in'
import type { KnownBy, Principal, Scope } from './principal'
import type { Readiness } from './readiness'
import type { Settings } from './settings'

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** A JSON Schema, 2020-12, as OpenAPI 3.1 takes it. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** One of the protocols that the server answers: an object in the list of `routes.ts`. */
export interface Protocol {
  /** In logs and as the tag of OpenAPI: `ofrep`. */
  readonly name: string
  readonly summary: string
  /** `components/schemas` of OpenAPI; `#/components/schemas/NAME` refers to them. */
  readonly schemas?: Readonly<Record<string, JsonSchema>>
  /**
   * The body of what the server itself refuses for this protocol: 400 (path), 401, 403, 405, 413,
   * 429, 500, 503. Left out: `{ error: { code, message } }`.
   */
  readonly refusalBody?: (refusal: Refusal) => unknown
  /** The status of such an answer, where the protocol has another one for it. */
  readonly refusalStatus?: (refusal: Refusal) => number
  /** Called once for each server, with all that the routes may use. */
  readonly routes: (context: ServerContext) => readonly Route[]
}

export interface Refusal {
  readonly status: number
  /** A word for programs: `unauthorized`, `too_large`. */
  readonly code: string
  /** A sentence; no value of the caller's is in it. */
  readonly message: string
  /** As in the request, when a route was found. */
  readonly params: Params
}

export interface Route {
  readonly method: Method
  /** `/ofrep/v1/evaluate/flags/:key`. A `:name` is one segment. A trailing slash is ignored. */
  readonly path: string
  readonly scope: Scope
  /** True: client-side keys may call it, too. They see entries with `client: true` only. */
  readonly forClients?: true
  /**
   * True: people who are signed in may call it, too, whose browser sends a cookie. Where it is no
   * `GET`, they must also send the token against forged requests (`auth/csrf.ts`).
   */
  readonly forSessions?: true
  /** The parameter of the path that is the caller's token, unless a header has one. */
  readonly tokenIn?: string
  /** True: `handle` is also called when a parameter is not valid percent-encoding. */
  readonly acceptsMalformed?: true
  readonly operation: Operation
  /** What it throws is logged, and answered by 500 without a word of the error. */
  readonly handle: (request: ServerRequest) => Answer | Promise<Answer>
}

/** What OpenAPI says of a route; path parameters, tags, security and refusals are added. */
export interface Operation {
  /** `evaluateFlag` */
  readonly id: string
  readonly summary: string
  readonly description?: string
  /** Query parameters and headers, as OpenAPI's parameter objects. */
  readonly parameters?: readonly JsonSchema[]
  /** The schema of the JSON body. */
  readonly body?: JsonSchema
  /** By status. */
  readonly answers: Readonly<Record<number, OperationAnswer>>
}

export interface OperationAnswer {
  readonly description: string
  /** Left out: the answer has no body. */
  readonly schema?: JsonSchema
  /** Default `application/json`. */
  readonly contentType?: string
  /** Names of headers, and what they say. */
  readonly headers?: Readonly<Record<string, string>>
}

/** Each decoded exactly once, by name; an object without a prototype. */
export type Params = Readonly<Record<string, string>>

export interface ServerRequest {
  /** Routes of GET answer `HEAD` too; its body is dropped, and its stream is not opened. */
  readonly method: string
  /** The path below the mount, undecoded, without the query: `/ofrep/v1/evaluate/flags/a%2Fb`. */
  readonly path: string
  /** Where the server is mounted: `` or `/flags`. The path that clients see is `mount + path`. */
  readonly mount: string
  readonly params: Params
  /** Names of parameters that are not valid percent-encoding; these are undecoded in `params`. */
  readonly malformed: readonly string[]
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: Body
  readonly principal: Principal
  /** How the caller is known; undefined of a caller who is not. */
  readonly knownBy: KnownBy | undefined
  /** What the caller must send as `X-CSRF-Token`; of routes `forSessions`. */
  readonly csrf: string | undefined
  /** Of the client, as far as proxies are trusted. */
  readonly address: string
  /** Whether the client came over https, as far as proxies are trusted. */
  readonly isSecure: boolean
  /** Aborted when the client goes away before the answer is complete. */
  readonly signal: AbortSignal
}

/**
 * The body as JSON, whatever its content type. `invalid`: it is not JSON, or nested deeper than
 * `limits.depth`; `message` says which. One above the limit is answered by 413 and never gets here.
 */
export type Body =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly value: JsonValue }
  | { readonly kind: 'invalid'; readonly message: string }

interface AnswerHead {
  readonly status: number
  /** Names in lower case. A list is one header for each item. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
}

/** `json` is sent as JSON; `text` as it is, with the `content-type` of `headers`. */
export type Answer = AnswerHead &
  (
    | {
        readonly json: unknown
        readonly text?: undefined
        readonly stream?: undefined
        readonly caller?: undefined
      }
    | {
        readonly text: string | Uint8Array
        readonly json?: undefined
        readonly stream?: undefined
        readonly caller?: undefined
      }
    | {
        readonly stream: (open: AnswerStream) => void
        /** Whose stream it is counted as; left out: that of who asks. */
        readonly caller?: string
        readonly json?: undefined
        readonly text?: undefined
      }
    | {
        readonly json?: undefined
        readonly text?: undefined
        readonly stream?: undefined
        readonly caller?: undefined
      }
  )

/** An answer that goes on: the head has been sent when the function of `stream` is called. */
export interface AnswerStream {
  /** Sends at once. Nothing happens when the client has gone. */
  write(text: string): void
  /** Bytes that the client has not yet taken. */
  readonly bufferedBytes: number
  close(): void
  /** Calls back once, when either side has closed it, or when the server ends. */
  onClose(callback: () => void): void
}

/** What protocols may use. */
export interface ServerContext {
  readonly features: Features
  readonly decider: Decider
  /** What a page's token says it showed; undefined of what was not sealed within a day. */
  readonly openExposure: (token: string) => readonly SealedExposure[] | undefined
  readonly readiness: Pick<Readiness, 'isReady' | 'staleSince'>
  readonly log: ServerLog
  readonly limits: RequestLimits
  /** Where tokens are stored; undefined where nothing is. */
  readonly database: ServerDatabase | undefined
  readonly signIn: SignIn
  readonly settings: Settings
  /** How often each feature is asked. */
  readonly evaluations: Evaluations
  /** The same, beyond the life of this server. */
  readonly asked: EvaluationHistory
  /** For the signing of addresses; random at each start, unless the options have one. */
  readonly secret: Uint8Array
  /** The clock, in milliseconds since 1970. */
  readonly now: () => number
  /**
   * Calls back when the server begins to close, before it waits for open connections. What the callback
   * promises is waited for, too.
   */
  readonly onClose: (callback: () => void | Promise<void>) => void
  /** What prom-client counted, as it is scraped; undefined without that package. */
  readonly registry: Pick<Registry, 'metrics' | 'contentType'> | undefined
  /** The OpenAPI document of this server. */
  readonly describe: () => JsonObject
}

export interface RequestLimits {
  /** How deep a context may be nested. */
  readonly depth: number
  /** How many members a context may have. */
  readonly contextKeys: number
  /** How many flags or events one request may have. */
  readonly batch: number
}

/** One JSON object a line: pino's order of arguments. No attribute of a visitor goes in. */
export interface ServerLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
