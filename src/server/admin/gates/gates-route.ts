import { boundsText } from '../../../analysis/lift-bounds'
import { rampNow } from '../../../analysis/ramp-now'
import { ERROR, objectBody, refused } from '../../protocols/json-body'
import type { Answer, Operation, Route } from '../../route'
import type { Dashboard } from '../dashboard'
import { answeringEdits, answerOf, nameOf, needsApproval, SAVED_ANSWERS } from '../edits/answers'
import { readReason } from '../edits/read-edit'
import { objectOf, refTo, TEXT } from '../schemas'
import type { Judged } from './gate-verdicts'
import type { GatesView, RampVerdict } from './contract'
import { resumeRamp } from './resume'

const GATES: Operation = {
  id: 'featureGates',
  summary: 'The gates of a ramp: what the records say of each, and what became of it so far',
  answers: {
    200: { description: 'A verdict is at most half a minute old.', schema: refTo('Gates') },
    404: { description: 'There is no such feature, or it has no ramp with gates.', schema: ERROR },
  },
}

const RESUME: Operation = {
  id: 'resumeRamp',
  summary: 'Lets a ramp that was put back grow again, for the same people in the same order',
  body: objectOf({ reason: TEXT }),
  answers: {
    ...SAVED_ANSWERS,
    400: { description: 'There is no reason, or it was not put back.', schema: ERROR },
    403: { description: 'This server does not write what becomes of ramps.', schema: ERROR },
    404: { description: 'There is no such feature, or it has no ramp with gates.', schema: ERROR },
  },
}

/** More are in the layer. */
const MOST_EDITS = 50

const PATH = '/api/v1/features/:name/gates'

/** What holds a ramp, why one was put back, and the way on. */
export const gatesRoutes = (dashboard: Dashboard): readonly Route[] => [
  {
    method: 'GET',
    path: PATH,
    scope: 'viewer',
    forSessions: true,
    operation: GATES,
    handle: ({ params }) => gates(dashboard, params['name'] ?? ''),
  },
  {
    method: 'POST',
    path: `${PATH}/resume`,
    scope: 'editor',
    forSessions: true,
    operation: RESUME,
    handle: (request) =>
      answeringEdits(async () => {
        const isProposal = needsApproval(dashboard.context, request)
        const [by, reason] = [nameOf(request), readReason(objectBody(request))]
        const cause = { by, reason, needsApproval: isProposal }
        const { name = '' } = request.params
        return answerOf(await resumeRamp(dashboard, name, cause), isProposal)
      }),
  },
]

async function gates({ context, rows, verdicts, job }: Dashboard, name: string): Promise<Answer> {
  const gated = rows.gatedRampOf(name)
  if (gated === undefined)
    return refused(404, 'not_found', 'the live config has no such feature with a ramp with gates')
  const { ramp } = gated
  const now = context.now()
  const judged = await verdicts.shown(gated)
  const view: GatesView = {
    feature: name,
    percent: ramp.percentAt(now),
    words: rampNow(ramp, now),
    held: ramp.heldAt(now)?.why ?? null,
    gates: ramp.gates,
    verdict: judged ? verdictOf(judged) : null,
    edits: ramp.edits.toReversed().slice(0, MOST_EDITS),
    job: job ? { everyMs: job.everyMs, into: job.into } : null,
  }
  return { status: 200, json: view }
}

const verdictOf = ({ at, outcome, reason, gates: all }: Judged): RampVerdict => ({
  at,
  outcome,
  reason,
  gates: all.map(({ bounds, ...gate }) => ({
    ...gate,
    figures: bounds === null ? null : boundsText(bounds),
  })),
})
