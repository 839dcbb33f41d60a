import { ERROR, answering, objectBody, refused } from '../../protocols/json-body'
import type { Answer, Operation, Route, ServerContext, ServerRequest } from '../../route'
import { FLAG, listOf, objectOf, refTo, TEXT, WHOLE } from '../schemas'
import type { Dashboard } from '../dashboard'
import { BAD_POPULATION, POPULATION_PARAMETER, withPopulation } from '../population-choice'
import { answeringEdits, answerOf, nameOf, needsApproval, numberIn, SAVED_ANSWERS } from './answers'
import type { AuditRow } from './contract'
import { switchOff } from '../fleet/switch-off'
import { readStages } from '../fleet/read-stages'
import { BadEdit } from './prepare'
import { readEdit, readReason } from './read-edit'
import { wholeIn } from './whole-parameter'

const MOST_LISTED = 100
const USUAL_LISTED = 50

const EDIT = {
  source: TEXT,
  baseHash: TEXT,
  changes: listOf({ type: 'object', required: ['kind', 'feature'] }),
  text: TEXT,
}
const STAGES = objectOf({ percentages: listOf({ type: 'number' }), eachMs: WHOLE }, ['eachMs'])
const BAD = {
  400: { description: 'The edit is not valid, or cannot be made.', schema: ERROR },
  403: { description: 'The file cannot be edited here.', schema: ERROR },
  404: { description: 'There is no such source.', schema: ERROR },
}

const PREVIEW: Operation = {
  id: 'previewEdit',
  summary: 'What saving an edit would do; nothing is written',
  parameters: [POPULATION_PARAMETER],
  body: objectOf(EDIT, ['changes', 'text']),
  answers: {
    200: { description: 'As the file is now.', schema: refTo('EditPreview') },
    ...BAD,
    503: BAD_POPULATION[503],
  },
}

const SAVE: Operation = {
  id: 'saveEdit',
  summary: 'Saves an edit of a file, and waits until it is in force, for at most 5 seconds',
  body: objectOf({ ...EDIT, reason: TEXT, stages: STAGES }, ['changes', 'text', 'stages']),
  answers: {
    ...SAVED_ANSWERS,
    202: {
      description: 'Proposed: somebody else approves it. Or its first stage has begun.',
      schema: { anyOf: [refTo('Proposal'), refTo('Staging')] },
    },
    ...BAD,
  },
}

const UNDOING = {
  body: objectOf({ reason: TEXT }),
  answers: SAVE.answers,
}
const OFF: Operation = {
  id: 'switchOff',
  summary: 'Switches a feature off for everybody at once, by an edit that can be rolled back',
  ...UNDOING,
}
const ROLL_BACK: Operation = {
  id: 'rollBackEdit',
  summary: 'Puts back what was there before an edit, by a new edit',
  ...UNDOING,
}

const LIST: Operation = {
  id: 'edits',
  summary: 'What was edited, here and in the files, by whom and why; the newest first',
  parameters: ['feature', 'before', 'limit'].map((name) => ({
    name,
    in: 'query',
    schema: name === 'feature' ? TEXT : WHOLE,
  })),
  answers: {
    200: {
      description: `At most ${MOST_LISTED}.`,
      schema: objectOf({ edits: listOf(refTo('Edit')), hasMore: FLAG }),
    },
    400: { description: 'A parameter is not valid.', schema: ERROR },
  },
}

/** Edits of the live config. */
export const editsRoutes = (dashboard: Dashboard): readonly Route[] => [
  {
    method: 'POST',
    path: '/api/v1/edits/preview',
    scope: 'editor',
    forSessions: true,
    operation: PREVIEW,
    handle: (request) => answeringEdits(() => preview(dashboard, request)),
  },
  {
    method: 'POST',
    path: '/api/v1/edits',
    scope: 'editor',
    forSessions: true,
    operation: SAVE,
    handle: (request) => answeringEdits(() => save(dashboard, request)),
  },
  ...undoRoutes(dashboard),
  {
    method: 'GET',
    path: '/api/v1/edits',
    scope: 'viewer',
    forSessions: true,
    operation: LIST,
    handle: (request) => answering(() => list(dashboard, request)),
  },
]

/** What is needed at 3 a.m. */
const undoRoutes = (dashboard: Dashboard): readonly Route[] => [
  {
    method: 'POST',
    path: '/api/v1/edits/:id/rollback',
    scope: 'editor',
    forSessions: true,
    operation: ROLL_BACK,
    handle: (request) => answeringEdits(() => rollBack(dashboard, request)),
  },
  {
    method: 'POST',
    path: '/api/v1/features/:name/off',
    scope: 'editor',
    forSessions: true,
    operation: OFF,
    handle: (request) =>
      answeringEdits(async () => {
        const { name = '' } = request.params
        const signed = { by: nameOf(request), reason: reasonOf(request) }
        return answerOf(await switchOff(dashboard, name, signed))
      }),
  },
]

async function preview(dashboard: Dashboard, request: ServerRequest): Promise<Answer> {
  const { editor, context } = dashboard
  const { signal, query } = request
  const edit = readEdit(objectBody(request))
  try {
    return await withPopulation(dashboard, query, async (population) => {
      const found = await editor.preview(edit, population, signal)
      return { status: 200, json: { ...found, needsApproval: needsApproval(context, request) } }
    })
  } catch (error) {
    if (signal.aborted) return refused(503, 'gone', 'nobody waits for this preview any more')
    throw error
  }
}

async function save(dashboard: Dashboard, request: ServerRequest): Promise<Answer> {
  const { editor, context, stagedEdits } = dashboard
  const body = objectBody(request)
  const isProposal = needsApproval(context, request)
  const by = nameOf(request)
  const stages = readStages(body)
  if (stages && isProposal)
    throw new BadEdit(400, 'bad_edit', 'an edit is proposed without stages; leave them out')
  if (stages)
    return answerOf(
      await stagedEdits.save(readEdit(body), stages, { by, reason: readReason(body) }),
    )
  const cause = { kind: 'edit', by, reason: readReason(body), needsApproval: isProposal } as const
  return answerOf(await editor.save(readEdit(body), cause), isProposal)
}

async function rollBack({ editor, context }: Dashboard, request: ServerRequest): Promise<Answer> {
  const reason = reasonOf(request)
  const row = editor.toRollBack(numberIn(request))
  const isProposal = rollbackNeedsApproval(context, request, row)
  const cause = { by: nameOf(request), reason, needsApproval: isProposal }
  return answerOf(await editor.rollBack(row, cause), isProposal)
}

const reasonOf = (request: ServerRequest): string => readReason(objectBody(request))

/** An approver may put back by itself what was there, and whoever stopped a feature may start it. */
function rollbackNeedsApproval(
  context: ServerContext,
  request: ServerRequest,
  { kind, by }: AuditRow,
): boolean {
  const mayGoAhead =
    request.principal.scopes.has('approver') || (kind === 'off' && by === nameOf(request))
  return needsApproval(context, request) && !mayGoAhead
}

async function list({ edits, audit }: Dashboard, { query }: ServerRequest): Promise<Answer> {
  const before = wholeIn(query, 'before', Number.MAX_SAFE_INTEGER)
  const limit = Math.min(MOST_LISTED, wholeIn(query, 'limit', USUAL_LISTED))
  await audit.look()
  return { status: 200, json: edits.list(query.get('feature') ?? undefined, before, limit) }
}
