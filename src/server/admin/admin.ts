import { ERROR_SCHEMA } from '../protocols/json-body'
import type { Protocol } from '../route'
import { SESSION_SCHEMAS, sessionRoutes } from './session-routes'

/** What the dashboard's page asks, and scripts may: the routes below `/api/v1`. */
export const admin: Protocol = {
  name: 'admin',
  summary: 'The dashboard: features, who gets them, experiments and edits',
  schemas: { ...SESSION_SCHEMAS, Error: ERROR_SCHEMA },
  routes: (context) => [
    ...sessionRoutes(context, () => ({
      environment: context.settings.environment,
      needsApproval: false,
      hasDatabase: context.database !== undefined,
      canEdit: false,
    })),
  ],
}
