import type { JsonObject, JsonValue } from '../core/json'
import type { Served } from './http/router'
import type { JsonSchema, Operation, OperationAnswer, Route } from './route'
import { ERROR_SCHEMA } from './protocols/json-body'

/** The OpenAPI 3.1 document of what is served. */
export function describeServed(served: readonly Served[], prefix: string): JsonObject {
  const protocols = [...new Set(served.map(({ protocol }) => protocol))]
  const schemas = Object.assign(
    { Error: ERROR_SCHEMA },
    ...protocols.map((one) => one.schemas),
  ) as JsonSchema
  const paths: Record<string, Record<string, JsonValue>> = {}
  for (const { protocol, route } of served) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}')
    const operations = (paths[path] ??= {})
    operations[route.method.toLowerCase()] ??= operationOf(route, protocol.name)
  }
  return plain({
    openapi: '3.1.0',
    info: { title: 'liveflag', version: '1', description: 'Feature flags of one live config.' },
    servers: [{ url: prefix === '' ? '/' : prefix }],
    tags: protocols.map(({ name, summary }) => ({ name, description: summary })),
    paths,
    components: {
      schemas,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      },
    },
  })
}

/** Schemas are JSON by what they say, though not by their type. */
const plain = (document: object): JsonObject => document as JsonObject

function operationOf(route: Route, tag: string): JsonObject {
  const { id, summary, description, parameters = [], body } = route.operation
  return plain({
    operationId: id,
    summary,
    ...(description !== undefined && { description }),
    tags: [tag],
    parameters: [...pathParameters(route.path), ...parameters],
    ...(body && { requestBody: { content: { 'application/json': { schema: body } } } }),
    responses: { ...answersOf(route.operation), ...refusalsOf(route) },
    security: route.scope === 'none' ? [] : [{ bearer: [] }, { apiKey: [] }],
  })
}

const pathParameters = (path: string): readonly object[] =>
  Array.from(path.matchAll(/:(\w+)/g), ([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))

const answersOf = ({ answers }: Operation): object =>
  Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, answerOf(answer)]))

function answerOf({ description, schema, contentType, headers }: OperationAnswer): object {
  return {
    description,
    ...(headers && {
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, text]) => [
          name,
          { description: text, schema: { type: 'string' } },
        ]),
      ),
    }),
    ...(schema && { content: { [contentType ?? 'application/json']: { schema } } }),
  }
}

/** What the server itself may answer; its shape is the protocol's. */
function refusalsOf({ scope, method, operation: { answers } }: Route): object {
  const all: readonly (readonly [number, string, boolean])[] = [
    [401, 'The token is missing or not valid.', scope !== 'none'],
    [403, 'The token may not do this.', scope !== 'none'],
    [413, 'The body is too large.', method !== 'GET'],
    [429, 'Too many requests; Retry-After has the seconds.', true],
    [500, 'The server failed.', true],
  ]
  return Object.fromEntries(
    all
      .filter(([status, , isPossible]) => isPossible && !(status in answers))
      .map(([status, description]) => [status, { description }]),
  )
}
