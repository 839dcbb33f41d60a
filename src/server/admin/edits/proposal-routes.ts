import { BadBody, ERROR, objectBody } from '../../protocols/json-body'
import type { Answer, Operation, Route, ServerRequest } from '../../route'
import { listOf, objectOf, refTo, TEXT } from '../schemas'
import type { Dashboard } from '../dashboard'
import { answeringEdits, answerOf, nameOf, numberIn } from './answers'
import type { ProposalState } from './contract'
import { notOpen } from './proposals'
import { readComment } from './read-edit'
import type { Reviewer, Reviews } from './reviews'

const STATES: readonly ProposalState[] = ['open', 'approved', 'rejected', 'outdated']

const COMMENT = objectOf({ comment: TEXT }, ['comment'])
const NONE = { 404: { description: 'There is no proposal of this number.', schema: ERROR } }
const CLOSED = {
  400: { description: 'The body is not valid.', schema: ERROR },
  403: {
    description: 'It is the reviewer’s own, or of somebody whom no role allows it.',
    schema: ERROR,
  },
  ...NONE,
  409: {
    description: 'It is not open any more, or an entry of it has changed since: not_open.',
    schema: ERROR,
  },
}

const OPERATIONS = {
  list: {
    id: 'proposals',
    summary: 'Edits that were proposed for approval, the newest first, at most 100',
    parameters: [{ name: 'state', in: 'query', schema: { enum: STATES } }],
    answers: {
      200: {
        description: 'Those of a state, or all.',
        schema: objectOf({ proposals: listOf(refTo('Proposal')) }),
      },
      400: { description: 'There is no such state.', schema: ERROR },
    },
  },
  get: {
    id: 'proposal',
    summary: 'A proposal, and what it would do to the file as it is now',
    answers: {
      200: { description: 'With a preview while it is open.', schema: refTo('ProposalDetail') },
      403: { description: 'The file cannot be edited here.', schema: ERROR },
      ...NONE,
    },
  },
  approve: {
    id: 'approveProposal',
    summary: 'Makes the edit that somebody else proposed',
    body: COMMENT,
    answers: {
      200: {
        description: 'Saved.',
        schema: objectOf({
          edit: refTo('Edit'),
          generation: { type: ['integer', 'null'] },
          hash: TEXT,
        }),
      },
      ...CLOSED,
      422: {
        description: 'By now the new text has errors that the present one does not have.',
        schema: objectOf({ error: { type: 'object' }, problems: listOf({ type: 'object' }) }),
      },
      503: { description: 'The file cannot be written now.', schema: ERROR },
    },
  },
  reject: {
    id: 'rejectProposal',
    summary: 'Rejects what somebody else proposed, or withdraws what the caller did',
    body: objectOf({ comment: TEXT }),
    answers: { 200: { description: 'Rejected.', schema: refTo('Proposal') }, ...CLOSED },
  },
} satisfies Record<string, Operation>

const PATH = '/api/v1/proposals'
const ONE = `${PATH}/:id`

/** Proposals, and their reviews. They go on where approvals are switched off again. */
export const proposalRoutes = ({ reviews }: Dashboard): readonly Route[] => [
  {
    method: 'GET',
    path: PATH,
    scope: 'viewer',
    forSessions: true,
    operation: OPERATIONS.list,
    handle: (request) =>
      answeringEdits(async () => {
        const state = stateIn(request)
        return { status: 200, json: { proposals: (await reviews?.list(state)) ?? [] } }
      }),
  },
  {
    method: 'GET',
    path: ONE,
    scope: 'viewer',
    forSessions: true,
    operation: OPERATIONS.get,
    handle: reviewing(reviews, async (all, request) => ({
      status: 200,
      json: await all.detail(numberIn(request), request.signal),
    })),
  },
  ...reviewRoutes(reviews),
]

const reviewRoutes = (reviews: Reviews | undefined): readonly Route[] => [
  {
    method: 'POST',
    path: `${ONE}/approve`,
    scope: 'approver',
    forSessions: true,
    operation: OPERATIONS.approve,
    handle: reviewing(reviews, async (all, request) => {
      const comment = readComment(objectBody(request)) ?? null
      return answerOf(await all.approve(numberIn(request), reviewerOf(request), comment))
    }),
  },
  {
    method: 'POST',
    path: `${ONE}/reject`,
    scope: 'editor',
    forSessions: true,
    operation: OPERATIONS.reject,
    handle: reviewing(reviews, (all, request) => {
      const comment = readComment(objectBody(request))
      if (comment === undefined)
        throw new BadBody('comment', 'comment is missing; say why it is rejected')
      return { status: 200, json: all.reject(numberIn(request), reviewerOf(request), comment) }
    }),
  },
]

/** Without a database there are none. */
function reviewing(
  reviews: Reviews | undefined,
  handle: (reviews: Reviews, request: ServerRequest) => Answer | Promise<Answer>,
): (request: ServerRequest) => Promise<Answer> {
  return (request) =>
    answeringEdits(() => {
      if (reviews === undefined) throw notOpen(undefined)
      return handle(reviews, request)
    })
}

const reviewerOf = (request: ServerRequest): Reviewer => ({
  name: nameOf(request),
  isApprover: request.principal.scopes.has('approver'),
})

function stateIn({ query }: ServerRequest): ProposalState | undefined {
  const text = query.get('state')
  const state = STATES.find((one) => one === text)
  if (text !== null && state === undefined)
    throw new BadBody('state', `state is not known; send ${STATES.join(', ')}, or leave it out`)
  return state
}
