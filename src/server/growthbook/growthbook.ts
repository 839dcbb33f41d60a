import type { Protocol, Refusal, Route } from '../route'
import { evaluationRoute } from './evaluation'
import { encryptionKeyOf } from './encryption'
import { featuresRoute } from './features-route'
import { Payloads } from './payloads'
import { SCHEMAS } from './schemas'
import { streamRoute, Streams } from './stream'

export interface GrowthBookOptions {
  /** 16 bytes in base64: payloads are encrypted with it. Empty: they are not. */
  readonly encryptionKey: string
  /** Changes are announced over this time. */
  readonly spreadMs: number
}

/**
 * What GrowthBook's SDKs ask: the features with their rules, a stream of changes, and remote
 * evaluation. The key in the path is a token of this server.
 *
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION
 */
export function growthbook(options: GrowthBookOptions): Protocol {
  const encryptionKey = encryptionKeyOf(options.encryptionKey)
  return {
    name: 'growthbook',
    summary: "What GrowthBook's SDKs ask",
    schemas: SCHEMAS,
    refusalBody: ({ status, message }) => ({ status, error: message }),
    refusalStatus,
    routes: (context) => {
      const payloads = new Payloads(context.features, { encryptionKey, log: context.log })
      const streams = new Streams(context, payloads, options.spreadMs)
      context.onClose(() => streams.close())
      return [
        featuresRoute(context, payloads),
        streamRoute(streams),
        evaluationRoute(context),
        HEALTH,
      ]
    },
  }
}

/** As GrowthBook's proxy has it, for supervisors that were made for one. */
const HEALTH: Route = {
  method: 'GET',
  path: '/healthcheck',
  scope: 'none',
  forClients: true,
  operation: {
    id: 'growthbookHealth',
    summary: 'Whether the process answers',
    answers: {
      200: {
        description: 'It does.',
        schema: {
          type: 'object',
          required: ['ok'],
          properties: { ok: { const: true } },
        },
      },
    },
  },
  handle: () => ({ status: 200, json: { ok: true } }),
}

/** A key that is unknown, or for something else, is a bad request to these clients. */
const refusalStatus = ({ status }: Refusal): number =>
  status === 401 || status === 403 ? 400 : status
