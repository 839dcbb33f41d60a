import { ERROR_SCHEMA } from '../protocols/json-body'
import type { Protocol } from '../route'
import { ANSWER_SCHEMAS } from './answer-schemas'
import { configRoutes } from './config-routes'
import { openDashboard } from './dashboard'
import { proposalRoutes } from './edits/proposal-routes'
import { editsRoutes } from './edits/routes'
import { EDIT_SCHEMAS } from './edits/schemas'
import { experimentsRoutes } from './experiments-routes'
import { explainRoutes } from './explain-routes'
import { featuresRoutes } from './features-routes'
import { fleetRoutes } from './fleet/routes'
import { FLEET_SCHEMAS } from './fleet/schemas'
import { gatesRoutes } from './gates/gates-route'
import { GATE_SCHEMAS } from './gates/schemas'
import { nowRoutes } from './now-routes'
import { sessionRoutes } from './session-routes'
import { editableIn } from './source-texts'
import { worldsRoutes } from './worlds-routes'

/** What the dashboard's page asks, and scripts may: the routes below `/api/v1`. */
export const admin: Protocol = {
  name: 'admin',
  summary: 'The dashboard: features, who gets them, experiments and edits',
  schemas: {
    ...ANSWER_SCHEMAS,
    ...EDIT_SCHEMAS,
    ...GATE_SCHEMAS,
    ...FLEET_SCHEMAS,
    Error: ERROR_SCHEMA,
  },
  routes: (context) => {
    const dashboard = openDashboard(context)
    return [
      ...sessionRoutes(context, () => ({
        environment: context.settings.environment,
        needsApproval: context.settings.approvals,
        hasDatabase: context.database !== undefined,
        canEdit: editableIn(context.features).length > 0,
        hasStore: dashboard.stores.all().length > 0,
      })),
      ...featuresRoutes(dashboard),
      ...gatesRoutes(dashboard),
      ...explainRoutes(dashboard),
      ...worldsRoutes(dashboard),
      ...experimentsRoutes(dashboard),
      ...configRoutes(dashboard),
      ...nowRoutes(dashboard),
      ...editsRoutes(dashboard),
      ...proposalRoutes(dashboard),
      ...fleetRoutes(dashboard),
    ]
  },
}
