import type { Protocol } from '../route'
import { ERROR_SCHEMA } from './json-body'

const STATE = {
  type: 'object',
  required: ['status'],
  properties: { status: { type: 'string' } },
}

/** What a supervisor asks: whether to restart the process, and whether to send it requests. */
export const health: Protocol = {
  name: 'health',
  summary: 'For supervisors and load balancers',
  schemas: { Error: ERROR_SCHEMA },
  routes: ({ readiness }) => [
    {
      method: 'GET',
      path: '/healthz',
      scope: 'none',
      forClients: true,
      operation: {
        id: 'isAlive',
        summary: 'Whether the process answers',
        answers: { 200: { description: 'It does.', schema: STATE } },
      },
      handle: () => ({ status: 200, json: { status: 'ok' } }),
    },
    {
      method: 'GET',
      path: '/readyz',
      scope: 'none',
      forClients: true,
      operation: {
        id: 'isReady',
        summary: 'Whether to send requests here',
        answers: {
          200: {
            description: 'The live config is current, or not out of date for long.',
            schema: STATE,
          },
          503: {
            description: 'It has been out of date for too long, or the server ends.',
            schema: STATE,
          },
        },
      },
      handle: () =>
        readiness.isReady
          ? { status: 200, json: { status: 'ready' } }
          : { status: 503, json: { status: 'not ready' } },
    },
  ],
}
