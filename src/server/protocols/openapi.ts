import type { Protocol } from '../route'

/** `GET /openapi.json`: what this server answers, in OpenAPI 3.1. */
export const openapi: Protocol = {
  name: 'openapi',
  summary: 'The description of this server',
  routes: ({ describe }) => [
    {
      method: 'GET',
      path: '/openapi.json',
      scope: 'none',
      forClients: true,
      operation: {
        id: 'describe',
        summary: 'This document',
        answers: { 200: { description: 'OpenAPI 3.1.', schema: { type: 'object' } } },
      },
      handle: () => ({ status: 200, headers: { 'cache-control': 'no-cache' }, json: describe() }),
    },
  ],
}
