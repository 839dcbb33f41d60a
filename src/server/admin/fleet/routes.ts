import { withinTime } from '../../../runtime/wait'
import { StoreError } from '../../../sources/key-store'
import { codeOf, messageOf } from '../../../core/errors'
import { abortStages } from '../../../fleet/abort'
import { resumeStages } from '../../../fleet/staged'
import type { JsonObject } from '../../../core/json'
import { objectBody, optionalText, refused } from '../../protocols/json-body'
import type { Answer, Route, ServerRequest } from '../../route'
import type { Dashboard } from '../dashboard'
import { answeringEdits, nameOf, needsApproval, numberIn } from '../edits/answers'
import { BadEdit, reloadSoon } from '../edits/prepare'
import { readReason } from '../edits/read-edit'
import { wholeIn } from '../edits/whole-parameter'
import { withPopulation } from '../population-choice'
import { comparisonOf } from './comparison'
import type { Staging } from './contract'
import type { FleetStore } from './fleet-stores'
import { fleetOf, generationsOf } from './fleet-view'
import { OPERATIONS } from './operations'
import { putBack } from './rollback'

const MOST_LISTED = 200
const USUAL_LISTED = 30
/** A store that hangs does not hold up a page. */
const MOST_READING_MS = 10_000

/** A live config in a store: its generations, its processes, and what is being staged. */
export const fleetRoutes = (dashboard: Dashboard): readonly Route[] => [
  ...readingRoutes(dashboard),
  {
    method: 'POST',
    path: '/api/v1/generations/:id/rollback',
    scope: 'editor',
    forSessions: true,
    operation: OPERATIONS.rollback,
    handle: changing(dashboard, rollBack),
  },
  {
    method: 'POST',
    path: '/api/v1/fleet/abort',
    scope: 'editor',
    forSessions: true,
    operation: OPERATIONS.abort,
    handle: changing(dashboard, abort),
  },
  {
    method: 'POST',
    path: '/api/v1/fleet/resume',
    scope: 'editor',
    forSessions: true,
    operation: OPERATIONS.resume,
    handle: changing(dashboard, resume),
  },
]

function readingRoutes(dashboard: Dashboard): readonly Route[] {
  const common = { method: 'GET', scope: 'viewer', forSessions: true } as const
  return [
    {
      ...common,
      path: '/api/v1/generations',
      operation: OPERATIONS.list,
      handle: reading(dashboard, async (fleet, { query, signal }) => {
        const before = query.has('before') ? wholeIn(query, 'before', 0) : undefined
        const limit = Math.min(MOST_LISTED, wholeIn(query, 'limit', USUAL_LISTED))
        const page = await generationsOf(fleet, { before, limit }, signal)
        return { status: 200, json: { ...page, stores: dashboard.stores.names() } }
      }),
    },
    {
      ...common,
      path: '/api/v1/generations/compare',
      operation: OPERATIONS.compare,
      handle: reading(dashboard, (fleet, request) => compare(dashboard, fleet, request)),
    },
    {
      ...common,
      path: '/api/v1/fleet',
      operation: OPERATIONS.fleet,
      handle: reading(dashboard, async (fleet, { signal }) => {
        dashboard.fleetWatch.show()
        const found = await fleetOf(fleet, signal)
        return { status: 200, json: { ...found, stores: dashboard.stores.names() } }
      }),
    },
  ]
}

async function compare(
  dashboard: Dashboard,
  fleet: FleetStore,
  { query, signal }: ServerRequest,
): Promise<Answer> {
  const numberOf = (name: string): number | undefined => {
    const written = query.get(name)
    return written === null ? undefined : written === '0' ? 0 : wholeIn(query, name, 0)
  }
  const sides = { from: numberOf('from'), to: numberOf('to') }
  const { features } = dashboard.context
  return withPopulation(dashboard, query, async (population) => {
    const json = await comparisonOf(fleet, sides, { features, population }, signal)
    return { status: 200, json }
  })
}

async function rollBack(
  dashboard: Dashboard,
  fleet: FleetStore,
  body: JsonObject,
  request: ServerRequest,
): Promise<Answer> {
  const isApprover = request.principal.scopes.has('approver')
  return putBack(dashboard, fleet, {
    number: numberIn(request),
    by: nameOf(request),
    reason: readReason(body),
    basedOn: optionalText(body, ['basedOn']),
    needsApproval: needsApproval(dashboard.context, request) && !isApprover,
  })
}

/** Anybody who may edit: what is taken back was not in force yet. */
async function abort(
  _: Dashboard,
  { store }: FleetStore,
  body: JsonObject,
  request: ServerRequest,
): Promise<Answer> {
  try {
    const signed = { by: nameOf(request), reason: readReason(body) }
    return { status: 200, json: { generation: await abortStages(store, signed) } }
  } catch (error) {
    return notStaged(error)
  }
}

/** Whoever goes on with what others began publishes it: that takes who may publish. */
async function resume(
  { jobs, context }: Dashboard,
  { store, source }: FleetStore,
  _: JsonObject,
  request: ServerRequest,
): Promise<Answer> {
  if (needsApproval(context, request) && !request.principal.scopes.has('approver'))
    throw new BadEdit(403, 'forbidden', 'an approver goes on with stages')
  try {
    const begun = await jobs.begin(source, (options) => resumeStages(store, options))
    if (begun.kind !== 'staging' && begun.kind !== 'published')
      return refused(409, 'not_staged', 'its stages ended meanwhile; look at the generations')
    const { generation } = begun
    const percent = begun.kind === 'staging' ? begun.percent : 100
    const json: Staging = { staging: { source, generation, percent } }
    return { status: 202, json }
  } catch (error) {
    return notStaged(error)
  }
}

/** What fleet throws where nothing is being staged any more says so in words. */
function notStaged(error: unknown): Answer {
  if (error instanceof StoreError || codeOf(error) !== 'LIVEFLAG_BAD_OPTION') throw error
  return refused(409, 'not_staged', messageOf(error))
}

/** Answers of a store, or that it is away. */
const reading =
  (
    { stores }: Dashboard,
    read: (fleet: FleetStore, request: ServerRequest) => Promise<Answer>,
  ): Route['handle'] =>
  (request) =>
    answeringStore(() =>
      withinTime(read(stores.of(request.query.get('source')), request), MOST_READING_MS, () =>
        away(`it did not answer within ${MOST_READING_MS / 1000} seconds`),
      ),
    )

type Changing = (
  dashboard: Dashboard,
  fleet: FleetStore,
  body: JsonObject,
  request: ServerRequest,
) => Promise<Answer>

const changing =
  (dashboard: Dashboard, change: Changing): Route['handle'] =>
  (request) =>
    answeringStore(async () => {
      const body = objectBody(request)
      const source = optionalText(body, ['source'])
      const answer = await change(dashboard, dashboard.stores.of(source ?? null), body, request)
      await reloadSoon(dashboard.context.features)
      return answer
    })

async function answeringStore(handle: () => Promise<Answer>): Promise<Answer> {
  try {
    return await answeringEdits(handle)
  } catch (error) {
    if (error instanceof StoreError) return away(error.reason)
    throw error
  }
}

const away = (reason: string): Answer =>
  refused(503, 'store_away', `the store does not answer (${reason}); ask again later`)
