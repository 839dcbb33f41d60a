import type { Protocol, Refusal, Route, ServerContext } from '../route'
import { ChangeStreams } from '../change-streams'
import { bulkRoute } from './bulk'
import { CatchUp } from './catch-up'
import { Evaluator } from './evaluate'
import { checkOfrepOptions, type OfrepOptions } from './options'
import { SCHEMAS } from './schemas'
import { singleRoute } from './single'
import { refetchMessages, streamRoute } from './stream'
import { StreamTokens } from './stream-token'

/**
 * The OpenFeature Remote Evaluation Protocol (0.3): single and bulk evaluation, and a stream that says
 * when to evaluate again.
 *
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION
 */
export function ofrep(options: OfrepOptions = {}): Protocol {
  checkOfrepOptions(options)
  return {
    name: 'ofrep',
    summary: 'OpenFeature Remote Evaluation Protocol',
    schemas: SCHEMAS,
    refusalBody,
    routes: (context) => routesOf(context, options),
  }
}

function routesOf(context: ServerContext, options: OfrepOptions): readonly Route[] {
  const { features, secret, now, onClose } = context
  const evaluator = new Evaluator(
    features,
    {
      flagSetId: options.flagSetId ?? 'liveflag',
      metadata: options.metadata ?? {},
      mapping: options.mapping ?? {},
    },
    context.evaluations,
  )
  const tokens = new StreamTokens({ secret: Buffer.from(secret), now })
  const shared = { context, options, evaluator, tokens }
  if (options.streams === false)
    return [singleRoute(shared), bulkRoute(shared, new CatchUp(features))]
  const streams = new ChangeStreams(features, refetchMessages(features), {
    coalesceMs: 250,
    spreadMs: options.spreadMs ?? 0,
    heartbeatMs: 20_000,
    random: Math.random,
    now,
  })
  onClose(() => streams.close())
  return [
    singleRoute(shared),
    bulkRoute(shared, new CatchUp(features)),
    streamRoute(shared, streams),
  ]
}

/** Clients read `errorDetails`, and take a 500 as the protocol's own only with `key` and `errorCode`. */
function refusalBody({ status, message, params }: Refusal): unknown {
  const key = params['key']
  const code = status === 400 || status === 500 ? { errorCode: 'GENERAL' } : {}
  return { ...(key !== undefined && { key }), ...code, errorDetails: message }
}
