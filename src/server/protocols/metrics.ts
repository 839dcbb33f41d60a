import type { Protocol } from '../route'
import { ERROR, ERROR_SCHEMA, refused } from './json-body'

/** `GET /metrics`, in the text format of Prometheus. */
export const metrics: Protocol = {
  name: 'metrics',
  summary: 'Counters for Prometheus',
  schemas: { Error: ERROR_SCHEMA },
  routes: ({ registry }) => [
    {
      method: 'GET',
      path: '/metrics',
      scope: 'read',
      operation: {
        id: 'scrape',
        summary: 'What was counted',
        answers: {
          200: {
            description: 'The text format of Prometheus.',
            schema: { type: 'string' },
            contentType: 'text/plain',
          },
          501: { description: 'The package prom-client is not installed.', schema: ERROR },
        },
      },
      handle: async () =>
        registry
          ? {
              status: 200,
              headers: { 'content-type': registry.contentType },
              text: await registry.metrics(),
            }
          : refused(
              501,
              'missing_package',
              'metrics need the package prom-client: npm install prom-client',
            ),
    },
  ],
}
