import { worldOf } from '../../core/world'
import { isJsonList, isJsonObject, type JsonObject, type JsonValue, own } from '../../core/json'
import type { RequestOptions } from '../../engine/request-context'
import { factsOfAttributes } from '../../selectors/attributes'
import type { Answer, RequestLimits, Route, ServerContext, ServerRequest } from '../route'
import { HEADERS, refusedAs } from './answers'
import { reducedFeatures } from './reduced'

/** `POST /api/eval/:key`: what one user gets, without a rule. */
export const evaluationRoute = (context: ServerContext): Route => ({
  method: 'POST',
  path: '/api/eval/:key',
  scope: 'evaluate',
  forClients: true,
  tokenIn: 'key',
  operation: {
    id: 'growthbookEvaluate',
    summary: "GrowthBook's remote evaluation: every feature for one user, without its rules",
    body: { $ref: '#/components/schemas/GrowthBookUser' },
    answers: {
      200: {
        description: 'Each feature reduced to its value, with the exposures that are pending.',
        schema: { $ref: '#/components/schemas/GrowthBookEvaluated' },
      },
      400: {
        description: 'The key or the body is not valid.',
        schema: { $ref: '#/components/schemas/GrowthBookError' },
      },
    },
  },
  handle: (request) => evaluate(context, request),
})

function evaluate({ features, limits, now }: ServerContext, request: ServerRequest): Answer {
  const user = userOf(request, limits)
  if (user === undefined) return refusedAs(400, 'Invalid input')
  if (features.content.status === 'NOT_READY') return refusedAs(500, 'Failed to get features')
  const { names } = features.snapshot
  const seen = request.principal.clientOnly
    ? names.filter((name) => features.metadata(name)?.['client'] === true)
    : names
  const questions = features.for(worldOf(factsOfAttributes(user.attributes)), user.options)
  return {
    status: 200,
    headers: { ...HEADERS, 'cache-control': 'no-store' },
    json: {
      status: 200,
      features: reducedFeatures(features, questions, seen),
      // Never the same: an experiment may have begun since, and clients pass over an equal date.
      dateUpdated: new Date(now()).toISOString(),
    },
  }
}

interface User {
  readonly attributes: JsonObject
  readonly options: RequestOptions
}

/** Undefined when the body is not what GrowthBook's SDKs send. */
function userOf({ body }: ServerRequest, limits: RequestLimits): User | undefined {
  if (body.kind === 'invalid') return undefined
  const sent = body.kind === 'none' ? {} : body.value
  if (!isJsonObject(sent)) return undefined
  const attributes = membersOf(own(sent, 'attributes'), limits)
  const variations = membersOf(own(sent, 'forcedVariations'), limits)
  const values = pairsOf(own(sent, 'forcedFeatures'), limits)
  const url = own(sent, 'url') ?? ''
  if (!attributes || !variations || !values || typeof url !== 'string') return undefined
  if (!Object.values(variations).every((index) => Number.isInteger(index))) return undefined
  return {
    attributes,
    options: {
      forcedVariations: variations as Readonly<Record<string, number>>,
      forcedValues: values,
      url,
    },
  }
}

function membersOf(
  value: JsonValue | undefined,
  { contextKeys }: RequestLimits,
): JsonObject | undefined {
  const members = value ?? {}
  return isJsonObject(members) && Object.keys(members).length <= contextKeys ? members : undefined
}

function pairsOf(
  value: JsonValue | undefined,
  { contextKeys }: RequestLimits,
): JsonObject | undefined {
  const pairs = value ?? []
  if (!isJsonList(pairs) || pairs.length > contextKeys) return undefined
  const named = new Map<string, JsonValue>()
  for (const pair of pairs) {
    const [name, forced = null] = isJsonList(pair) ? pair : []
    if (typeof name !== 'string') return undefined
    named.set(name, forced)
  }
  return Object.fromEntries(named)
}
